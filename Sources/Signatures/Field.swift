/// One named input or output of a ``Signature``, or one member of a ``Record``.
public struct Field: Sendable, Hashable {
    /// The name: an identifier of Python's.
    public var name: String
    /// The type. Default ``FieldType/str``.
    public var type: FieldType
    /// What the model is told about the field besides its name; nil for nothing.
    public var description: String?
    /// The value of an input that is not given, or of an output that the model leaves out; nil when it must be there.
    public var defaultValue: LiteralValue?
    /// What the values must be besides their type. Those of the type itself, as of a `probability`, are not among them.
    public var constraints: [Constraint]

    /// Makes a field. Its name and type are checked by the signature or the record that takes it.
    public init(
        _ name: String, _ type: FieldType = .str, description: String? = nil, default defaultValue: LiteralValue? = nil,
        constraints: [Constraint] = []
    ) {
        self.name = name
        self.type = type
        self.description = description
        self.defaultValue = defaultValue
        self.constraints = constraints
    }

    /// The form in signature strings: `name`, `name: type`, `name: type(ge=0) = default "description"`.
    public var source: String {
        let kept = constraints.map(\.description).joined(separator: ", ")
        let typed =
            type == .str && constraints.isEmpty
            ? name : "\(name): \(type == .null ? "NoneType" : type.description)" + (kept.isEmpty ? "" : "(\(kept))")
        let filled = defaultValue.map { "\(typed) = \($0)" } ?? typed
        return description.map { "\(filled) \(PythonQuoting.quoted($0, quote: "\""))" } ?? filled
    }

    /// Every constraint of the values: those of the type first.
    public var allConstraints: [Constraint] { type.impliedConstraints + constraints }

    /// Whether a value may be left out.
    public var isOptional: Bool { defaultValue != nil || type.isOptional }

    var normalized: Field {
        var field = self
        field.type = type.normalized
        return field
    }
}
