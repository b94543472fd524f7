internal import Marshalling
internal import Signatures

/// `dspy.ChatAdapter`: every field under a marker `[[ ## name ## ]]` (`dspy/adapters/chat_adapter.py`).
struct ChatFormat: PromptFormat {
    func system(_ signature: Signature) -> String {
        let inputs = signature.inputs.map { Self.section($0, FieldNotes.slot($0, on: .inputs)) }
        let outputs = signature.outputs.map { Self.section($0, FieldNotes.slot($0, on: .outputs)) }
        return """
            \(FieldNotes.opening(of: signature))

            \(PythonText.strip(inputs.joined(separator: "\n\n")))

            \(PythonText.strip(outputs.joined(separator: "\n\n")))

            [[ ## completed ## ]]
            \(Instructions.objective(of: signature))
            """
    }

    func user(
        _ inputs: [Field], _ outputs: [Field], values: PythonDictionary, prefix: String, reminder: Bool
    ) -> String {
        Self.user(inputs, values, prefix: prefix, reminder: reminder ? Self.reminder(outputs) : nil)
    }

    func assistant(_ outputs: [Field], values: PythonDictionary, missing: PythonValue) -> String {
        let sections = outputs.map { field in
            Self.section(field, PromptValue.text(value(field, in: values, missing: missing), of: field))
        }
        return PythonText.strip(sections.joined(separator: "\n\n")) + "\n\n[[ ## completed ## ]]\n"
    }

    /// The inputs that have a value, between what comes before and the reminder of the form.
    static func user(
        _ inputs: [Field], _ values: PythonDictionary, prefix: String, reminder: String?
    ) -> String {
        let sections = inputs.compactMap { field in
            values[.string(field.name)].map { section(field, PromptValue.text($0, of: field)) }
        }
        return PythonText.strip(([prefix] + sections + (reminder.map { [$0] } ?? [])).joined(separator: "\n\n"))
    }

    static func section(_ field: Field, _ text: String) -> String { "[[ ## \(field.name) ## ]]\n\(text)" }

    private static func reminder(_ outputs: [Field]) -> String {
        let fields = outputs.map { "`[[ ## \($0.name) ## ]]`\(FormatNotes.kind($0.type))" }
        return "Respond with the corresponding output fields, starting with the field "
            + fields.joined(separator: ", then ") + ", and then ending with the marker for `[[ ## completed ## ]]`."
    }
}

/// What the reminders of the form say of a type.
enum FormatNotes {
    static func kind(_ type: FieldType) -> String {
        switch type {
        case .str: ""
        case .dspy(.toolCalls):
            #" (must be a JSON object like {"tool_calls": [{"name": "...", "args": {...}}]})"#
        default: " (must be formatted as a valid Python \(type.promptName))"
        }
    }
}
