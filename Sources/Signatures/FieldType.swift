/// The type of a field: what Python annotates it with, and what its values must be.
public indirect enum FieldType: Sendable, Hashable {
    /// `str`
    case str
    /// `int`
    case int
    /// `float`
    case float
    /// `bool`
    case bool
    /// `list[T]`
    case list(FieldType)
    /// `Literal[…]`: one of these values, at least one, none twice
    case literal([LiteralValue])
    /// `Optional[T]`: a `T` or `None`
    case optional(FieldType)
    /// A named record, which Python sees as a pydantic model
    case record(Record)
}

extension FieldType: CustomStringConvertible {
    /// The type as Python writes it. It reads back to the same type when the records' names are given to the parser.
    public var description: String {
        switch self {
        case .str: "str"
        case .int: "int"
        case .float: "float"
        case .bool: "bool"
        case .list(let element): "list[\(element)]"
        case .literal(let values): "Literal[\(values.map(\.description).joined(separator: ", "))]"
        case .optional(let wrapped): "Optional[\(wrapped)]"
        case .record(let record): record.name
        }
    }
}

extension FieldType {
    /// Whether `None` is among the values.
    public var isOptional: Bool { if case .optional = self { true } else { false } }

    /// The same type as Python would hold it: `Optional[Optional[T]]` is `Optional[T]`.
    var normalized: FieldType {
        switch self {
        case .str, .int, .float, .bool, .literal: self
        case .list(let element): .list(element.normalized)
        case .optional(let wrapped):
            switch wrapped.normalized {
            case .optional(let inner): .optional(inner)
            case let inner: .optional(inner)
            }
        case .record(let record): .record(record.normalized)
        }
    }
}
