/// What a model is asked.
public struct LanguageModelRequest: Sendable, Hashable {
    /// The model's name as the caller knows it; each model sends its own.
    public var model: String
    /// The instructions that stand above the conversation; empty for none.
    public var system: [LanguageModelPart]
    /// The conversation; at least one message.
    public var messages: [LanguageModelMessage]
    /// The tools that the model may call.
    public var tools: [LanguageModelTool]
    /// How the answer is generated.
    public var options: GenerationOptions
    /// When the whole answer must be there. Default: the model's own limit.
    public var deadline: ContinuousClock.Instant?

    /// Makes a request.
    public init(
        model: String = "", system: [LanguageModelPart] = [], messages: [LanguageModelMessage],
        tools: [LanguageModelTool] = [], options: GenerationOptions = .init(), deadline: ContinuousClock.Instant? = nil
    ) {
        self.model = model
        self.system = system
        self.messages = messages
        self.tools = tools
        self.options = options
        self.deadline = deadline
    }

    /// Makes a request of one question.
    public init(_ question: String, system: String? = nil, options: GenerationOptions = .init()) {
        self.init(system: system.map { [.text($0)] } ?? [], messages: [.user(question)], options: options)
    }
}
