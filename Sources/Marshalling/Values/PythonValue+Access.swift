extension PythonValue {
    /// An `int` of any size.
    public init(_ integer: PythonInteger) { self = integer.int.map { .int($0) } ?? .bigInt(integer) }

    /// The value without the knowledge that it is shared; `None` for the way back to something that is gone.
    public var unshared: PythonValue {
        guard case .shared(let shared) = self else { return self }
        return shared.value ?? PythonValue.none
    }

    /// The name that Python's `type(value).__name__` gives, for messages; a converter's name for what it converted.
    public var typeName: String {
        switch unshared {
        case .none, .shared: "NoneType"
        case .bool: "bool"
        case .int, .bigInt: "int"
        case .float: "float"
        case .complex: "complex"
        case .string, .surrogateString: "str"
        case .bytes: "bytes"
        case .bytearray: "bytearray"
        case .list: "list"
        case .tuple: "tuple"
        case .set: "set"
        case .frozenset: "frozenset"
        case .dict: "dict"
        case .extended(let name, _): name
        case .hosted(let hosted): hosted.kind.rawValue
        case .reference(let reference): reference.typeName
        }
    }

    /// Whether this is `None`.
    public var isNone: Bool { if case .none = unshared { true } else { false } }

    /// The value of a `bool`, else nil.
    public var bool: Bool? { if case .bool(let value) = unshared { value } else { nil } }

    /// The value of an `int` that fits 64 bits, else nil.
    public var int: Int? { if case .int(let value) = unshared { value } else { nil } }

    /// The value of an `int` of any size, else nil.
    public var integer: PythonInteger? {
        switch unshared {
        case .int(let value): PythonInteger(value)
        case .bigInt(let value): value
        default: nil
        }
    }

    /// The value of a `float`, or of an `int` that a double holds exactly, else nil.
    public var double: Double? {
        switch unshared {
        case .float(let value): value
        case .int(let value): Double(exactly: value)
        default: nil
        }
    }

    /// The value of a `complex`, else nil.
    public var complex: PythonComplex? { if case .complex(let value) = unshared { value } else { nil } }

    /// The value of a `str`, else nil. One with lone surrogates is no text: see ``surrogateString(_:)``.
    public var string: String? { if case .string(let value) = unshared { value } else { nil } }

    /// The content of `bytes` or a `bytearray`, else nil.
    public var bytes: [UInt8]? {
        switch unshared {
        case .bytes(let value), .bytearray(let value): value
        default: nil
        }
    }

    /// The elements of a `list`, `tuple`, `set` or `frozenset`, else nil.
    public var elements: [PythonValue]? {
        switch unshared {
        case .list(let elements), .tuple(let elements): elements
        case .set(let set), .frozenset(let set): set.elements
        default: nil
        }
    }

    /// The entries of a `dict`, else nil.
    public var dict: PythonDictionary? { if case .dict(let value) = unshared { value } else { nil } }

    /// The handle to an object without a value form, else nil.
    public var reference: PythonReference? { if case .reference(let value) = unshared { value } else { nil } }

    /// The value at a key of a `dict`; nil when this is no `dict` or has no such key.
    public subscript(key: PythonValue) -> PythonValue? { dict?[key] }

    /// The element of a `list` or `tuple`; nil when this is neither or the index is out of range.
    public subscript(index: Int) -> PythonValue? {
        switch unshared {
        case .list(let elements), .tuple(let elements):
            // A bare `nil` would be Python's None here, which is a value.
            if elements.indices.contains(index) { elements[index] } else { Optional<PythonValue>.none }
        case .dict(let entries): entries[.int(index)]
        default: Optional<PythonValue>.none
        }
    }
}
