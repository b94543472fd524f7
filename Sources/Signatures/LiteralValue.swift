/// One of the values that a `Literal[…]` allows.
public enum LiteralValue: Sendable, Hashable {
    /// A text, as in `Literal['positive']`.
    case string(String)
    /// A whole number, as in `Literal[3]`.
    case int(Int)
    /// A truth value, as in `Literal[True]`. As in Python's `typing`, it differs from the numbers 0 and 1.
    case bool(Bool)
}

extension LiteralValue: CustomStringConvertible {
    /// The value as Python writes it: `'positive'`, `3`, `True`.
    public var description: String {
        switch self {
        case .string(let text): Self.quoted(text)
        case .int(let number): String(number)
        case .bool(let flag): flag ? "True" : "False"
        }
    }

    /// A Python string in single quotes. What is invisible is escaped, so that one line stays one line.
    private static func quoted(_ text: String) -> String {
        var result = "'"
        for scalar in text.unicodeScalars {
            switch scalar {
            case "'": result += "\\'"
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.properties.generalCategory.isInvisible:
                result += scalar.value > 0xFFFF ? "\\U" + hex(scalar, digits: 8) : "\\u" + hex(scalar, digits: 4)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "'"
    }

    private static func hex(_ scalar: Unicode.Scalar, digits: Int) -> String {
        let text = String(scalar.value, radix: 16)
        return String(repeating: "0", count: digits - text.utf8.count) + text
    }
}

extension Unicode.GeneralCategory {
    fileprivate var isInvisible: Bool {
        switch self {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}

extension LiteralValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
    /// A Swift string literal is a text.
    public init(stringLiteral value: String) { self = .string(value) }
    /// A Swift integer literal is a whole number.
    public init(integerLiteral value: Int) { self = .int(value) }
    /// A Swift boolean literal is a truth value.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
}
