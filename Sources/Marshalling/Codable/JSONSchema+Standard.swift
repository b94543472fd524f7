// The schemas of Swift's own types.

extension Bool: PythonDescribable {
    /// A boolean.
    public static func describe(in schema: inout JSONSchema) -> PythonValue { ["type": "boolean"] }
}

extension String: PythonDescribable {
    /// A string.
    public static func describe(in schema: inout JSONSchema) -> PythonValue { ["type": "string"] }
}

extension Double: PythonDescribable {
    /// A number.
    public static func describe(in schema: inout JSONSchema) -> PythonValue { ["type": "number"] }
}

extension Float: PythonDescribable {
    /// A number.
    public static func describe(in schema: inout JSONSchema) -> PythonValue { ["type": "number"] }
}

extension Int: PythonDescribable {
    /// An integer.
    public static func describe(in schema: inout JSONSchema) -> PythonValue { ["type": "integer"] }
}

extension Int8: PythonDescribable {
    /// An integer.
    public static func describe(in schema: inout JSONSchema) -> PythonValue { ["type": "integer"] }
}

extension Int16: PythonDescribable {
    /// An integer.
    public static func describe(in schema: inout JSONSchema) -> PythonValue { ["type": "integer"] }
}

extension Int32: PythonDescribable {
    /// An integer.
    public static func describe(in schema: inout JSONSchema) -> PythonValue { ["type": "integer"] }
}

extension Int64: PythonDescribable {
    /// An integer.
    public static func describe(in schema: inout JSONSchema) -> PythonValue { ["type": "integer"] }
}

extension Int128: PythonDescribable {
    /// An integer.
    public static func describe(in schema: inout JSONSchema) -> PythonValue { ["type": "integer"] }
}

extension UInt: PythonDescribable {
    /// An integer, zero or above.
    public static func describe(in schema: inout JSONSchema) -> PythonValue { ["type": "integer", "minimum": 0] }
}

extension UInt8: PythonDescribable {
    /// An integer, zero or above.
    public static func describe(in schema: inout JSONSchema) -> PythonValue { ["type": "integer", "minimum": 0] }
}

extension UInt16: PythonDescribable {
    /// An integer, zero or above.
    public static func describe(in schema: inout JSONSchema) -> PythonValue { ["type": "integer", "minimum": 0] }
}

extension UInt32: PythonDescribable {
    /// An integer, zero or above.
    public static func describe(in schema: inout JSONSchema) -> PythonValue { ["type": "integer", "minimum": 0] }
}

extension UInt64: PythonDescribable {
    /// An integer, zero or above.
    public static func describe(in schema: inout JSONSchema) -> PythonValue { ["type": "integer", "minimum": 0] }
}

extension UInt128: PythonDescribable {
    /// An integer, zero or above.
    public static func describe(in schema: inout JSONSchema) -> PythonValue { ["type": "integer", "minimum": 0] }
}

extension PythonValue: PythonDescribable {
    /// Anything.
    public static func describe(in schema: inout JSONSchema) -> PythonValue { [:] }
}

extension PythonDictionary: PythonDescribable {
    /// An object with any properties.
    public static func describe(in schema: inout JSONSchema) -> PythonValue { ["type": "object"] }
}

extension Duration: PythonDescribable {
    /// A `timedelta`.
    public static func describe(in schema: inout JSONSchema) -> PythonValue {
        ["type": "string", "format": "duration"]
    }
}

extension Optional: PythonDescribable where Wrapped: PythonDescribable {
    /// The wrapped type's, or null.
    public static func describe(in schema: inout JSONSchema) -> PythonValue {
        JSONSchema.anyOf([schema.of(Wrapped.self), ["type": "null"]])
    }
}

extension Array: PythonDescribable where Element: PythonDescribable {
    /// An array of the element's.
    public static func describe(in schema: inout JSONSchema) -> PythonValue {
        ["type": "array", "items": schema.of(Element.self)]
    }
}

extension Set: PythonDescribable where Element: PythonDescribable {
    /// An array of the element's, none twice.
    public static func describe(in schema: inout JSONSchema) -> PythonValue {
        ["type": "array", "items": schema.of(Element.self), "uniqueItems": true]
    }
}

extension Dictionary: PythonDescribable where Value: PythonDescribable {
    /// An object whose properties are all the value's; JSON Schema knows no keys but strings.
    public static func describe(in schema: inout JSONSchema) -> PythonValue {
        ["type": "object", "additionalProperties": schema.of(Value.self)]
    }
}

extension Optional: AnonymousType where Wrapped: PythonDescribable {}
extension Array: AnonymousType where Element: PythonDescribable {}
extension Set: AnonymousType where Element: PythonDescribable {}
extension Dictionary: AnonymousType where Value: PythonDescribable {}
