internal import Marshalling
internal import Signatures

/// How one of DSPy's adapters writes the messages of a prompt: the parts that differ between them. The order of the messages is
/// the same for all; see ``Prompt``.
protocol PromptFormat: Sendable {
    /// The first message: which fields there are, how they are written, and the task (`format_system_message`).
    func system(_ signature: Signature) -> String

    /// A message with inputs (`format_user_message_content`). Inputs without a value are left out.
    ///
    /// - Parameters:
    ///   - prefix: What comes before them; may be empty.
    ///   - reminder: Whether the form of the answer is repeated at the end.
    func user(_ inputs: [Field], _ outputs: [Field], values: PythonDictionary, prefix: String, reminder: Bool) -> String

    /// A message with outputs (`format_assistant_message_content`).
    ///
    /// - Parameter missing: What stands for outputs without a value.
    func assistant(_ outputs: [Field], values: PythonDictionary, missing: PythonValue) -> String
}

extension PromptFormat {
    /// The value of a field, or what stands for one that is not there.
    func value(_ field: Field, in values: PythonDictionary, missing: PythonValue) -> PythonValue {
        values[.string(field.name)] ?? missing
    }
}
