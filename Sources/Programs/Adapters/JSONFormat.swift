internal import Marshalling
internal import Signatures

/// `dspy.JSONAdapter`: inputs under markers, outputs as one JSON object (`dspy/adapters/json_adapter.py`).
struct JSONFormat: PromptFormat {
    func system(_ signature: Signature) -> String {
        let inputs = signature.inputs.map { ChatFormat.section($0, FieldNotes.slot($0, on: .inputs)) }
        let outputs = signature.outputs.map { field in
            PythonDictionary.Entry(
                key: .string(field.name), value: .string(FieldNotes.slot(field, on: .outputs)))
        }
        return """
            \(FieldNotes.opening(of: signature))

            Inputs will have the following structure:

            \(PythonText.strip(inputs.joined(separator: "\n\n")))

            Outputs will be a JSON object with the following fields.

            \(PromptValue.json(.dict(PythonDictionary(outputs)), indent: 2))
            \(Instructions.objective(of: signature))
            """
    }

    func user(
        _ inputs: [Field], _ outputs: [Field], values: PythonDictionary, prefix: String, reminder: Bool
    ) -> String {
        ChatFormat.user(inputs, values, prefix: prefix, reminder: reminder ? Self.reminder(outputs) : nil)
    }

    func assistant(_ outputs: [Field], values: PythonDictionary, missing: PythonValue) -> String {
        let entries = outputs.map { field in
            let value = value(field, in: values, missing: missing)
            return PythonDictionary.Entry(
                key: .string(field.name), value: PromptValue.jsonable(value, as: field.type))
        }
        return PromptValue.json(.dict(PythonDictionary(entries)), indent: 2)
    }

    private static func reminder(_ outputs: [Field]) -> String {
        let fields = outputs.map { "`\($0.name)`\(FormatNotes.kind($0.type))" }
        return "Respond with a JSON object in the following order of fields: \(fields.joined(separator: ", then "))."
    }
}
