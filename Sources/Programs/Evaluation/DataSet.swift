internal import Foundation
internal import Marshalling
public import Signatures

/// Examples for evaluations and optimisers, in the order in which they were written.
///
/// ```swift
/// let data = try DataSet(file: "questions.jsonl", signature: program.signature)
/// ```
///
/// What the signature knows is of the types that it declares, other columns are kept as they are. Every input must be there unless it
/// may be left out; outputs may be missing.
public struct DataSet: Sendable, Hashable {
    /// The examples.
    public var examples: [Example]

    /// Makes a data set of examples.
    public init(_ examples: [Example]) { self.examples = examples }

    /// How a data set is written in a file.
    public enum Format: String, Sendable, Hashable, CaseIterable {
        /// One JSON object on each line.
        case jsonLines = "jsonl"
        /// Comma-separated values (RFC 4180); the first line names the columns.
        case csv
    }

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - path: The file, in UTF-8.
    ///   - signature: What its columns mean.
    ///   - format: Default: by the end of the file's name, `.csv` for CSV, anything else for JSON lines.
    /// - Throws: ``DataSetError`` with the line.
    public init(file path: String, signature: Signature, format: Format? = nil) throws(DataSetError) {
        let text: String
        do { text = try String(contentsOfFile: path, encoding: .utf8) } catch {
            throw DataSetError(path, .unreadable("cannot be read as text in UTF-8"))
        }
        let format = format ?? (path.lowercased().hasSuffix(".csv") ? .csv : .jsonLines)
        try self.init(text, format: format, signature: signature, name: path)
    }

    /// Reads a text.
    ///
    /// - Parameter name: What errors call it.
    /// - Throws: ``DataSetError`` with the line.
    public init(
        _ text: String, format: Format, signature: Signature, name: String = "the data"
    ) throws(DataSetError) {
        switch format {
        case .jsonLines: examples = try Self.jsonLines(text, signature, name)
        case .csv: examples = try Self.csv(text, signature, name)
        }
        if examples.isEmpty { throw DataSetError(name, .empty) }
    }

    // MARK: JSON lines

    private static func jsonLines(
        _ text: String, _ signature: Signature, _ name: String
    ) throws(DataSetError) -> [Example] {
        var examples: [Example] = []
        for (index, bytes) in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            let line = String(decoding: bytes, as: UTF8.self)
            guard line.contains(where: { !$0.isWhitespace }) else { continue }
            let value: PythonValue
            do { value = try PythonValue(json: line) } catch {
                throw DataSetError(name, line: index + 1, column: error.column, .notJSON(error))
            }
            guard let entries = value.dict else {
                throw DataSetError(name, line: index + 1, .notObject(found: value.typeName))
            }
            examples.append(try example(entries, line: index + 1, signature, name))
        }
        return examples
    }

    private static func example(
        _ entries: PythonDictionary, line: Int, _ signature: Signature, _ name: String
    ) throws(DataSetError) -> Example {
        var problems = FieldProblems()
        let fields = PythonDictionary(
            entries.map { entry in
                let field = entry.key.string.flatMap(signature.field(named:))
                guard let field, !entry.value.isNone else { return entry }
                return .init(key: entry.key, value: field.written(entry.value, at: field.name, &problems))
            })
        if let problem = problems.listed.first { throw DataSetError(name, line: line, .field(problem)) }
        return try complete(Example(fields, line: line), signature, name)
    }

    // MARK: CSV

    private static func csv(
        _ text: String, _ signature: Signature, _ name: String
    ) throws(DataSetError) -> [Example] {
        var reader = CSVReader(text, name: name)
        guard let header = try reader.next() else { throw DataSetError(name, .empty) }
        let names = header.values.map { $0.trimmingCharacters(in: .whitespaces) }
        for (index, column) in names.enumerated() {
            if column.isEmpty {
                throw DataSetError(name, line: header.line, column: index + 1, .header("the column has no name"))
            }
            if names[..<index].contains(column) {
                throw DataSetError(
                    name, line: header.line, column: index + 1, .header("two columns are called '\(column)'"))
            }
        }
        var examples: [Example] = []
        while let record = try reader.next() {
            guard record.values.count == names.count else {
                throw DataSetError(
                    name, line: record.line, .valueCount(found: record.values.count, expected: names.count))
            }
            var fields = PythonDictionary()
            for (index, (column, text)) in zip(names, record.values).enumerated() {
                var problems = FieldProblems()
                let field = signature.field(named: column) ?? Field(column)
                fields[.string(column)] = field.tabled(text, at: column, &problems)
                if let problem = problems.listed.first {
                    throw DataSetError(name, line: record.line, column: index + 1, .field(problem))
                }
            }
            examples.append(try complete(Example(fields, line: record.line), signature, name))
        }
        return examples
    }

    private static func complete(
        _ example: Example, _ signature: Signature, _ name: String
    ) throws(DataSetError) -> Example {
        for field in signature.inputs where !field.isOptional {
            if let value = example[field.name], !value.isNone { continue }
            throw DataSetError(
                name, line: example.line, .missingInput(field.name, expected: field.type.expectation))
        }
        return example
    }
}

extension JSONError {
    fileprivate var column: Int? {
        switch self {
        case .syntax(_, let column, _, _), .tooDeep(_, let column, _), .numberOutOfRange(_, let column, _): column
        case .noJSONForm: nil
        }
    }
}
