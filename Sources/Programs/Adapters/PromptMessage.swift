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
        /// What a tool gave that was asked for in the message before.
        case tool
    }

    /// What is said.
    public enum Content: Sendable, Hashable {
        /// A text.
        case text(String)
        /// Texts and attachments in order, each as OpenAI's chat has it: `{"type": "image_url", "image_url": {"url": …}}`.
        case parts([PythonValue])
        /// Nothing, beside calls of tools.
        case none
    }

    /// Who speaks.
    public var role: Role
    /// What is said.
    public var content: Content
    /// The tools that are asked for, as OpenAI's chat has them.
    public var toolCalls: [PythonValue]
    /// Of a tool's result, which call it answers and the tool's name.
    public var answers: (id: String, name: String)? {
        get { answeredID.map { ($0, answeredName ?? "") } }
        set { (answeredID, answeredName) = (newValue?.id, newValue?.name) }
    }
    private var answeredID: String?
    private var answeredName: String?

    /// Makes a message.
    public init(_ role: Role, _ content: Content, toolCalls: [PythonValue] = []) {
        self.role = role
        self.content = content
        self.toolCalls = toolCalls
    }

    /// `{"role": …, "content": …}`, with `tool_calls`, or `tool_call_id` and `name`, where there are any.
    public var pythonValue: PythonValue {
        var entries: PythonDictionary = ["role": .string(role.rawValue)]
        if let answers {
            entries["tool_call_id"] = .string(answers.id)
            entries["name"] = .string(answers.name)
        }
        entries["content"] =
            switch content {
            case .text(let text): .string(text)
            case .parts(let parts): .list(parts)
            case .none: PythonValue.none
            }
        if !toolCalls.isEmpty { entries["tool_calls"] = .list(toolCalls) }
        return .dict(entries)
    }
}
