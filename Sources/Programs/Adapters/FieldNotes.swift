internal import Marshalling
internal import Signatures

/// What DSPy's prompts say of fields (`dspy.adapters.utils`).
enum FieldNotes {
    /// How the first message of DSPy's own adapters begins: the fields, and that a form follows.
    static func opening(of signature: Signature) -> String {
        """
        Your input fields are:
        \(list(signature.inputs))
        Your output fields are:
        \(list(signature.outputs))
        All interactions will be structured in the following way, with the appropriate values filled in.
        """
    }

    /// The numbered list of fields (`get_field_description_string`).
    static func list(_ fields: [Field]) -> String {
        let lines = fields.enumerated().map { index, field in
            var line = "\(index + 1). `\(field.name)` (\(field.type.promptName)): \(field.description ?? "")"
            for type in field.type.describedTypes {
                line += "\n    Type description of \(type.promptName): \(type.promptDescription ?? "")"
            }
            if let constraints = field.allConstraints.prompt { line += "\nConstraints: \(constraints)" }
            return line
        }
        return PythonText.strip(lines.joined(separator: "\n"))
    }

    /// The place of a value in the description of the form, with what is asked of the model (`translate_field_type`).
    static func slot(_ field: Field, on side: Signature.Side) -> String {
        let note = side == .inputs ? "" : note(on: field.type)
        return "{\(field.name)}" + (note.isEmpty ? "" : "        # note: the value you produce \(note)")
    }

    private static func note(on type: FieldType) -> String {
        switch type {
        case .str, .dspy(.reasoning), .dspy(.code): return ""
        case .bool: return "must be True or False"
        case .int, .float, .probability, .confidence: return "must be a single \(type.promptName) value"
        case .enumeration(let enumeration):
            return "must be one of: \(enumeration.members.map(\.value.text).joined(separator: "; "))"
        case .literal(let values):
            return "must exactly match (no extra characters) one of: \(values.map(\.text).joined(separator: "; "))"
        case .annotated(let base, _): return note(on: base)
        default: return "must adhere to the JSON schema: \(PromptValue.json(promptSchema(of: type)))"
        }
    }

    /// The JSON Schema as prompts have it: `type` first, then every other key in alphabetical order.
    private static func promptSchema(of type: FieldType) -> PythonValue { typeFirst(PydanticSchema.schema(of: type)) }

    private static func typeFirst(_ schema: PythonValue) -> PythonValue {
        switch schema {
        case .dict(let entries):
            let ordered = entries.sorted { left, right in
                let (left, right) = (left.key.string ?? "", right.key.string ?? "")
                if left == "type" || right == "type" { return left == "type" && right != "type" }
                return left.unicodeScalars.lexicographicallyPrecedes(right.unicodeScalars)
            }
            return .dict(PythonDictionary(ordered.map { .init(key: $0.key, value: typeFirst($0.value)) }))
        case .list(let elements): return .list(elements.map(typeFirst))
        default: return schema
        }
    }
}

extension FieldType {
    /// The types of DSPy's in it that say something of themselves, in order (`Type.extract_custom_type_from_annotation`).
    fileprivate var describedTypes: [DSPyType] {
        switch self {
        case .dspy(let type): type.promptDescription == nil ? [] : [type]
        default: arguments.flatMap(\.describedTypes)
        }
    }
}

extension DSPyType {
    /// What the class says of itself to the model (`Type.description`); nil for nothing.
    fileprivate var promptDescription: String? {
        switch self {
        case .code(let language):
            let language = language ?? "python"
            return "Code represented in a string, specified in the `code` field. If this is an output field, the code "
                + "field should follow the markdown code block format, e.g. \n```\(language.lowercased())\n{code}\n```"
                + "\nProgramming language: \(language)"
        case .toolCalls:
            return "Tool calls must be a JSON object with `tool_calls`, a list of calls. "
                + "Each call must include `name` and `args`. "
                + #"Example: {"tool_calls": [{"name": "search", "args": {"query": "cats"}}]}"#
        case .image, .audio, .file, .history, .tool, .reasoning: return nil
        }
    }
}
