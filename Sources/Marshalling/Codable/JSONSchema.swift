/// A type that says, as a JSON Schema, what its values look like in Python: what a tool's parameters are described with.
///
/// `@PythonCodable` writes this too, with the documentation comments as descriptions.
public protocol PythonDescribable {
    /// The schema of this type alone; `schema.of(_:)` gives those of the types in it.
    static func describe(in schema: inout JSONSchema) -> PythonValue
}

extension PythonDescribable {
    /// The whole schema; types that contain themselves stand in its `$defs`.
    public static var jsonSchema: PythonValue {
        var schema = JSONSchema()
        return schema.whole(Self.self)
    }
}

/// A type that stands in others without a name of its own: a container of another.
protocol AnonymousType {}

/// The schemas that are being made: knows which types are under way, so that one that contains itself is referred to.
public struct JSONSchema {
    private var underway: Set<ObjectIdentifier> = []
    private var recursive: Set<ObjectIdentifier> = []
    private var definitions: PythonDictionary = [:]

    /// Begins with nothing; ``PythonDescribable/jsonSchema`` is how a whole schema is made.
    public init() {}

    /// The schema of a type inside another, with a description of its use there.
    public mutating func of<Described: PythonDescribable>(
        _ type: Described.Type, _ description: String = ""
    ) -> PythonValue {
        if type is any AnonymousType.Type { return Self.describe(type.describe(in: &self), description) }
        let id = ObjectIdentifier(type)
        let name = "\(type)"
        let reference: PythonValue = ["$ref": .string("#/$defs/\(name)")]
        if underway.contains(id) || definitions[.string(name)] != nil {
            recursive.insert(id)
            return Self.describe(reference, description)
        }
        underway.insert(id)
        let schema = type.describe(in: &self)
        underway.remove(id)
        guard recursive.contains(id) else { return Self.describe(schema, description) }
        definitions[.string(name)] = schema
        return Self.describe(reference, description)
    }

    /// The schema of a type that does not describe itself: anything.
    public mutating func of<Anything>(_ type: Anything.Type, _ description: String = "") -> PythonValue {
        Self.describe([:], description)
    }

    fileprivate mutating func whole<Described: PythonDescribable>(_ type: Described.Type) -> PythonValue {
        let schema = of(type)
        guard !definitions.isEmpty, case .dict(var entries) = schema else { return schema }
        entries["$defs"] = .dict(definitions)
        return .dict(entries)
    }

    /// The schema of a `dict` with known keys.
    public static func object(
        _ properties: PythonDictionary, required: [String], description: String = ""
    ) -> PythonValue {
        describe(
            [
                "type": "object", "properties": .dict(properties),
                "required": .list(required.map { .string($0) }),
            ], description)
    }

    /// The schema of one of several texts.
    public static func oneOf(_ names: [String], description: String = "") -> PythonValue {
        describe(["type": "string", "enum": .list(names.map { .string($0) })], description)
    }

    /// The schema of one of several raw values.
    public mutating func oneOf<Value: RawRepresentable>(
        _ values: [Value], description: String = ""
    ) -> PythonValue where Value.RawValue: PythonEncodable {
        // A raw value is a number or a text, which always has a wire form.
        let values = values.compactMap { try? PythonValue(encoding: $0.rawValue) }
        return Self.describe(["enum": .list(values)], description)
    }

    /// The schema of a value that is one of several kinds.
    public static func anyOf(_ kinds: [PythonValue], description: String = "") -> PythonValue {
        describe(["anyOf": .list(kinds)], description)
    }

    /// The schema with a description, in place of the one that it has, unless it is empty.
    static func describe(_ schema: PythonValue, _ description: String) -> PythonValue {
        guard !description.isEmpty, case .dict(var entries) = schema else { return schema }
        entries["description"] = .string(description)
        return .dict(entries)
    }
}
