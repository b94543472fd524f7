public import Marshalling
public import PythonPool

/// Why a language model gave no answer.
public struct LanguageModelError: Error, Sendable, Hashable {
    /// What went wrong, in the words that DSPy uses on its wire.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// The key is missing, wrong, or not allowed to do this.
        case auth
        /// The account cannot pay.
        case billing
        /// Too many requests; see ``LanguageModelError/retryAfter``.
        case rateLimit = "rate_limit"
        /// The provider does not take the request as it is.
        case invalidRequest = "invalid_request"
        /// The request is longer than the model's context.
        case contextLength = "context_length"
        /// No complete answer before the deadline.
        case timeout
        /// The provider failed.
        case server
        /// No such model.
        case unsupportedModel = "unsupported_model"
        /// The request asks for something that this model or its protocol cannot carry.
        case unsupportedFeature = "unsupported_feature"
        /// The model's configuration is unusable.
        case notConfigured = "not_configured"
        /// The provider could not be reached, or the connection broke off.
        case transport
        /// The pieces of a streamed answer do not make one.
        case streamAssembly = "stream_assembly"
        /// The provider answered with something that cannot be understood.
        case provider
        /// The calling task was cancelled.
        case cancelled
    }

    /// The kind of failure.
    public var code: Code
    /// What happened and, where there is one, the remedy. Never a key.
    public var message: String
    /// Who was asked, as in `openai`; empty when nobody was.
    public var provider: String
    /// The HTTP status, when there was a response.
    public var status: Int?
    /// How long the provider wants to be left alone.
    public var retryAfter: Duration?
    /// The provider's id of the request, for its support.
    public var requestID: String?
    /// The provider's own code, as in `context_length_exceeded`.
    public var providerCode: String?

    /// Makes an error.
    public init(
        _ code: Code, _ message: String, provider: String = "", status: Int? = nil, retryAfter: Duration? = nil,
        requestID: String? = nil, providerCode: String? = nil
    ) {
        self.code = code
        self.message = message
        self.provider = provider
        self.status = status
        self.retryAfter = retryAfter
        self.requestID = requestID
        self.providerCode = providerCode
    }

    /// Whether the same request may succeed later.
    public var isRetryable: Bool {
        switch code {
        case .rateLimit, .timeout, .server, .transport: true
        default: false
        }
    }

    /// The kind as a word without data, for metrics.
    public var label: String { "lm.\(code.rawValue)" }
}

extension LanguageModelError: CustomStringConvertible {
    /// Provider, message and status in one line.
    public var description: String {
        let who = provider.isEmpty ? "" : "\(provider): "
        let details = [status.map { "HTTP \($0)" }, requestID.map { "request \($0)" }].compactMap { $0 }
        return who + message + (details.isEmpty ? "" : " (\(details.joined(separator: ", ")))")
    }
}

extension LanguageModelError: UpcallFailure {
    /// The code, as DSPy's errors are named by it.
    public var upcallCode: String { code.rawValue }

    /// What the Python side makes its error of; only what is known is there.
    public var upcallDetails: PythonDictionary {
        var details: PythonDictionary = ["code": .string(code.rawValue), "message": .string(message)]
        if !provider.isEmpty { details["provider"] = .string(provider) }
        if let status { details["status"] = .int(status) }
        if let retryAfter { details["retry_after"] = .float(retryAfter / .seconds(1)) }
        if let requestID { details["request_id"] = .string(requestID) }
        if let providerCode { details["provider_code"] = .string(providerCode) }
        return details
    }
}
