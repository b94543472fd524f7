public import HTTPClient

extension HTTPLanguageModel {
    /// Where a model is and how it is asked.
    public struct Configuration: Sendable {
        /// The model's name, as callers know it.
        public var name: String
        /// The model's name at the provider. Default ``name``.
        public var model: String
        /// Who answers, for messages and routes. Default `openai`.
        public var provider: String
        /// The URL up to and without `/chat/completions`, as in `https://api.openai.com/v1`.
        public var baseURL: String
        /// The path of the Unix socket on which the server listens. Default none.
        public var unixSocket: String?
        /// Sent as a bearer token. Default none.
        public var apiKey: APIKey?
        /// Further header fields of each request. Default none.
        public var headers: HTTPHeaders
        /// What the model can do. Default JSON Schemas and tools, no setting of effort.
        public var capabilities: LanguageModelCapabilities
        /// What its tokens cost. Default unknown.
        public var price: LanguageModelPrice?
        /// What requests leave open. Default nothing.
        public var defaultOptions: GenerationOptions
        /// How long an answer may take when the request has no deadline. Default 600 s.
        public var timeout: Duration
        /// How many bytes an answer may have on the wire. Default 64 MiB.
        public var maximumResponse: Int
        /// The field that limits the answer: `max_tokens`, which most servers know, or OpenAI's newer `max_completion_tokens`.
        /// Default `max_tokens`.
        public var maxTokensField: String

        /// Makes a configuration.
        public init(
            name: String, model: String? = nil, provider: String = "openai", baseURL: String, unixSocket: String? = nil,
            apiKey: APIKey? = nil, headers: HTTPHeaders = [:],
            capabilities: LanguageModelCapabilities = .init(responseSchema: true, functionCalling: true),
            price: LanguageModelPrice? = nil, defaultOptions: GenerationOptions = .init(),
            timeout: Duration = .seconds(600),
            maximumResponse: Int = 64 << 20,
            maxTokensField: String = "max_tokens"
        ) {
            self.name = name
            self.model = model ?? name
            self.provider = provider
            self.baseURL = baseURL
            self.unixSocket = unixSocket
            self.apiKey = apiKey
            self.headers = headers
            self.capabilities = capabilities
            self.price = price
            self.defaultOptions = defaultOptions
            self.timeout = timeout
            self.maximumResponse = maximumResponse
            self.maxTokensField = maxTokensField
        }
    }
}

extension HTTPLanguageModel.Configuration: CustomStringConvertible, CustomReflectable {
    /// Name and provider; header fields may hold secrets.
    public var description: String { "\(name) (\(provider))" }
    /// Name and provider; header fields may hold secrets.
    public var customMirror: Mirror { Mirror(self, children: ["name": name, "provider": provider]) }
}
