internal import LanguageModels
internal import Marshalling
internal import Signatures

extension Signature {
    /// The form of the answer that DSPy's JSONAdapter asks a model for that can be held to a schema: a schema when the outputs have
    /// one without open ends, else any JSON object (`JSONAdapter._prepare_response_format`).
    var responseFormat: GenerationOptions.ResponseFormat {
        let isOpen = outputs.contains { if case .dict(let key, _) = $0.type { key != .unspecified } else { false } }
        guard !isOpen else { return .jsonObject }
        var maker = PydanticSchema()
        var properties = PythonDictionary()
        for field in outputs where field.type != .dspy(.toolCalls) {
            // Descriptions and constraints are DSPy's own, and are told in the prompt.
            let bare = Field(field.name, field.type.pythonType, default: field.defaultValue)
            properties[.string(field.name)] = maker.property(bare, isOfSignature: true)
        }
        var object: PythonDictionary = [
            "additionalProperties": false, "properties": .dict(properties), "title": "DSPyProgramOutputs",
            "type": "object",
        ]
        // Pydantic names what is required before DSPy requires everything, which decides where the key stands.
        let required = properties.filter { $0.value["default"] == nil }.map(\.key)
        if !required.isEmpty { object["required"] = .list(required) }
        let schema = maker.whole(.dict(object))
        return .jsonSchema(name: "DSPyProgramOutputs", schema: schema.closedObjects, strict: true)
    }
}

extension PythonValue {
    /// The schema with every object closed and all its properties required, as DSPy makes it for OpenAI's structured outputs.
    fileprivate var closedObjects: PythonValue {
        guard case .dict(var entries) = self else { return self }
        if entries["type"] == "object" {
            if let properties = entries["properties"]?.dict {
                entries["properties"] = .dict(
                    PythonDictionary(properties.map { .init(key: $0.key, value: $0.value.closedObjects) }))
                entries["required"] = .list(properties.keys)
                entries["additionalProperties"] = false
            } else {
                entries["properties"] = .dict([:])
                entries["required"] = .list([])
                entries["additionalProperties"] = false
            }
        }
        if entries["type"] == "array", let items = entries["items"], items.dict != nil {
            entries["items"] = items.closedObjects
        }
        if let definitions = entries["$defs"]?.dict {
            entries["$defs"] = .dict(
                PythonDictionary(definitions.map { .init(key: $0.key, value: $0.value.closedObjects) }))
        }
        return .dict(entries)
    }
}
