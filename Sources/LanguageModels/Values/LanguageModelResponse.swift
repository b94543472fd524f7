/// What a model answered.
public struct LanguageModelResponse: Sendable, Hashable {
    /// The provider's id of the response.
    public var id: String?
    /// The model that answered, as the provider names it.
    public var model: String
    /// The answer; at least one part, an empty text when the model said nothing.
    public var parts: [LanguageModelPart]
    /// Why the answer ended.
    public var finishReason: FinishReason
    /// What it cost in tokens.
    public var usage: LanguageModelUsage
    /// The tokens of the answer with their probabilities, when they were asked for.
    public var logProbabilities: [TokenLogProbability]

    /// Why an answer ended.
    public enum FinishReason: String, Sendable, Hashable, CaseIterable {
        /// It was complete.
        case stop
        /// It met the limit of tokens.
        case length
        /// The model wants tools called.
        case toolCall = "tool_call"
        /// The provider's filter cut it off.
        case contentFilter = "content_filter"
        /// The provider failed.
        case error
    }

    /// Makes a response.
    public init(
        id: String? = nil, model: String, parts: [LanguageModelPart], finishReason: FinishReason = .stop,
        usage: LanguageModelUsage = .init(), logProbabilities: [TokenLogProbability] = []
    ) {
        self.id = id
        self.model = model
        self.parts = parts
        self.finishReason = finishReason
        self.usage = usage
        self.logProbabilities = logProbabilities
    }

    /// The text parts, joined.
    public var text: String {
        parts.map { if case .text(let text) = $0 { text } else { "" } }.joined()
    }

    /// The tools that the model wants called.
    public var toolCalls: [LanguageModelToolCall] {
        parts.compactMap { if case .toolCall(let call) = $0 { call } else { nil } }
    }
}
