/// An instance of a Python dataclass, named tuple or pydantic model: its class, and its fields by name.
public struct PythonRecord: PythonValueConvertible {
    /// What kind of class it is.
    public enum Kind: String, Sendable {
        /// `dataclasses.dataclass`
        case dataclass
        /// `collections.namedtuple`, `typing.NamedTuple`
        case namedtuple
        /// `pydantic.BaseModel`
        case pydantic
    }

    /// What kind of class it is.
    public var kind: Kind
    /// The class.
    public var type: PythonClassName
    /// The fields in their order.
    public var fields: PythonDictionary
    /// The state beside the fields, if there is any: other attributes, of a pydantic model the names of the fields that were set, its extra
    /// fields and its private attributes.
    public var state: [PythonValue]

    /// Makes a record.
    ///
    /// Python makes the instance without running `__init__`; of a dataclass fields with a default may be left out. A pydantic model
    /// without ``state`` is validated, as if it had been made by calling its class.
    public init(_ kind: Kind, _ type: PythonClassName, _ fields: PythonDictionary, state: [PythonValue] = []) {
        (self.kind, self.type, self.fields, self.state) = (kind, type, fields, state)
    }

    /// Reads a record.
    public init?(_ value: PythonValue) {
        guard case .extended(let name, let payload) = value.unshared, let kind = Kind(rawValue: name),
            let parts = payload.elements, parts.count >= 2, let type = PythonClassName(parts[0]),
            let fields = parts[1].dict
        else { return nil }
        self.init(kind, type, fields, state: Array(parts[2...]))
    }

    /// The value of a field; nil when the record has none of this name.
    public subscript(field: String) -> PythonValue? { fields[.string(field)] }

    /// The instance.
    public var pythonValue: PythonValue {
        .extended(name: kind.rawValue, payload: .tuple([type.pythonValue, .dict(fields)] + state))
    }
}
