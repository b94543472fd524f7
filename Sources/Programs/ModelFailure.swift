/// A language model that could not be reached, refused, or failed. Mirrors DSPy's tree of `LMError`s by their codes.
public struct ModelFailure: Error, Sendable, Hashable {
    /// What happened, in DSPy's words.
    public struct Code: RawRepresentable, Sendable, Hashable {
        /// The code as it crosses between Python and the host.
        public let rawValue: String
        /// Takes any code; new ones may come.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The key is missing, wrong or may not do this.
        public static let auth = Code(rawValue: "auth")
        /// The account has nothing left.
        public static let billing = Code(rawValue: "billing")
        /// Too many requests.
        public static let rateLimit = Code(rawValue: "rate_limit")
        /// No answer in time.
        public static let timeout = Code(rawValue: "timeout")
        /// The server failed.
        public static let server = Code(rawValue: "server")
        /// The server could not be reached.
        public static let transport = Code(rawValue: "transport")
        /// A lock was not had in time.
        public static let lockTimeout = Code(rawValue: "lock_timeout")
        /// The request is not one that the server takes.
        public static let invalidRequest = Code(rawValue: "invalid_request")
        /// The server has no such model.
        public static let unsupportedModel = Code(rawValue: "unsupported_model")
        /// Prompt and answer are longer than the model can hold.
        public static let contextLength = Code(rawValue: "context_length")
        /// The model cannot do what was asked.
        public static let unsupportedFeature = Code(rawValue: "unsupported_feature")
        /// No model of this name is configured.
        public static let notConfigured = Code(rawValue: "not_configured")
        /// The server's stream breaks the rules of streams.
        public static let streamAssembly = Code(rawValue: "stream_assembly")
        /// More than a collection may hold.
        public static let collectionLimit = Code(rawValue: "collection_limit")
        /// The server said something that has no code of its own.
        public static let provider = Code(rawValue: "provider")
        /// The name stands for no model.
        public static let unknownModel = Code(rawValue: "unknown_model")
        /// The name stands for several models.
        public static let ambiguousModel = Code(rawValue: "ambiguous_model")

        /// Every code above.
        static let known: Set<Code> = [
            .auth, .billing, .rateLimit, .timeout, .server, .transport, .lockTimeout, .invalidRequest,
            .unsupportedModel,
            .contextLength, .unsupportedFeature, .notConfigured, .streamAssembly, .collectionLimit, .provider,
            .unknownModel, .ambiguousModel,
        ]
    }

    /// What happened.
    public var code: Code
    /// What the server or the host said.
    public var message: String
    /// The model that was asked.
    public var model: String
    /// The provider, when it named itself.
    public var provider: String?
    /// The provider's own code.
    public var providerCode: String?
    /// The HTTP status.
    public var status: Int?
    /// How long the server asks to wait.
    public var retryAfter: Duration?
    /// The provider's name for the request, for its support.
    public var requestID: String?
    /// The process id of the worker that ran the program.
    public var worker: Int32

    /// Makes a failure, for tests and for other implementations.
    public init(
        code: Code, message: String, model: String, provider: String? = nil, providerCode: String? = nil,
        status: Int? = nil, retryAfter: Duration? = nil, requestID: String? = nil, worker: Int32 = 0
    ) {
        self.code = code
        self.message = message
        self.model = model
        self.provider = provider
        self.providerCode = providerCode
        self.status = status
        self.retryAfter = retryAfter
        self.requestID = requestID
        self.worker = worker
    }

    /// Whether the same call may succeed later.
    public var isRetryable: Bool {
        [.rateLimit, .timeout, .server, .transport, .lockTimeout].contains(code)
    }
}

extension ModelFailure: CustomStringConvertible {
    /// The model, what it said, and what to do.
    public var description: String {
        var text = "the model '\(model)' failed (\(code.rawValue)"
        if let status { text += ", HTTP \(status)" }
        text += "): \(message)"
        if let remedy { text += "\n\(remedy)" }
        return text
    }

    private var remedy: String? {
        switch code {
        case .auth:
            return "Check the API key: the variable that models.\(model).apiKeyVariable names must hold a valid one."
        case .billing: return "Check the account of the provider."
        case .rateLimit:
            guard let retryAfter else { return "Wait before the next call." }
            return "Wait \(retryAfter.inSeconds) before the next call."
        case .transport: return "Check that the server of models.\(model).baseURL runs and can be reached."
        case .contextLength: return "Shorten the inputs, or show fewer examples."
        case .timeout: return "Allow more time, or ask for fewer tokens."
        case .notConfigured, .unknownModel, .unsupportedModel:
            return "Check the name of the model and its configuration."
        default: return nil
        }
    }
}
