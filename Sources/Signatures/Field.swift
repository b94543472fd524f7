/// One named input or output of a ``Signature``, or one member of a ``Record``.
public struct Field: Sendable, Hashable {
    /// The name: letters, digits and underscores of ASCII.
    public var name: String
    /// The type. Default ``FieldType/str``.
    public var type: FieldType
    /// What the model is told about the field besides its name; nil for nothing.
    public var description: String?

    /// Makes a field. Its name and type are checked by the signature or the record that takes it.
    public init(_ name: String, _ type: FieldType = .str, description: String? = nil) {
        self.name = name
        self.type = type
        self.description = description
    }

    /// The form in signature strings: the name alone for a `str`, else `name: type`. Descriptions have no place in it.
    public var source: String { type == .str ? name : "\(name): \(type)" }

    var normalized: Field { Field(name, type.normalized, description: description) }
}
