public import Marshalling
public import Signatures

extension Signature {
    /// Reads what ``jsonSchema`` writes, or any JSON Schema of an object with `inputs` and `outputs` that are objects.
    ///
    /// Objects with properties become records, `enum` and `const` literals, `anyOf` and lists of types unions, formats the types of
    /// ``StandardType``, bounds ``Constraint``s. A property that is not required is optional.
    ///
    /// - Throws: ``JSONSchemaError`` with the place (`$.properties.outputs.properties.score`) of what no type stands for.
    public init(jsonSchema schema: PythonValue) throws(JSONSchemaError) {
        var reader = SchemaReader(schema["$defs"]?.dict ?? schema["definitions"]?.dict ?? [:])
        let inputs = try reader.side("inputs", schema)
        let outputs = try reader.side("outputs", schema)
        let description = schema["description"]?.string
        do {
            let signature = try Signature(
                name: schema["title"]?.string ?? Signature.defaultName, inputs: inputs, outputs: outputs)
            self = description == signature.effectiveInstructions ? signature : signature.withInstructions(description)
        } catch {
            throw JSONSchemaError(path: "$", problem: error.message)
        }
    }
}

/// Why a JSON Schema is no signature.
public struct JSONSchemaError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Where in the schema.
    public var path: String
    /// What is wrong.
    public var problem: String

    /// Place and problem.
    public var description: String { "\(path): \(problem)" }
}

/// Makes types of JSON Schemas.
struct SchemaReader {
    private let definitions: PythonDictionary
    private var underway: Set<String> = []

    init(_ definitions: PythonDictionary) { self.definitions = definitions }

    mutating func side(_ name: String, _ schema: PythonValue) throws(JSONSchemaError) -> [Field] {
        let path = "$.properties.\(name)"
        guard let object = schema["properties"]?[.string(name)] else {
            throw JSONSchemaError(path: path, problem: "there must be an object with the \(name)")
        }
        return try fields(of: try resolved(object, path), path)
    }

    private mutating func fields(of object: PythonValue, _ path: String) throws(JSONSchemaError) -> [Field] {
        guard let properties = object["properties"]?.dict else {
            throw JSONSchemaError(path: path, problem: "expected an object with properties")
        }
        let required = Set((object["required"]?.elements ?? []).compactMap(\.string))
        var fields: [Field] = []
        for property in properties {
            let name = property.key.string ?? ""
            let path = "\(path).properties.\(name)"
            var field = Field(name, try type(property.value, path, suggestedName: name.pydanticTitle))
            field.description = property.value["description"]?.string
            if let value = property.value["default"], !(value.isNone && field.type.isOptional) {
                guard let literal = LiteralValue(value) else {
                    throw JSONSchemaError(path: path, problem: "only constants can be defaults")
                }
                field.defaultValue = literal
            } else if !required.contains(name), object["required"] != nil {
                field.type = .optional(field.type)
            }
            // What a union's members are bound by, all of them are.
            if case .annotated(let base, let constraints) = field.type {
                field.type = base
                field.constraints = constraints
            }
            fields.append(field)
        }
        return fields
    }

    private func resolved(_ schema: PythonValue, _ path: String) throws(JSONSchemaError) -> PythonValue {
        guard let reference = schema["$ref"]?.string else { return schema }
        guard let name = reference.split(separator: "/").last, let found = definitions[.string(String(name))] else {
            throw JSONSchemaError(path: path, problem: "'\(reference)' is nowhere in $defs")
        }
        return found
    }

    // MARK: Types

    private mutating func type(
        _ schema: PythonValue, _ path: String, suggestedName: String
    ) throws(JSONSchemaError) -> FieldType {
        guard path.utf8.count < 4_096 else { throw JSONSchemaError(path: "$", problem: "nested too deep") }
        if let reference = schema["$ref"]?.string {
            let name = String(reference.split(separator: "/").last ?? "")
            guard underway.insert(name).inserted else {
                throw JSONSchemaError(path: path, problem: "'\(name)' contains itself, which no signature can say")
            }
            defer { underway.remove(name) }
            return try type(try resolved(schema, path), path, suggestedName: name)
        }
        if let choices = schema["enum"]?.elements ?? schema["const"].map({ [$0] }) {
            return try choice(choices, path)
        }
        if let members = schema["anyOf"]?.elements ?? schema["oneOf"]?.elements {
            var types: [FieldType] = []
            for (index, member) in members.enumerated() {
                types.append(try type(member, "\(path).anyOf[\(index)]", suggestedName: suggestedName))
            }
            return .union(types)
        }
        if let names = schema["type"]?.elements {
            var types: [FieldType] = []
            for name in names {
                var single = schema.dict ?? [:]
                single["type"] = name
                types.append(try type(.dict(single), path, suggestedName: suggestedName))
            }
            return .union(types)
        }
        let base = try plain(schema, path, suggestedName: suggestedName)
        let constraints = Self.constraints(of: schema)
        return constraints.isEmpty ? base : .annotated(base, constraints)
    }

    private mutating func plain(
        _ schema: PythonValue, _ path: String, suggestedName: String
    ) throws(JSONSchemaError) -> FieldType {
        switch schema["type"]?.string {
        case nil: return .any
        case "string": return Self.text(schema["format"]?.string)
        case "integer": return .int
        case "number": return .float
        case "boolean": return .bool
        case "null": return .null
        case "array": return try array(schema, path, suggestedName: suggestedName)
        case "object": return try object(schema, path, suggestedName: suggestedName)
        case let name?: throw JSONSchemaError(path: path, problem: "'\(name)' is no type of JSON Schema")
        }
    }

    private static func text(_ format: String?) -> FieldType {
        switch format {
        case "date": .standard(.date)
        case "date-time": .standard(.datetime)
        case "time": .standard(.time)
        case "duration": .standard(.timedelta)
        case "uuid": .standard(.uuid)
        case "path": .standard(.path)
        case "binary": .bytes
        default: .str
        }
    }

    private mutating func array(
        _ schema: PythonValue, _ path: String, suggestedName: String
    ) throws(JSONSchemaError) -> FieldType {
        if let items = schema["prefixItems"]?.elements {
            var types: [FieldType] = []
            for (index, item) in items.enumerated() {
                types.append(
                    try type(item, "\(path).prefixItems[\(index)]", suggestedName: "\(suggestedName)\(index + 1)"))
            }
            return .tuple(types)
        }
        let element = try schema["items"].map { items throws(JSONSchemaError) in
            items.dict?.isEmpty == true
                ? FieldType.unspecified : try type(items, path + ".items", suggestedName: suggestedName + "Item")
        }
        return schema["uniqueItems"]?.bool == true ? .set(element ?? .unspecified) : .list(element ?? .unspecified)
    }

    private mutating func object(
        _ schema: PythonValue, _ path: String, suggestedName: String
    ) throws(JSONSchemaError) -> FieldType {
        guard schema["properties"]?.dict?.isEmpty == false else {
            guard let values = schema["additionalProperties"], values.dict != nil else {
                return .dict(.unspecified, .unspecified)
            }
            return .dict(
                .str, try type(values, path + ".additionalProperties", suggestedName: suggestedName + "Value"))
        }
        let name = schema["title"]?.string ?? suggestedName
        let fields = try fields(of: schema, path)
        do {
            return .record(try Record(String(name.filter { $0 != " " }), fields: fields))
        } catch {
            throw JSONSchemaError(path: path, problem: error.message)
        }
    }

    private func choice(_ values: [PythonValue], _ path: String) throws(JSONSchemaError) -> FieldType {
        let literals = values.compactMap(LiteralValue.init)
        guard literals.count == values.count else {
            throw JSONSchemaError(path: path, problem: "only constants can be in an enumeration")
        }
        return .literal(literals)
    }

    private static func constraints(of schema: PythonValue) -> [Constraint] {
        func number(_ key: PythonValue) -> Constraint.Number? {
            schema[key]?.int.map(Constraint.Number.int) ?? schema[key]?.double.map(Constraint.Number.float)
        }
        func length(_ keys: PythonValue...) -> Int? { keys.lazy.compactMap { schema[$0]?.int }.first }
        // The bounds of a tuple's length are the tuple's own.
        let isTuple = schema["prefixItems"] != nil
        return [
            number("exclusiveMinimum").map(Constraint.greaterThan), number("minimum").map(Constraint.atLeast),
            number("exclusiveMaximum").map(Constraint.lessThan), number("maximum").map(Constraint.atMost),
            number("multipleOf").map(Constraint.multipleOf),
            isTuple ? nil : length("minLength", "minItems", "minProperties").map(Constraint.minLength),
            isTuple ? nil : length("maxLength", "maxItems", "maxProperties").map(Constraint.maxLength),
            schema["pattern"]?.string.map(Constraint.pattern),
        ].compactMap(\.self)
    }
}
