import LanguageModels
import Marshalling
import Programs
import PythonPool
import Signatures
import Testing

@Suite struct ProgramErrorTests {
    private func failure(_ error: any Error & Sendable, model: String? = nil) async throws -> ProgramError? {
        let executor = ScriptedExecutor(throwing: error)
        let program = Predict(try Signature("q -> answer, score: float"), on: executor.runtime(), model: model)
        return await #expect(throws: ProgramError.self) { try await program(["q": "x"]) }
    }

    @Test(arguments: LanguageModelError.Code.allCases)
    func `a model's failure keeps its code, and says whether to try again`(code: LanguageModelError.Code) async throws {
        let exception = PythonException(
            type: "dspy.clients.errors.LMError", message: "[host/small] it failed\nTo fix: ask your administrator",
            worker: 4711,
            details: [
                "code": .string(code.rawValue), "status": 429, "retry_after": 1.5, "provider": "acme",
                "provider_code": "E7", "request_id": "r1", "model": "host/small",
            ])
        let error = try await failure(PythonPoolError.raised(exception))
        let expected = LanguageModelError(
            code, "it failed", provider: "acme", status: 429, retryAfter: .seconds(1.5), requestID: "r1",
            providerCode: "E7")
        #expect(error == .model(ModelFailure(expected, model: "small", worker: 4711)))
        #expect(error?.isRetryable == [.rateLimit, .timeout, .server, .transport].contains(code))
        #expect(error?.retryAfter == .seconds(1.5))
        #expect(error?.label == "model")
        #expect(error?.description.contains(code.rawValue) == true)
    }

    @Test(arguments: [
        ("lock_timeout", LanguageModelError.Code.timeout), ("collection_limit", .invalidRequest),
        ("unknown_model", .unsupportedModel), ("ambiguous_model", .unsupportedModel),
    ])
    func `a code of DSPy's alone becomes the nearest of the host's`(
        code: String, expected: LanguageModelError.Code
    ) async throws {
        let exception = PythonException(type: "dspy.LMError", message: "x", details: ["code": .string(code)])
        let error = try await failure(PythonPoolError.raised(exception))
        #expect(error == .model(ModelFailure(LanguageModelError(expected, "x"), model: "small", worker: 0)))
    }

    @Test func `a failure without details is charged to the model that was asked`() async throws {
        let exception = PythonException(
            type: "_dspex.UpcallError", message: "no such thing", details: ["code": "something_new"])
        let error = try await failure(PythonPoolError.raised(exception), model: "large")
        let expected = LanguageModelError(.provider, "no such thing", providerCode: "something_new")
        #expect(error == .model(ModelFailure(expected, model: "large", worker: 0)))
    }

    @Test(arguments: [-1.0, .infinity, .nan, 1e300]) func `a nonsensical time to wait is none`(seconds: Double)
        async throws
    {
        let exception = PythonException(
            type: "dspy.LMRateLimitError", message: "", details: ["code": "rate_limit", "retry_after": .float(seconds)])
        #expect(try await failure(PythonPoolError.raised(exception))?.retryAfter == nil)
    }

    @Test func `an answer that cannot be read keeps the model's text`() async throws {
        let error = try await failure(PythonPoolError.raised(.parseError("{\"answer\": \"x\"")))
        #expect(
            error
                == .malformedResponse(
                    MalformedResponse(
                        text: "{\"answer\": \"x\"", adapter: "JSONAdapter", expected: ["answer", "score"],
                        parsed: ["answer"], message: "Adapter JSONAdapter failed to parse", worker: 4711)))
        #expect(error?.isRetryable == false)
        #expect(error?.description.contains("expected answer, score, found answer") == true)
    }

    @Test func `any other exception stays what it is`() async throws {
        let exception = PythonException(
            type: "builtins.ValueError", message: "bad", traceback: "Traceback …", target: "f", worker: 1,
            details: ["code": "E1"])
        #expect(try await failure(PythonPoolError.raised(exception)) == .python(exception))
    }

    @Test(arguments: ["No module named 'dspy'", "No module named 'dspex_worker.programs'"])
    func `a missing package is a matter of the environment`(message: String) async throws {
        let exception = PythonException(type: "builtins.ModuleNotFoundError", message: message)
        guard case .environment(let problem, let remedy) = try await failure(PythonPoolError.raised(exception)) else {
            Issue.record("not .environment")
            return
        }
        #expect(problem.contains("no package"))
        #expect(remedy.contains("dspex doctor"))
    }

    @Test func `a missing package of the user's own is an exception like others`() async throws {
        let exception = PythonException(type: "builtins.ModuleNotFoundError", message: "No module named 'numpy'")
        #expect(try await failure(PythonPoolError.raised(exception)) == .python(exception))
    }

    @Test func `death, time and the wire keep their details`() async throws {
        let death = WorkerDeath(worker: 9, cause: .signalled(11), traceback: "Fatal Python error", target: "f")
        let died = try await failure(PythonPoolError.workerDied(death))
        #expect(died == .worker(death))
        #expect(died?.isRetryable == true)
        #expect(died?.description.contains("signal 11") == true)
        guard
            case .deadlineExceeded(let route, let after) =
                try await failure(PythonPoolError.deadlineExceeded(target: "f", after: .milliseconds(1250)))
        else {
            Issue.record("not .deadlineExceeded")
            return
        }
        #expect(route.model == "small")
        #expect(ProgramError.deadlineExceeded(route: route, after: after).description.contains("within 1.25 s"))
        #expect(try await failure(PythonPoolError.wireForm(.tooDeep(limit: 3))) == .wireForm(.tooDeep(limit: 3)))
        let closed = PythonPoolError.closed(pool: "general")
        #expect(try await failure(closed) == .pool(closed))
        #expect(
            try await failure(PythonPoolError.environment(problem: "p", remedy: "r"))
                == .environment(problem: "p", remedy: "r"))
    }

    @Test func `an unknown model is refused before anything is sent`() async throws {
        let executor = ScriptedExecutor(["outputs": [:]])
        let program = Predict(try Signature("q -> a"), on: executor.runtime(), model: "huge")
        let error = await #expect(throws: ProgramError.self) { try await program(["q": "x"]) }
        #expect(error == .route(.unknownModel("huge", known: ["large", "small"])))
        #expect(executor.calls.isEmpty)
    }

    @Test func `cancellation stays cancellation`() async throws {
        let program = Predict(
            try Signature("q -> a"), on: ScriptedExecutor(throwing: CancellationError()).runtime())
        await #expect(throws: CancellationError.self) { try await program(["q": "x"]) }
    }

    @Test func `an answer of other types is an error that keeps what came`() async throws {
        let raw: PythonValue = [
            "outputs": ["answer": "x", "score": "high"], "usage": ["prompt_tokens": 1, "completion_tokens": 2],
        ]
        let program = Predict(try Signature("q -> answer, score: float"), on: ScriptedExecutor(raw).runtime())
        let error = await #expect(throws: ProgramError.self) { try await program(["q": "x"]) }
        #expect(
            error
                == .output(
                    OutputError(
                        signature: "q -> answer, score: float",
                        problems: [.init(path: "score", kind: .mistyped(expected: "float", actual: "str"))], raw: raw,
                        usage: LanguageModelUsage(inputTokens: 1, outputTokens: 2, totalTokens: 3))))
        #expect(error?.usage?.totalTokens == 3)
    }

    @Test(arguments: [PythonValue.none, .list([]), ["outputs": 3], [:]])
    func `an answer without outputs is an error too`(raw: PythonValue) async throws {
        let program = Predict(try Signature("q -> answer"), on: ScriptedExecutor(raw).runtime())
        let error = await #expect(throws: ProgramError.self) { try await program(["q": "x"]) }
        #expect(error?.label == "output")
    }
}
