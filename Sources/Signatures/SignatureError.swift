/// Why a signature, or a record in it, is none.
public struct SignatureError: Error, Sendable, Hashable {
    /// One side of the arrow.
    public typealias Side = Signature.Side

    /// Why a name cannot be used.
    public enum NameProblem: Sendable, Hashable {
        /// It is no identifier of Python's: it is empty, begins with a digit, or holds something else than letters, digits and
        /// underscores.
        case malformed
        /// It is a keyword of Python.
        case keyword
        /// It begins with an underscore, which pydantic refuses.
        case leadingUnderscore
        /// DSPy or pydantic uses the name itself.
        case reserved
    }

    /// What is wrong.
    public enum Problem: Sendable, Hashable {
        /// Something else was expected here.
        case unexpected(expected: String, found: String)
        /// A type that is not known; `suggestion` is the nearest one that is.
        case unknownType(String, suggestion: String?)
        /// A type of Python's that signatures do not take; `remedy` says what to write instead.
        case unsupportedType(String, remedy: String)
        /// No field on this side of the arrow.
        case emptySide(Side)
        /// A record without fields, or an enumeration without members.
        case emptyRecord(String)
        /// A `Literal` without values.
        case emptyLiteral
        /// A constraint that values of the type cannot be held against.
        case unfitConstraint(Constraint, type: String)
        /// A keyword that is no constraint, or one that is given something that it does not take.
        case unknownConstraint(String, known: [String])
        /// A default that is no value of the type.
        case unfitDefault(LiteralValue, type: String)
        /// No place of this number among so many fields.
        case noSuchPlace(Int, count: Int)
        /// No field of this name.
        case noSuchField(String, known: [String])
        /// A `Literal` that holds a value twice.
        case duplicateLiteral(LiteralValue)
        /// A field name that is there twice, also when once on each side.
        case duplicateField(String)
        /// Two different records or enumerations of one name.
        case conflictingTypes(String)
        /// A name that cannot be used.
        case name(String, NameProblem)
        /// A type that contains itself, at any depth.
        case recursiveType(String)
        /// Choices for a type that has none.
        case unfitChoices(type: String)
        /// More bytes than ``Signature/Limits/length``.
        case tooLong(bytes: Int, limit: Int)
        /// Types nest deeper than ``Signature/Limits/depth``.
        case tooDeep(limit: Int)
        /// More fields than ``Signature/Limits/fields``.
        case tooManyFields(Int, limit: Int)
    }

    /// What is wrong.
    public var problem: Problem
    /// The signature string that was read; nil for a signature made of fields.
    public var source: String?
    /// Where in ``source``, in Unicode scalars from 1; nil when the fault has no one place.
    public var column: Int?

    /// Makes an error.
    public init(_ problem: Problem, source: String? = nil, column: Int? = nil) {
        self.problem = problem
        self.source = source
        self.column = column
    }
}

extension SignatureError: CustomStringConvertible {
    /// What is wrong, and, when there is a place, the line with a mark under it.
    public var description: String {
        guard let column else { return message }
        guard let excerpt = excerpt(around: column) else { return "column \(column): \(message)" }
        return "column \(column): \(message)\n\(excerpt)"
    }

    /// What is wrong and what to do, in one sentence.
    public var message: String {
        switch problem {
        case .unexpected(let expected, let found): return "expected \(expected), found \(found)"
        case .unknownType(let name, let suggestion):
            let hint = suggestion.map { "did you mean '\($0)'?" } ?? "name it in 'types' if it is a record of yours"
            return "unknown type '\(name)'; \(hint)"
        case .unsupportedType(let name, let remedy): return "the type '\(name)' cannot be used here; \(remedy)"
        case .emptySide(let side): return "there are no \(side.rawValue); write at least one field on each side of '->'"
        case .emptyRecord(let name): return "the type '\(name)' has no members; give it at least one"
        case .emptyLiteral: return "a Literal needs at least one value, as in Literal['yes', 'no']"
        case .duplicateLiteral(let value): return "the value \(value) is in the Literal twice; leave one out"
        case .duplicateField(let name): return "the field '\(name)' is there twice; rename one of them"
        case .conflictingTypes(let name): return "two different types are called '\(name)'; rename one of them"
        case .unfitConstraint(let constraint, let type):
            return "'\(constraint)' cannot hold for a '\(type)'; leave it out, or change the type"
        case .unknownConstraint(let keyword, let known):
            return "'\(keyword)' is no constraint that can be set so; there are \(known.joined(separator: ", "))"
        case .unfitDefault(let value, let type): return "the default \(value) is no '\(type)'"
        case .noSuchPlace(let index, let count):
            return "there is no place \(index) for a field; there are 0 to \(count), and -1 for the end"
        case .noSuchField(let name, let known):
            return "there is no field '\(name)'; there are \(known.joined(separator: ", "))"
        case .recursiveType(let name):
            return "the type '\(name)' contains itself, which no signature can say; leave the inner one out"
        case .unfitChoices(let type): return "only texts and whole numbers have choices, a '\(type)' has none"
        case .name(let name, let problem): return Self.message(name, problem)
        case .tooLong(let bytes, let limit): return "a signature of \(bytes) bytes is longer than the limit of \(limit)"
        case .tooDeep(let limit): return "types nest deeper than the limit of \(limit)"
        case .tooManyFields(let count, let limit): return "\(count) fields are more than the limit of \(limit)"
        }
    }

    private static func message(_ name: String, _ problem: NameProblem) -> String {
        switch problem {
        case .malformed:
            "'\(name)' is no name; use letters, digits and underscores, and begin with a letter"
        case .keyword: "'\(name)' is a keyword of Python; choose another name"
        case .leadingUnderscore: "the name '\(name)' begins with an underscore, which pydantic refuses; leave it out"
        case .reserved: "DSPy uses the name '\(name)' itself; choose another one"
        }
    }

    /// The line of the source that holds the column, cut to what fits a terminal, and a caret under the place.
    private func excerpt(around column: Int) -> String? {
        guard let source else { return nil }
        let scalars = Array(source.unicodeScalars)
        let place = min(max(column - 1, 0), scalars.count)
        let isBreak: (Unicode.Scalar) -> Bool = { $0 == "\n" || $0 == "\r" }
        let lineStart = scalars[..<place].lastIndex(where: isBreak).map { $0 + 1 } ?? 0
        let lineEnd = scalars[place...].firstIndex(where: isBreak) ?? scalars.count
        let start = max(lineStart, place - 60)
        let end = min(lineEnd, place + 40)
        var line = ""
        // A control character must not reach a terminal.
        for scalar in scalars[start..<end] { line.unicodeScalars.append(scalar.value < 32 ? " " : scalar) }
        return "    \(line)\n    \(String(repeating: " ", count: place - start))^"
    }
}
