public import Marshalling

/// One message of a prompt, in the form of OpenAI's chat that DSPy's `Adapter.format` returns.
public struct PromptMessage: Sendable, Hashable {
    /// Who speaks.
    public enum Role: String, Sendable, Hashable {
        /// The task and the form of the answer.
        case system
        /// Inputs: those of the call, of a worked example, or of an earlier turn.
        case user
        /// Outputs of a worked example or an earlier turn.
        case assistant
    }

    /// What is said.
    public enum Content: Sendable, Hashable {
        /// A text.
        case text(String)
        /// Texts and attachments in order, each as OpenAI's chat has it: `{"type": "image_url", "image_url": {"url": …}}`.
        case parts([PythonValue])
    }

    /// Who speaks.
    public var role: Role
    /// What is said.
    public var content: Content

    /// Makes a message.
    public init(_ role: Role, _ content: Content) {
        self.role = role
        self.content = content
    }

    /// `{"role": …, "content": …}`
    public var pythonValue: PythonValue {
        let said: PythonValue =
            switch content {
            case .text(let text): .string(text)
            case .parts(let parts): .list(parts)
            }
        return ["role": .string(role.rawValue), "content": said]
    }
}
