import DSPex

/// An output with its type, as a person reads it: `count: int = 7`.
enum Typed {
    static func line(_ field: Field, _ value: PythonValue) -> String {
        "\(field.name): \(field.type) = \(text(value))"
    }

    /// The value as Python shows it, on one line and without what a terminal would obey. A container inside itself ends in dots.
    static func text(_ value: PythonValue) -> String { text(value, depth: 0) }

    private static func text(_ value: PythonValue, depth: Int) -> String {
        func inner(_ value: PythonValue) -> String { depth < 50 ? text(value, depth: depth + 1) : "..." }
        switch value {
        case .none: return "None"
        case .bool(let flag): return flag ? "True" : "False"
        case .int(let number): return "\(number)"
        case .bigInt(let number): return "\(number)"
        case .float(let number): return "\(number)"
        case .string(let text): return LiteralValue.string(text).description
        case .list(let elements), .tuple(let elements): return "[\(elements.map(inner).joined(separator: ", "))]"
        case .dict(let entries):
            let members = entries.map { "\($0.key.string ?? inner($0.key)): \(inner($0.value))" }
            return "{\(members.joined(separator: ", "))}"
        case .shared(let shared): return shared.value.map(inner) ?? "..."
        case .set, .frozenset, .bytes, .bytearray, .complex, .surrogateString, .extended, .hosted, .reference:
            return "<\(value.typeName)>"
        }
    }
}
