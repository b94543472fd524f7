public import Marshalling

/// How an answer is generated. What is nil is left to the model's defaults, then to the provider.
public struct GenerationOptions: Sendable, Hashable {
    /// The form of the answer.
    public enum ResponseFormat: Sendable, Hashable {
        /// Free text.
        case text
        /// Any JSON object.
        case jsonObject
        /// JSON by a schema, whose keys keep their order. `strict` asks the provider to refuse what it cannot enforce.
        case jsonSchema(name: String?, schema: PythonValue, strict: Bool?)
    }

    /// How much the model thinks before it answers.
    public struct Reasoning: Sendable, Hashable {
        /// `off`, `minimal`, `low`, `medium`, `high`, `xhigh` or `max`.
        public var effort: String
        /// How many tokens it may think, where the provider counts them apart.
        public var thinkingBudget: Int?
        /// Whether its thoughts are shown: `auto`, `concise` or `detailed`.
        public var summary: String?

        /// Makes a setting.
        public init(effort: String, thinkingBudget: Int? = nil, summary: String? = nil) {
            self.effort = effort
            self.thinkingBudget = thinkingBudget
            self.summary = summary
        }
    }

    /// The largest number of tokens in the answer.
    public var maxTokens: Int?
    /// Randomness, 0 to 2.
    public var temperature: Double?
    /// Nucleus sampling, 0 to 1.
    public var topP: Double?
    /// Sampling from the best k tokens only.
    public var topK: Int?
    /// Texts that end the answer.
    public var stop: [String] = []
    /// The seed of the sampling.
    public var seed: Int?
    /// Penalty for frequent tokens, -2 to 2.
    public var frequencyPenalty: Double?
    /// Penalty for tokens that occurred at all, -2 to 2.
    public var presencePenalty: Double?
    /// The form of the answer.
    public var responseFormat: ResponseFormat?
    /// How tools are used.
    public var toolChoice: LanguageModelToolChoice?
    /// How much the model thinks.
    public var reasoning: Reasoning?
    /// The provider's prompt cache: lm15's cache settings, verbatim.
    public var cache: PythonValue?
    /// The provider's tier of service.
    public var serviceTier: String?
    /// An opaque id of the end user.
    public var userID: String?
    /// Whether the provider may keep the exchange.
    public var store: Bool?
    /// Whether token probabilities are wanted: 0 for the chosen tokens only, n for n alternatives too.
    public var logProbabilities: Int?
    /// Further fields of the provider's request, verbatim.
    public var extensions: PythonDictionary = [:]

    /// Makes options.
    public init(
        maxTokens: Int? = nil, temperature: Double? = nil, topP: Double? = nil, stop: [String] = [], seed: Int? = nil,
        responseFormat: ResponseFormat? = nil
    ) {
        self.maxTokens = maxTokens
        self.temperature = temperature
        self.topP = topP
        self.stop = stop
        self.seed = seed
        self.responseFormat = responseFormat
    }

    /// These options, with what they leave open taken from others.
    public func completed(by other: GenerationOptions) -> GenerationOptions {
        var result = self
        result.maxTokens = maxTokens ?? other.maxTokens
        result.temperature = temperature ?? other.temperature
        result.topP = topP ?? other.topP
        result.topK = topK ?? other.topK
        result.stop = stop.isEmpty ? other.stop : stop
        result.seed = seed ?? other.seed
        result.frequencyPenalty = frequencyPenalty ?? other.frequencyPenalty
        result.presencePenalty = presencePenalty ?? other.presencePenalty
        result.responseFormat = responseFormat ?? other.responseFormat
        result.toolChoice = toolChoice ?? other.toolChoice
        result.reasoning = reasoning ?? other.reasoning
        result.cache = cache ?? other.cache
        result.serviceTier = serviceTier ?? other.serviceTier
        result.userID = userID ?? other.userID
        result.store = store ?? other.store
        result.logProbabilities = logProbabilities ?? other.logProbabilities
        for entry in other.extensions where extensions[entry.key] == nil { result.extensions[entry.key] = entry.value }
        return result
    }
}
