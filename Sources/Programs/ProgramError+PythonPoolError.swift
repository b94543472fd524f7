internal import LanguageModels
internal import Marshalling
package import PythonPool

extension ProgramError {
    /// Sorts what a pool threw by the stage that it belongs to.
    package init(_ error: PythonPoolError, route: Route) {
        switch error {
        case .raised(let exception): self.init(exception, route: route)
        case .workerDied(let death): self = .worker(death)
        case .deadlineExceeded(_, let after): self = .deadlineExceeded(route: route, after: after)
        case .wireForm(let error): self = .wireForm(error)
        case .environment(let problem, let remedy): self = .environment(problem: problem, remedy: remedy)
        case .protocolViolation, .nestedTooDeep, .closed, .overloaded, .workerUnavailable, .memoryLimitExceeded,
            .quarantined, .hookFailed,
            .referenceLost, .referencesOfSeveralWorkers, .foreignObject:
            self = .pool(error)
        }
    }

    private init(_ exception: PythonException, route: Route) {
        let code = exception.details["code"]?.string
        if code == "adapter_parse_error" {
            self = .malformedResponse(MalformedResponse(exception))
        } else if let code, let failure = ModelFailure(exception, code: code, route: route) {
            self = .model(failure)
        } else if let package = exception.missingPackage {
            self = .environment(
                problem: "the worker's Python has no package '\(package)'",
                remedy: "install it into the pool's virtual environment, then check with: dspex doctor")
        } else {
            self = .python(exception)
        }
    }
}

extension MalformedResponse {
    fileprivate init(_ exception: PythonException) {
        let names = { (key: PythonValue) in exception.details[key]?.elements?.compactMap(\.string) ?? [] }
        self.init(
            text: exception.details["lm_response"]?.string ?? "",
            usage: LanguageModelUsage(dspy: exception.details["usage"]),
            adapter: exception.details["adapter"]?.string ?? "", expected: names("expected"), parsed: names("parsed"),
            message: exception.message, worker: exception.worker)
    }
}

extension ModelFailure {
    /// Nil when the code is none of a model's: others may put a `code` into the details of their exceptions too.
    fileprivate init?(_ exception: PythonException, code name: String, route: Route) {
        let known = LanguageModelError.Code(rawValue: name) ?? Self.closest[name]
        let ofModel = exception.type.hasPrefix("dspy.") || exception.type == "_dspex.UpcallError"
        guard let code = known ?? (ofModel ? .provider : nil) else { return nil }
        let details = exception.details
        // DSPy puts its own name of the model in front, and advice for Python users below the first line.
        var message = exception.message.split(separator: "\n").first ?? exception.message[...]
        if message.hasPrefix("[host/"), let end = message.firstIndex(of: "]") {
            message = message[message.index(after: end)...].drop { $0 == " " }
        }
        self.init(
            LanguageModelError(
                code, String(message), provider: details["provider"]?.string ?? "", status: details["status"]?.int,
                retryAfter: details["retry_after"]?.double.flatMap(Self.duration),
                requestID: details["request_id"]?.string,
                providerCode: details["provider_code"]?.string ?? (known == nil ? name : nil)),
            model: details["model"]?.string.map(Self.hostName) ?? route.model, worker: exception.worker)
    }

    /// Codes of DSPy's that the host has no case for, and the case that calls for the same action.
    private static let closest: [String: LanguageModelError.Code] = [
        "lock_timeout": .timeout, "collection_limit": .invalidRequest, "unknown_model": .unsupportedModel,
        "ambiguous_model": .unsupportedModel,
    ]

    /// In DSPy the host's models are called `host/name`.
    private static func hostName(_ model: String) -> String {
        model.hasPrefix("host/") ? String(model.dropFirst("host/".count)) : model
    }

    /// What a server wrote may be no time at all.
    private static func duration(_ seconds: Double) -> Duration? {
        seconds >= 0 && seconds < 1e9 ? .seconds(seconds) : nil
    }
}

extension PythonException {
    /// The package that an import did not find, when it is one that programs cannot do without.
    fileprivate var missingPackage: String? {
        guard type.hasSuffix("ModuleNotFoundError") else { return nil }
        return ["dspy", "dspex_worker"].first { message.contains("'\($0)'") || message.contains("'\($0).") }
    }
}
