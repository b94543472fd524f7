import Marshalling
import Signatures
import Testing

@testable import Programs

/// A type as signature strings write it, a value, and what becomes of it: nil when it does not fit.
struct ValidationCase: Sendable, CustomTestStringConvertible {
    var type: String
    var value: PythonValue
    var expected: PythonValue?

    init(_ type: String, _ value: PythonValue, _ expected: PythonValue?) {
        (self.type, self.value, self.expected) = (type, value, expected)
    }

    var testDescription: String { "\(type): \(value.pythonRepresentation)" }

    /// Whether the value becomes what was expected. Texts count code point by code point, NaN as itself.
    func isMet() throws -> Bool {
        let (found, problems) = try validation(of: value, as: type)
        guard let expected else { return found == nil && !problems.isEmpty }
        return found?.pythonRepresentation == expected.pythonRepresentation && problems.isEmpty
    }
}

/// What becomes of a value held against a type, and the problems that were found.
func validation(
    of value: PythonValue, as type: String, types: [String: FieldType] = [:]
) throws -> (value: PythonValue?, problems: [String]) {
    var problems = FieldProblems()
    let field = try Signature("q -> a: \(type)", types: types).outputs[0]
    let found = field.type.validated(value, at: "a", &problems)
    return (found, problems.listed.map(\.description))
}

/// What becomes of a model's text for a type, and the problems that were found.
func parsing(
    of value: PythonValue, as type: String, _ mode: ParsingMode = .compatible, types: [String: FieldType] = [:]
) throws -> (value: PythonValue?, problems: [String]) {
    var problems = FieldProblems()
    let found = try Signature("q -> a: \(type)", types: types).outputs[0].parsed(value, mode, &problems)
    return (found, problems.listed.map(\.description))
}
