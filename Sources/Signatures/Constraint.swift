/// What a field's values must be besides their type. Those that DSPy knows are told to the model, as
/// `dspy.InputField(ge=0, le=1)` does it (`dspy.signatures.field`).
public enum Constraint: Sendable, Hashable {
    /// A number above this one: pydantic's `gt`.
    case greaterThan(Number)
    /// This number or one above it: `ge`.
    case atLeast(Number)
    /// A number below this one: `lt`.
    case lessThan(Number)
    /// This number or one below it: `le`.
    case atMost(Number)
    /// A text or a collection of at least so many characters or elements: `min_length`.
    case minLength(Int)
    /// A text or a collection of at most so many characters or elements: `max_length`.
    case maxLength(Int)
    /// A multiple of this number: `multiple_of`.
    case multipleOf(Number)
    /// A text in which this regular expression finds something: `pattern`. DSPy does not tell it to the model.
    case pattern(String)

    /// A number as it was written: Python tells 1 from 1.0 when it prints them.
    public enum Number: Sendable, Hashable {
        /// A whole number.
        case int(Int)
        /// Any other number.
        case float(Double)

        /// The number for comparing.
        public var value: Double {
            switch self {
            case .int(let number): Double(number)
            case .float(let number): number
            }
        }
    }

    /// The keyword of pydantic's `Field`.
    public var keyword: String {
        switch self {
        case .greaterThan: "gt"
        case .atLeast: "ge"
        case .lessThan: "lt"
        case .atMost: "le"
        case .minLength: "min_length"
        case .maxLength: "max_length"
        case .multipleOf: "multiple_of"
        case .pattern: "pattern"
        }
    }

    /// What the keyword is set to.
    public var argument: LiteralValue {
        switch self {
        case .greaterThan(let number), .atLeast(let number), .lessThan(let number), .atMost(let number),
            .multipleOf(let number):
            switch number {
            case .int(let number): .int(number)
            case .float(let number): .float(number)
            }
        case .minLength(let length), .maxLength(let length): .int(length)
        case .pattern(let pattern): .string(pattern)
        }
    }

    /// What DSPy tells the model; nil for what it keeps to itself.
    public var prompt: String? {
        let words: String? =
            switch self {
            case .greaterThan: "greater than"
            case .atLeast: "greater than or equal to"
            case .lessThan: "less than"
            case .atMost: "less than or equal to"
            case .minLength: "minimum length"
            case .maxLength: "maximum length"
            case .multipleOf: "a multiple of the given number"
            case .pattern: nil
            }
        return words.map { "\($0): \(argument)" }
    }

    /// The constraint of a keyword; nil for another keyword, or a value that it does not take.
    init?(keyword: String, _ argument: LiteralValue) {
        let number: Number? =
            switch argument {
            case .int(let value): .int(value)
            case .float(let value): .float(value)
            default: nil
            }
        let length: Int? = if case .int(let value) = argument, value >= 0 { value } else { nil }
        let text: String? = if case .string(let value) = argument { value } else { nil }
        let found: Constraint? =
            switch keyword {
            case "gt": number.map(Constraint.greaterThan)
            case "ge": number.map(Constraint.atLeast)
            case "lt": number.map(Constraint.lessThan)
            case "le": number.map(Constraint.atMost)
            case "multiple_of": number.map(Constraint.multipleOf)
            case "min_length": length.map(Constraint.minLength)
            case "max_length": length.map(Constraint.maxLength)
            case "pattern": text.map(Constraint.pattern)
            default: nil
            }
        guard let found else { return nil }
        self = found
    }

    static let keywords = ["gt", "ge", "lt", "le", "min_length", "max_length", "multiple_of", "pattern"]
}

extension Constraint: CustomStringConvertible {
    /// The constraint as signature strings write it: `ge=0`.
    public var description: String { "\(keyword)=\(argument)" }
}

extension [Constraint] {
    /// What DSPy tells the model of all of them; nil when that is nothing.
    public var prompt: String? {
        let told = compactMap(\.prompt)
        return told.isEmpty ? nil : told.joined(separator: ", ")
    }
}

extension Constraint.Number: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral {
    /// A Swift integer literal is a whole number.
    public init(integerLiteral value: Int) { self = .int(value) }
    /// A Swift float literal is a number with a point.
    public init(floatLiteral value: Double) { self = .float(value) }
}
