public import Marshalling
public import Signatures

extension Signature {
    /// The JSON Schema of the values of one side: an object with a property for each field.
    ///
    /// - Parameter dialect: Which provider's dialect; default plain draft 2020-12.
    public func jsonSchema(of side: Side, dialect: SchemaDialect = .draft202012) -> PythonValue {
        var maker = PydanticSchema()
        let object = maker.object(of: self[side], title: side == .inputs ? "Inputs" : "Outputs")
        return maker.whole(object).inDialect(dialect)
    }

    /// The whole signature as one JSON Schema of draft 2020-12: an object with `inputs` and `outputs`, the instructions as its
    /// description. ``init(jsonSchema:)`` reads it back.
    public var jsonSchema: PythonValue {
        var maker = PydanticSchema()
        let inputs = maker.object(of: inputs, title: "Inputs")
        let outputs = maker.object(of: outputs, title: "Outputs")
        let whole = maker.whole([
            "description": .string(effectiveInstructions), "properties": ["inputs": inputs, "outputs": outputs],
            "required": ["inputs", "outputs"], "title": .string(name), "type": "object",
        ])
        var entries: PythonDictionary = ["$schema": "https://json-schema.org/draft/2020-12/schema"]
        for entry in whole.dict ?? [:] { entries[entry.key] = entry.value }
        return .dict(entries)
    }
}

extension PydanticSchema {
    /// An object with a property for each field; those without a default are required.
    mutating func object(of fields: [Field], title: String) -> PythonValue {
        var properties = PythonDictionary()
        for field in fields { properties[.string(field.name)] = property(field, isOfSignature: true) }
        let required = fields.filter { $0.defaultValue == nil }.map { PythonValue.string($0.name) }
        return [
            "type": "object", "title": .string(title), "properties": .dict(properties), "required": .list(required),
        ]
    }
}

extension PythonValue {
    /// The schema in a provider's dialect.
    fileprivate func inDialect(_ dialect: SchemaDialect) -> PythonValue {
        switch dialect {
        case .draft202012: return self
        case .openAI: return closed(dropping: ["default"], requiresAll: true)
        case .anthropic:
            return closed(
                dropping: [
                    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength",
                    "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "uniqueItems",
                ], requiresAll: false)
        case .gemini:
            var definitions: [String: PythonValue] = [:]
            for entry in self["$defs"]?.dict ?? [:] { definitions[entry.key.string ?? ""] = entry.value }
            return inlined(definitions)
        }
    }

    /// Objects that allow nothing but their properties, without some keys.
    private func closed(dropping dropped: Set<String>, requiresAll: Bool) -> PythonValue {
        switch self {
        case .list(let elements): return .list(elements.map { $0.closed(dropping: dropped, requiresAll: requiresAll) })
        case .dict(let entries):
            var result = PythonDictionary()
            for entry in entries {
                let key = entry.key.string ?? ""
                if dropped.contains(key) { continue }
                let holdsNames = key == "properties" || key == "$defs"
                result[entry.key] =
                    if holdsNames, let members = entry.value.dict {
                        .dict(
                            PythonDictionary(
                                members.map {
                                    .init(
                                        key: $0.key,
                                        value: $0.value.closed(dropping: dropped, requiresAll: requiresAll))
                                }))
                    } else if ["enum", "const", "required", "default"].contains(key) {
                        entry.value
                    } else {
                        entry.value.closed(dropping: dropped, requiresAll: requiresAll)
                    }
            }
            if let properties = result["properties"]?.dict {
                result["additionalProperties"] = false
                if requiresAll { result["required"] = .list(properties.keys) }
            }
            return .dict(result)
        default: return self
        }
    }

    /// The schema in Gemini's dialect.
    private func inlined(_ definitions: [String: PythonValue], depth: Int = 0) -> PythonValue {
        guard case .dict(let entries) = self, depth < 64 else { return self }
        if let name = self["$ref"]?.string?.split(separator: "/").last, let found = definitions[String(name)] {
            return found.inlined(definitions, depth: depth + 1)
        }
        if let choices = self["anyOf"]?.elements, choices.contains(["type": "null"]) {
            let real = choices.filter { $0 != ["type": "null"] }
            let inner: PythonValue = real.count == 1 ? real[0] : ["anyOf": .list(real)]
            guard case .dict(var result) = inner.inlined(definitions, depth: depth + 1) else { return inner }
            result["nullable"] = true
            return .dict(result)
        }
        var result = PythonDictionary()
        for entry in entries {
            switch entry.key.string ?? "" {
            case "$defs", "title", "default", "additionalProperties", "uniqueItems": break
            case "const":
                result["type"] = "string"
                result["enum"] = [.string(entry.value.pythonText)]
            case "enum":
                result["type"] = "string"
                result["enum"] = .list((entry.value.elements ?? []).map { .string($0.pythonText) })
            case "properties":
                let properties = entry.value.dict ?? [:]
                result["properties"] = .dict(
                    PythonDictionary(
                        properties.map { .init(key: $0.key, value: $0.value.inlined(definitions, depth: depth + 1)) }))
                result["propertyOrdering"] = .list(properties.keys)
            case "anyOf", "prefixItems":
                let choices = entry.value.elements ?? []
                result[entry.key] = .list(choices.map { $0.inlined(definitions, depth: depth + 1) })
            case "type" where result["type"] != nil: break
            default: result[entry.key] = entry.value.inlined(definitions, depth: depth + 1)
            }
        }
        return .dict(result)
    }
}
