public import LanguageModels

/// A language model that could not be reached, refused, or failed, as a program met it.
public struct ModelFailure: Error, Sendable, Hashable {
    /// What happened. DSPy's `LMError`s are the same codes.
    public var error: LanguageModelError
    /// The model that was asked, by the name that programs use.
    public var model: String
    /// The process id of the worker that ran the program; nil when none did.
    public var worker: Int32?

    /// Makes a failure, for tests and for other implementations.
    public init(_ error: LanguageModelError, model: String, worker: Int32? = nil) {
        self.error = error
        self.model = model
        self.worker = worker
    }

    /// Whether the same call may succeed later.
    public var isRetryable: Bool { error.isRetryable }
}

extension ModelFailure: CustomStringConvertible {
    /// The model, what it said, and what to do.
    public var description: String {
        let text = "the model '\(model)' failed (\(error.code.rawValue)): \(error)"
        guard let remedy else { return text }
        return text + "\n" + remedy
    }

    private var remedy: String? {
        switch error.code {
        case .auth:
            return "Check the API key: the variable that models.\(model).apiKeyVariable names must hold a valid one."
        case .billing: return "Check the account of the provider."
        case .rateLimit:
            guard let retryAfter = error.retryAfter else { return "Wait before the next call." }
            return "Wait \(retryAfter.inSeconds) before the next call."
        case .transport: return "Check that the server of models.\(model).baseURL runs and can be reached."
        case .contextLength: return "Shorten the inputs, or show fewer examples."
        case .timeout: return "Allow more time, or ask for fewer tokens."
        case .unsupportedModel: return "Check the name of the model and its configuration."
        case .invalidRequest, .notConfigured, .server, .unsupportedFeature, .streamAssembly, .provider, .cancelled:
            return nil
        }
    }
}
