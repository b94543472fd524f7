import DSPex

/// An output with its type, as a person reads it: `count: int = 7`.
enum Typed {
    static func line(_ field: Field, _ value: PythonValue) -> String {
        "\(field.name): \(field.type) = \(text(value))"
    }

    /// The value as Python shows it, on one line and without what a terminal would obey.
    static func text(_ value: PythonValue) -> String {
        switch value {
        case .none: "None"
        case .bool(let flag): flag ? "True" : "False"
        case .int(let number): "\(number)"
        case .bigInt(let number): "\(number)"
        case .float(let number): "\(number)"
        case .string(let text): LiteralValue.string(text).description
        case .list(let elements), .tuple(let elements): "[\(elements.map(text).joined(separator: ", "))]"
        case .dict(let entries):
            "{\(entries.map { "\($0.key.string ?? text($0.key)): \(text($0.value))" }.joined(separator: ", "))}"
        case .shared(let shared): shared.value.map(text) ?? "..."
        case .set, .frozenset, .bytes, .bytearray, .complex, .surrogateString, .extended, .hosted, .reference:
            "<\(value.typeName)>"
        }
    }
}
