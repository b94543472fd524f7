import HTTPClient
import Marshalling

/// Makes typed errors of everything that can go wrong at a chat completions endpoint. The key is cut out of every text from there.
struct ChatCompletionFailure: Sendable {
    private let provider: String
    private let model: String
    private let apiKey: APIKey?
    /// The current time in seconds since 1970, against which a `Retry-After` date is held.
    private let now: @Sendable () -> Int
    var requestID: String?
    var status: Int?

    init(_ configuration: HTTPLanguageModel.Configuration, now: @escaping @Sendable () -> Int = RetryAfter.now) {
        provider = configuration.provider
        model = configuration.model
        apiKey = configuration.apiKey
        self.now = now
    }

    func error(_ code: LanguageModelError.Code, _ message: String, providerCode: String? = nil) -> LanguageModelError {
        let message = apiKey?.redacted(message) ?? message
        return LanguageModelError(
            code, message, provider: provider, status: status, requestID: requestID, providerCode: providerCode)
    }

    /// The server sent something that is no chat completion.
    func garbage(_ bytes: [UInt8]) -> LanguageModelError {
        let text = String(decoding: bytes.prefix(1024), as: UTF8.self)
        return error(.provider, "the answer is no chat completion: \((apiKey?.redacted(text) ?? text).excerpt)")
    }

    /// The transfer failed.
    func transport(_ failure: HTTPClientError) -> LanguageModelError {
        switch failure.code {
        case .timeout: error(.timeout, "\(failure)")
        case .cancelled: error(.cancelled, "the task was cancelled")
        case .invalidURL, .invalidRequest: error(.notConfigured, "\(failure)")
        case .tooLarge, .invalidResponse: error(.provider, "\(failure)")
        case .resolve, .connect, .tls, .closedEarly, .shutdown, .other: error(.transport, "\(failure)")
        }
    }

    /// An error that arrived in place of a chunk, within a response that began well.
    func reported(_ reported: PythonValue) -> LanguageModelError {
        let envelope = ErrorEnvelope(reported)
        let status = envelope.status ?? 500
        return error(
            code(status, envelope), envelope.message ?? "the server reported an error", providerCode: envelope.code)
    }

    /// A response whose status is not 200.
    func response(_ status: Int, _ headers: HTTPHeaders, _ body: [UInt8]) -> LanguageModelError {
        let envelope = ErrorEnvelope(body: body)
        var message = envelope.message ?? ""
        if message.isEmpty {
            let text = String(decoding: body.prefix(1024), as: UTF8.self)
            message =
                body.isEmpty
                ? "the server said nothing more" : "the server said \((apiKey?.redacted(text) ?? text).excerpt)"
        }
        if (300..<400).contains(status) {
            message = "the server redirects elsewhere, which is not followed: check the base URL"
        }
        let code = code(status, envelope)
        if code == .invalidRequest, status == 404 { message += "; check the base URL" }
        var error = error(code, message, providerCode: envelope.code)
        error.status = status
        error.retryAfter = RetryAfter.duration(headers, now: now())
        return error
    }

    private func code(_ status: Int, _ envelope: ErrorEnvelope) -> LanguageModelError.Code {
        if envelope.isAny(of: ["context_length_exceeded", "exceed_context_size_error"]) { return .contextLength }
        if envelope.isAny(of: ["insufficient_quota", "billing_hard_limit_reached"]) { return .billing }
        if envelope.isAny(of: ["model_not_found", "model_not_available"]) { return .unsupportedModel }
        let text = (envelope.message ?? "").lowercased()
        switch status {
        case 401, 403: return .auth
        case 402: return .billing
        case 404: return text.contains("model") ? .unsupportedModel : .invalidRequest
        case 408, 504: return .timeout
        case 429: return .rateLimit
        case 500...599: return .server
        // vLLM and others say it in words only.
        case 400...499 where text.contains("maximum context length") || text.contains("context window"):
            return .contextLength
        case 400...499: return .invalidRequest
        default: return .provider
        }
    }
}

/// The error object of an OpenAI-compatible server, in the forms in which it comes.
private struct ErrorEnvelope {
    var message: String?
    var code: String?
    var type: String?
    var status: Int?

    init(body: [UInt8]) {
        let value = (try? PythonValue(json: body)) ?? .none
        let error = value["error"].flatMap { $0.isNone ? nil : $0 }
        self.init(error ?? value)
        if message == nil { message = value["message"]?.string ?? value["detail"]?.string }
    }

    init(_ error: PythonValue) {
        if let text = error.string {
            message = text
            return
        }
        message = error["message"]?.string
        type = error["type"]?.string
        // llama.cpp repeats the status as the code, and puts the kind into the type.
        status = error["code"]?.int
        code = error["code"]?.string ?? type
    }

    func isAny(of codes: Set<String>) -> Bool {
        code.map(codes.contains) ?? false || type.map(codes.contains) ?? false
    }
}
