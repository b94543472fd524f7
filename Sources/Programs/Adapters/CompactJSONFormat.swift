internal import Marshalling
internal import Signatures

/// The short prompt for very small models: the instruction, and a line `Name: value` for each input. Its twin in the worker is
/// `dspex_worker.adapters.CompactJSONAdapter`, which says why.
struct CompactJSONFormat: PromptFormat {
    func system(_ signature: Signature) -> String {
        let outputs = signature.outputs.map { field in
            field.description.map { $0.isEmpty ? field.name : "\(field.name) (\($0))" } ?? field.name
        }
        let task = PythonText.strip(Instructions.clean(signature.effectiveInstructions))
        return "\(task) Reply with a JSON object with: \(outputs.joined(separator: ", "))."
    }

    func user(
        _ inputs: [Field], _ outputs: [Field], values: PythonDictionary, prefix: String, reminder: Bool
    ) -> String {
        let lines = inputs.compactMap { field in
            values[.string(field.name)].map { "\(Self.label(field.name)): \(PromptValue.text($0, of: field))" }
        }
        return ([prefix] + lines).filter { !$0.isEmpty }.joined(separator: "\n")
    }

    func assistant(_ outputs: [Field], values: PythonDictionary, missing: PythonValue) -> String {
        let entries = outputs.map { field in
            let value = value(field, in: values, missing: missing)
            return PythonDictionary.Entry(
                key: .string(field.name), value: PromptValue.jsonable(value, as: field.type, nested: false))
        }
        return PromptValue.json(.dict(PythonDictionary(entries)))
    }

    /// `best_answer` becomes `Best answer`.
    private static func label(_ name: String) -> String {
        let words = name.split(separator: "_", omittingEmptySubsequences: false).joined(separator: " ")
        return words.prefix(1).uppercased() + words.dropFirst().lowercased()
    }
}
