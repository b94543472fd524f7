public import LanguageModels

/// A model behind an HTTP server that speaks OpenAI's chat completions.
public struct ModelConfiguration: Sendable, Hashable {
    /// Where the server is, up to and without `/chat/completions`: `https://api.example.com/v1`.
    public var baseURL: String
    /// The name that the server knows the model by. Default: the name under which it is configured.
    public var model: String?
    /// The environment variable that holds the API key; nil for a server that wants none. The key itself is never part of a
    /// configuration, and never enters a worker.
    public var apiKeyVariable: String?
    /// What the server can do besides text. Default: it holds answers to a JSON schema and calls tools.
    public var capabilities: LanguageModelCapabilities

    /// What its tokens cost, a million of them. Default unknown.
    public var price: LanguageModelPrice?

    /// Makes a configuration.
    public init(
        baseURL: String, model: String? = nil, apiKeyVariable: String? = nil,
        capabilities: LanguageModelCapabilities = .init(responseSchema: true, functionCalling: true),
        price: LanguageModelPrice? = nil
    ) {
        self.baseURL = baseURL
        self.model = model
        self.apiKeyVariable = apiKeyVariable
        self.capabilities = capabilities
        self.price = price
    }
}
