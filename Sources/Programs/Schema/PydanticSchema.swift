internal import Marshalling
internal import Signatures

/// Makes the JSON Schemas (draft 2020-12) that pydantic 2 makes of a type, key for key: they stand in DSPy's prompts and in
/// its requests for structured answers (`pydantic.TypeAdapter(annotation).json_schema()`).
struct PydanticSchema {
    /// The schemas of records and the like, by name, that others refer to.
    private(set) var definitions: [String: PythonValue] = [:]

    /// The whole schema of a type, with the definitions that it refers to; keys in alphabetical order, properties in that of the
    /// record.
    static func schema(of type: FieldType) -> PythonValue {
        var maker = PydanticSchema()
        let schema = maker.schema(of: type)
        // What only the whole refers to stands in its place.
        if let name = schema["$ref"]?.string?.split(separator: "/").last.map(String.init), schema.dict?.count == 1,
            let inlined = maker.definitions[name], !maker.isReferredTo(name)
        {
            maker.definitions[name] = nil
            return maker.whole(inlined)
        }
        return maker.whole(schema)
    }

    /// A schema with the definitions collected so far.
    func whole(_ schema: PythonValue) -> PythonValue {
        guard !definitions.isEmpty, case .dict(var entries) = schema else { return Self.sorted(schema) }
        entries["$defs"] = .dict(
            PythonDictionary(
                definitions.sorted { $0.key < $1.key }.map { .init(key: .string($0.key), value: $0.value) }))
        return Self.sorted(.dict(entries))
    }

    private func isReferredTo(_ name: String) -> Bool {
        definitions.values.contains { $0.mentions(reference: "#/$defs/\(name)") }
    }

    // MARK: Types

    mutating func schema(of type: FieldType) -> PythonValue {
        switch type {
        case .str: return ["type": "string"]
        case .int: return ["type": "integer"]
        case .float, .probability, .confidence: return ["type": "number"]
        case .bool: return ["type": "boolean"]
        case .bytes: return ["type": "string", "format": "binary"]
        case .complex: return ["type": "string"]
        case .null: return ["type": "null"]
        case .any, .unspecified: return [:]
        case .standard(let type): return Self.schema(of: type)
        case .list(let element), .variadicTuple(let element): return array(of: element)
        case .set(let element), .frozenset(let element):
            return Self.adding(["uniqueItems": true], to: array(of: element))
        case .tuple(let elements): return tuple(of: elements)
        case .dict(let key, let value): return dictionary(key, value)
        case .alias, .embedding, .tensor: return schema(of: type.pythonType)
        case .literal(let values): return Self.choice(of: values)
        case .union(let members): return union(of: members)
        case .enumeration(let enumeration):
            return define(enumeration.name) { _ in
                Self.adding(
                    ["title": .string(enumeration.name)],
                    to: Self.enumeration(enumeration.members.map { $0.value.jsonValue }))
            }
        case .record(let record): return define(record.name) { $0.object(record) }
        case .dspy(let type): return define(type.schemaName) { $0.dspy(type) }
        case .annotated(let base, let constraints): return Self.constrained(schema(of: base), constraints)
        }
    }

    private static func schema(of type: StandardType) -> PythonValue {
        switch type {
        case .date: ["type": "string", "format": "date"]
        case .datetime: ["type": "string", "format": "date-time"]
        case .time: ["type": "string", "format": "time"]
        case .timedelta: ["type": "string", "format": "duration"]
        case .decimal: ["anyOf": [["type": "number"], ["type": "string"]]]
        case .fraction: ["anyOf": [["type": "number"], ["type": "string", "format": "fraction"]]]
        case .uuid: ["type": "string", "format": "uuid"]
        case .path: ["type": "string", "format": "path"]
        }
    }

    private mutating func array(of element: FieldType) -> PythonValue {
        ["type": "array", "items": schema(of: element)]
    }

    private mutating func tuple(of elements: [FieldType]) -> PythonValue {
        var entries: PythonDictionary = [
            "type": "array", "maxItems": .int(elements.count), "minItems": .int(elements.count),
        ]
        if !elements.isEmpty { entries["prefixItems"] = .list(elements.map { schema(of: $0) }) }
        return .dict(entries)
    }

    private mutating func dictionary(_ key: FieldType, _ value: FieldType) -> PythonValue {
        let values = schema(of: value)
        var entries: PythonDictionary = [
            "type": "object", "additionalProperties": values.dict?.isEmpty == true ? true : values,
        ]
        if case .dict(var names) = schema(of: key) {
            names["type"] = nil
            names["title"] = nil
            if !names.isEmpty { entries["propertyNames"] = .dict(names) }
        }
        return .dict(entries)
    }

    private mutating func union(of members: [FieldType]) -> PythonValue {
        // Whatever its place, `None` comes last: pydantic makes the rest nullable.
        let real = members.filter { $0 != .null }
        var kinds: [PythonValue] = []
        func add(_ schema: PythonValue) { if !kinds.contains(schema) { kinds.append(schema) } }
        for member in real {
            let schema = schema(of: member)
            // A choice within a choice is one choice.
            if schema.dict?.count == 1, let inner = schema["anyOf"]?.elements {
                inner.forEach(add)
            } else {
                add(schema)
            }
        }
        if real.count < members.count { add(["type": "null"]) }
        return kinds.count == 1 ? kinds[0] : ["anyOf": .list(kinds)]
    }

    private static func choice(of values: [LiteralValue]) -> PythonValue {
        enumeration(values.map(\.jsonValue))
    }

    private static func enumeration(_ values: [PythonValue]) -> PythonValue {
        var entries: PythonDictionary =
            values.count == 1 ? ["const": values[0]] : ["enum": .list(values)]
        let kinds = Set(values.map(\.typeName))
        let names = [
            "str": "string", "int": "integer", "float": "number", "bool": "boolean", "NoneType": "null",
        ]
        if kinds.count == 1, let kind = kinds.first, let name = names[kind] { entries["type"] = .string(name) }
        return .dict(entries)
    }

    // MARK: Records

    /// The reference to a definition, which is made when it is not there yet.
    private mutating func define(
        _ name: String, _ make: (inout PydanticSchema) -> PythonValue
    ) -> PythonValue {
        if definitions[name] == nil { definitions[name] = make(&self) }
        return ["$ref": .string("#/$defs/\(name)")]
    }

    /// Adds a definition that another one refers to.
    mutating func define(_ name: String, as schema: PythonValue) { definitions[name] = schema }

    private mutating func object(_ record: Record) -> PythonValue {
        var properties = PythonDictionary()
        for field in record.fields { properties[.string(field.name)] = property(field) }
        let required = record.fields.filter { !$0.isOptional }.map { PythonValue.string($0.name) }
        var entries: PythonDictionary = [
            "type": "object", "properties": .dict(properties), "title": .string(record.name),
        ]
        if !required.isEmpty { entries["required"] = .list(required) }
        return .dict(entries)
    }

    /// A field of a record, or one of a signature, which is optional only when it has a default.
    mutating func property(_ field: Field, isOfSignature: Bool = false) -> PythonValue {
        var entries = Self.constrained(schema(of: field.type), field.allConstraints).dict ?? [:]
        if let value = field.defaultValue {
            entries["default"] = value.jsonValue
        } else if field.type.isOptional, !isOfSignature {
            entries["default"] = PythonValue.none
        }
        if let description = field.description { entries["description"] = .string(description) }
        if field.type.isTitled { entries["title"] = .string(field.name.pydanticTitle) }
        return .dict(entries)
    }

    // MARK: Keys

    private static func adding(_ more: PythonDictionary, to schema: PythonValue) -> PythonValue {
        guard case .dict(var entries) = schema else { return schema }
        for entry in more { entries[entry.key] = entry.value }
        return .dict(entries)
    }

    /// The schema with constraints; those of an optional type hold for the value that is there.
    private static func constrained(_ schema: PythonValue, _ constraints: [Constraint]) -> PythonValue {
        guard !constraints.isEmpty, let entries = schema.dict else { return schema }
        if let kinds = entries["anyOf"]?.elements {
            return adding(["anyOf": .list(kinds.map { constrained($0, constraints) })], to: schema)
        }
        let type = entries["type"]?.string ?? ""
        var more = PythonDictionary()
        for constraint in constraints {
            guard let key = constraint.schemaKey(for: type) else { continue }
            more[.string(key)] = constraint.argument.jsonValue
        }
        return adding(more, to: schema)
    }

    /// Keys in alphabetical order, as pydantic has them, but for the names of properties and what stands in a default.
    private static func sorted(_ schema: PythonValue, isNames: Bool = false) -> PythonValue {
        switch schema {
        case .dict(let entries):
            let order = isNames ? entries.entries : entries.sorted { ($0.key.string ?? "") < ($1.key.string ?? "") }
            return .dict(
                PythonDictionary(
                    order.map { entry in
                        let key = entry.key.string ?? ""
                        let kept = !isNames && (key == "default" || key == "const" || key == "enum")
                        return .init(
                            key: entry.key,
                            value: kept ? entry.value : sorted(entry.value, isNames: !isNames && key == "properties"))
                    }))
        case .list(let elements): return .list(elements.map { sorted($0) })
        default: return schema
        }
    }
}

extension PythonValue {
    fileprivate func mentions(reference: String) -> Bool {
        switch self {
        case .dict(let entries):
            entries.contains { $0.key.string == "$ref" && $0.value.string == reference }
                || entries.contains { $0.value.mentions(reference: reference) }
        case .list(let elements): elements.contains { $0.mentions(reference: reference) }
        default: false
        }
    }
}

extension FieldType {
    /// Whether pydantic gives a field of this type a title: not when it refers to a definition.
    fileprivate var isTitled: Bool {
        switch self {
        case .record, .enumeration, .dspy: false
        case .annotated(let base, _): base.isTitled
        case .union where isOptional: unwrapped.isTitled
        default: true
        }
    }
}

extension String {
    /// The title that pydantic makes of a field's name: `big_name` becomes `Big Name`.
    var pydanticTitle: String {
        var title = ""
        var isInside = false
        for character in self {
            title += isInside ? character.lowercased() : character.uppercased()
            isInside = character.isLetter
        }
        return title.split(separator: "_", omittingEmptySubsequences: false).joined(separator: " ")
            .trimmingSpaces
    }

    private var trimmingSpaces: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}

extension Constraint {
    /// The key of JSON Schema for values of a JSON type; nil when it says nothing of such values.
    fileprivate func schemaKey(for type: String) -> String? {
        switch (self, type) {
        case (.greaterThan, "integer"), (.greaterThan, "number"): "exclusiveMinimum"
        case (.atLeast, "integer"), (.atLeast, "number"): "minimum"
        case (.lessThan, "integer"), (.lessThan, "number"): "exclusiveMaximum"
        case (.atMost, "integer"), (.atMost, "number"): "maximum"
        case (.multipleOf, "integer"), (.multipleOf, "number"): "multipleOf"
        case (.minLength, "string"): "minLength"
        case (.minLength, "array"): "minItems"
        case (.minLength, "object"): "minProperties"
        case (.maxLength, "string"): "maxLength"
        case (.maxLength, "array"): "maxItems"
        case (.maxLength, "object"): "maxProperties"
        case (.pattern, "string"): "pattern"
        default: nil
        }
    }
}
