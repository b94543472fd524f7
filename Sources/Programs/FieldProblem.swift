/// What is wrong with one value of an input, an example or an output.
public struct FieldProblem: Sendable, Hashable {
    /// What is wrong.
    public enum Kind: Sendable, Hashable {
        /// There is no value, but there must be one of this type.
        case missing(expected: String)
        /// There is no such field; these there are.
        case unknown(known: [String])
        /// The value is of another type, or is none of those that a `Literal` allows.
        case mistyped(expected: String, actual: String)
        /// The value is of the type, but not what it must be besides: `at least 0`.
        case outOfBounds(rule: String, actual: String)
        /// The signature demands a match of this pattern, which is no regular expression.
        case unusablePattern(String)
        /// The text holds the mark with which DSPy fences attachments; it would become a part of the request of its own.
        case fencedText
        /// `ChainOfThought` writes this field itself.
        case taken
    }

    /// Where the value is: `person.age`, `passages[2]`, `demos[0].answer`.
    public var path: String
    /// What is wrong.
    public var kind: Kind

    /// Makes a problem.
    public init(path: String, kind: Kind) {
        self.path = path
        self.kind = kind
    }
}

extension FieldProblem: CustomStringConvertible {
    /// The path, what is wrong and what was expected.
    public var description: String {
        switch kind {
        case .missing(let expected): "\(path): missing; expected \(expected)"
        case .unknown(let known): "\(path): no such field; there are \(known.joined(separator: ", "))"
        case .mistyped(let expected, let actual): "\(path): expected \(expected), got \(actual)"
        case .outOfBounds(let rule, let actual): "\(path): must be \(rule), got \(actual)"
        case .unusablePattern(let pattern):
            "\(path): the pattern \(pattern) is no regular expression; correct the signature"
        case .fencedText:
            "\(path): holds DSPy's mark for attachments (\(CustomTypeMarker.start)); remove it from the text"
        case .taken: "\(path): ChainOfThought writes this field itself; rename the input"
        }
    }
}

/// Problems as they are found, all of them up to a number that a person still reads.
struct FieldProblems {
    static let limit = 50
    private(set) var listed: [FieldProblem] = []
    private(set) var omitted = 0

    var isEmpty: Bool { listed.isEmpty }

    mutating func add(_ path: String, _ kind: FieldProblem.Kind) {
        if listed.count < Self.limit { listed.append(FieldProblem(path: path, kind: kind)) } else { omitted += 1 }
    }
}
