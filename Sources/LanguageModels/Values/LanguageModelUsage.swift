/// What an exchange cost in tokens, as the provider counted. Nil means that the provider did not say.
public struct LanguageModelUsage: Sendable, Hashable {
    /// Tokens of the request.
    public var inputTokens: Int?
    /// Tokens of the answer.
    public var outputTokens: Int?
    /// Both together, or what the provider bills.
    public var totalTokens: Int?
    /// Tokens of the request that came from the provider's cache.
    public var cacheReadTokens: Int?
    /// Tokens that were put into the provider's cache.
    public var cacheWriteTokens: Int?
    /// Tokens of thinking.
    public var reasoningTokens: Int?
    /// Tokens of sound in the request.
    public var inputAudioTokens: Int?
    /// Tokens of sound in the answer.
    public var outputAudioTokens: Int?

    /// Makes a count.
    public init(inputTokens: Int? = nil, outputTokens: Int? = nil, totalTokens: Int? = nil) {
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
        self.totalTokens = totalTokens
    }
}
