public import Marshalling

/// Why a file is no data set for a signature.
public struct DataSetError: Error, Sendable, Hashable {
    /// What is wrong.
    public enum Reason: Sendable, Hashable {
        /// The file cannot be read.
        case unreadable(String)
        /// It has no examples.
        case empty
        /// A line is no JSON.
        case notJSON(JSONError)
        /// A line of JSON holds something else than an object.
        case notObject(found: String)
        /// A quote was opened and never closed.
        case openQuote
        /// Something stands between a closing quote and the next comma.
        case textAfterQuote
        /// A line has more or fewer values than the first one has names.
        case valueCount(found: Int, expected: Int)
        /// The first line has a column without a name, or a name twice.
        case header(String)
        /// An input of the signature is missing.
        case missingInput(String, expected: String)
        /// A value is not of the type that the signature declares.
        case field(FieldProblem)
    }

    /// The file's name, or what the text was called.
    public var name: String
    /// The line, counted from 1; nil when it is about the whole.
    public var line: Int?
    /// The column, counted from 1: in bytes where the text itself is wrong, in values of a CSV line where a value is; nil when it is
    /// about the whole line.
    public var column: Int?
    /// What is wrong.
    public var reason: Reason

    /// Makes an error.
    public init(_ name: String, line: Int? = nil, column: Int? = nil, _ reason: Reason) {
        self.name = name
        self.line = line
        self.column = column
        self.reason = reason
    }
}

extension DataSetError: CustomStringConvertible {
    /// The place and what is wrong there.
    public var description: String {
        let place = [name, line.map { "line \($0)" }, column.map { "column \($0)" }].compactMap(\.self)
        return place.joined(separator: ", ") + ": " + detail
    }

    private var detail: String {
        switch reason {
        case .unreadable(let problem): problem
        case .empty: "there are no examples"
        case .notJSON(.syntax(_, _, let expected, let found)): "no JSON: expected \(expected), found \(found)"
        case .notJSON(let error): "no JSON: \(error)"
        case .notObject(let found): "each line must be one JSON object, and this is \(found)"
        case .openQuote: "a quote is opened here and never closed"
        case .textAfterQuote: "expected a comma or the end of the line after the closing quote"
        case .valueCount(let found, let expected): "\(found) values, but the first line names \(expected) columns"
        case .header(let problem): problem
        case .missingInput(let name, let expected): "the input '\(name)' is missing; expected \(expected)"
        case .field(let problem): "\(problem)"
        }
    }
}
