/// Why a text is no JSON, or why a value has no JSON form.
public enum JSONError: Error, Sendable, Hashable {
    /// The text breaks the grammar. `line` and `column` count from 1, the column in bytes; `found` is one character or a short
    /// name for it, never more of the text.
    case syntax(line: Int, column: Int, expected: String, found: String)
    /// Arrays and objects are nested deeper than the limit.
    case tooDeep(line: Int, column: Int, limit: Int)
    /// A number is larger than a `Double` holds, or has more digits than an integer may have.
    case numberOutOfRange(line: Int, column: Int, detail: String)
    /// A value that cannot be written; `path` leads to it (`$.rows[3].data`).
    case noJSONForm(path: String, detail: String)

    /// How deeply arrays and objects may be nested, in both directions.
    public static let depthLimit = 512

    /// How many digits an integer may have: what Python's own `int(text)` takes before it refuses.
    public static let digitLimit = 4300
}

extension JSONError: CustomStringConvertible {
    /// The message, in one sentence.
    public var description: String {
        switch self {
        case .syntax(let line, let column, let expected, let found):
            "line \(line), column \(column): expected \(expected), found \(found)"
        case .tooDeep(let line, let column, let limit):
            "line \(line), column \(column): nested deeper than \(limit) levels"
        case .numberOutOfRange(let line, let column, let detail):
            "line \(line), column \(column): \(detail)"
        case .noJSONForm(let path, let detail):
            "\(path): \(detail)"
        }
    }
}
