public import Marshalling
public import Signatures

extension Optional: SignatureValue where Wrapped: SignatureValue {
    /// `Optional[T]`
    public static func describe(in types: inout FieldTypes) -> FieldType { .optional(types.of(Wrapped.self)) }

    /// The value, or `None`.
    public func fieldValue() -> PythonValue { map { $0.fieldValue() } ?? .none }

    /// Reads the value, or `None` as nil.
    public init?(from reader: inout FieldReader) {
        if reader.value.isNone {
            self = nil
            return
        }
        guard let value = Wrapped(from: &reader) else { return nil }
        self = value
    }

    /// An optional field that was left out is nil.
    public static var absent: Self? { .some(.none) }
}

extension Array: SignatureValue where Element: SignatureValue {
    /// `list[T]`; `bytes` for `[UInt8]`
    public static func describe(in types: inout FieldTypes) -> FieldType {
        Element.self == UInt8.self ? .bytes : .list(types.of(Element.self))
    }

    /// The elements in their order.
    public func fieldValue() -> PythonValue {
        // An empty array of anything would cast to one of bytes.
        if Element.self == UInt8.self, let bytes = self as? [UInt8] { return .bytes(bytes) }
        return .list(map { $0.fieldValue() })
    }

    /// Reads a `list`, a `tuple` or a `set`; for `[UInt8]` also `bytes`.
    public init?(from reader: inout FieldReader) {
        if Element.self == UInt8.self, let bytes = reader.value.bytes as? Self {
            self = bytes
            return
        }
        guard let elements = reader.elements(of: Element.self, for: Self.self) else { return nil }
        self = elements
    }
}

extension Set: SignatureValue where Element: SignatureValue {
    /// `set[T]`
    public static func describe(in types: inout FieldTypes) -> FieldType { .set(types.of(Element.self)) }

    /// The elements, sorted, so that equal sets make equal prompts.
    public func fieldValue() -> PythonValue {
        .set(PythonSet(map { $0.fieldValue() }.sorted { $0.precedes($1) }))
    }

    /// Reads a `list`, a `tuple` or a `set`.
    public init?(from reader: inout FieldReader) {
        guard let elements = reader.elements(of: Element.self, for: Self.self) else { return nil }
        self = Set(elements)
    }
}

extension Dictionary: SignatureValue where Key: SignatureValue, Value: SignatureValue {
    /// `dict[K, V]`
    public static func describe(in types: inout FieldTypes) -> FieldType {
        .dict(types.of(Key.self), types.of(Value.self))
    }

    /// The entries, sorted by their keys, so that equal dictionaries make equal prompts.
    public func fieldValue() -> PythonValue {
        let entries = map { PythonDictionary.Entry(key: $0.key.fieldValue(), value: $0.value.fieldValue()) }
        return .dict(PythonDictionary(entries.sorted { $0.key.precedes($1.key) }))
    }

    /// Reads a `dict`. Of two entries with one key, which Python cannot have, the last counts.
    public init?(from reader: inout FieldReader) {
        guard let entries = reader.value.dict else {
            reader.mistyped(Self.self)
            return nil
        }
        var read: Self = [:]
        var isWhole = true
        for entry in entries {
            let (key, value) = reader.take(Key.self, Value.self, entry)
            if let key, let value { read[key] = value } else { isWhole = false }
        }
        guard isWhole else { return nil }
        self = read
    }
}

extension PythonDictionary: SignatureValue {
    /// `dict`
    public static func describe(in types: inout FieldTypes) -> FieldType { .dict(.unspecified, .unspecified) }

    /// The entries in their order.
    public func fieldValue() -> PythonValue { .dict(self) }

    /// Reads a `dict` with keys and values of any kind.
    public init?(from reader: inout FieldReader) {
        guard let entries = reader.value.dict else {
            reader.mistyped(Self.self)
            return nil
        }
        self = entries
    }
}

extension FieldReader {
    /// Every element of the collection that the reader stands at; nil when one is wrong, or there is no collection.
    fileprivate mutating func elements<Element: SignatureValue, Whole: SignatureValue>(
        of type: Element.Type, for whole: Whole.Type
    ) -> [Element]? {
        guard let found = value.elements else {
            mistyped(whole)
            return nil
        }
        let elements = found.enumerated().map { take(type, $0.element, at: $0.offset) }
        let read = elements.compactMap(\.self)
        return read.count == elements.count ? read : nil
    }
}

extension PythonValue {
    /// An order for elements and keys: numbers before texts, anything else by its name in Python.
    fileprivate func precedes(_ other: PythonValue) -> Bool {
        switch (self, other) {
        case (.int(let left), .int(let right)): left < right
        case (.float(let left), .float(let right)): left < right
        case (.string(let left), .string(let right)): left < right
        default: "\(typeName) \(self)" < "\(other.typeName) \(other)"
        }
    }
}
