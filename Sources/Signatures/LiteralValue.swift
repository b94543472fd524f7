/// A constant of Python: what a `Literal[…]` allows, or the default of a field.
public enum LiteralValue: Sendable, Hashable {
    /// A text, as in `Literal['positive']`.
    case string(String)
    /// A whole number, as in `Literal[3]`.
    case int(Int)
    /// A truth value, as in `Literal[True]`. As in Python's `typing`, it differs from the numbers 0 and 1.
    case bool(Bool)
    /// A number with a point or an exponent.
    case float(Double)
    /// Bytes, as in `Literal[b'x']`.
    case bytes([UInt8])
    /// `None`
    case none
}

extension LiteralValue: CustomStringConvertible {
    /// The value as Python's `repr` writes it: `'positive'`, `3`, `True`, `0.5`.
    public var description: String {
        switch self {
        case .string(let text): PythonQuoting.quoted(text)
        case .bytes(let bytes): PythonQuoting.quoted(bytes)
        default: text
        }
    }

    /// The value as Python's `str` writes it: a text as it is, anything else as in `repr`.
    public var text: String {
        switch self {
        case .string(let text): text
        case .int(let number): String(number)
        case .bool(let flag): flag ? "True" : "False"
        // Swift writes a float as Python does, but with an exponent from 2^53 on, where Python has one from 1e16 on.
        case .float(let number) where number.magnitude >= 0x1p53 && number.magnitude < 1e16: "\(Int(number)).0"
        case .float(let number): "\(number)"
        case .bytes(let bytes): PythonQuoting.quoted(bytes)
        case .none: "None"
        }
    }

    /// The value as DSPy's prompts spell it in the name of a type. Its quoting is not that of Python, and kept as it is.
    var promptText: String {
        guard case .string(let text) = self else { return self.text }
        let scalars = text.unicodeScalars
        guard scalars.contains("'") else { return "'\(text)'" }
        guard scalars.contains("\"") else { return "\"\(text)\"" }
        let parts = scalars.split(separator: "'", omittingEmptySubsequences: false).map { String($0) }
        return "'\(parts.joined(separator: "\\'"))'"
    }
}

extension LiteralValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByFloatLiteral
{
    /// A Swift string literal is a text.
    public init(stringLiteral value: String) { self = .string(value) }
    /// A Swift integer literal is a whole number.
    public init(integerLiteral value: Int) { self = .int(value) }
    /// A Swift boolean literal is a truth value.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// A Swift float literal is a number with a point.
    public init(floatLiteral value: Double) { self = .float(value) }
}
