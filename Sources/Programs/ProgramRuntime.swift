public import LanguageModels
internal import Marshalling
public import PythonPool
internal import Signatures

/// What programs run on: a router, and the pools that it may choose.
public struct ProgramRuntime: Sendable {
    /// Chooses the pool and the model of each call.
    public var router: Router
    /// The pools, by the names that the router knows.
    public var executors: [String: any PythonExecutor]
    /// How prompts are written for programs that do not say. Default ``PromptAdapter/compactJSON``.
    public var adapter: PromptAdapter
    /// How models write for programs that do not say.
    public var options: GenerationOptions

    /// The models that programs ask without Python, by the names that the router knows.
    public var models: LanguageModels

    /// Where code runs that models write: an isolated pool. Nil refuses such programs. Default nil.
    public var sandbox: PythonPool?

    /// Makes a runtime.
    public init(
        router: Router, executors: [String: any PythonExecutor], models: LanguageModels = LanguageModels(),
        adapter: PromptAdapter = .compactJSON, options: GenerationOptions = .init(), sandbox: PythonPool? = nil
    ) {
        self.sandbox = sandbox
        self.router = router
        self.executors = executors
        self.models = models
        self.adapter = adapter
        self.options = options
    }

    /// The function of the Python half that serves every program.
    static let target = "dspex_worker.programs.predict"

    /// - Parameter verbatim: The inputs whose texts this package wrote, marks and all. They are not held against their types.
    func run(
        _ program: some Program, inputs: PythonDictionary, deadline: ContinuousClock.Instant?,
        verbatim: Set<String> = []
    ) async throws -> Prediction {
        let start = ContinuousClock.now
        guard let scope = CallScope.current else {
            return try await run(try ProgramCall(program, inputs, verbatim: verbatim), deadline, start)
        }
        let call = try ProgramCall(program, inputs, verbatim: verbatim, in: scope)
        let prediction = try await run(call, deadline, start)
        scope.trace?.append([call.entry(prediction, of: program, adapter: program.adapter ?? adapter)])
        return prediction
    }

    private func run(
        _ call: ProgramCall<some Program>, _ deadline: ContinuousClock.Instant?, _ start: ContinuousClock.Instant
    ) async throws -> Prediction {
        var request = call.program.request
        request.inputSize = call.inputs.reduce(0) { $0 + ($1.value.string?.utf8.count ?? 16) }
        let route: Route
        do { route = try router.route(request) } catch { throw ProgramError.route(error) }
        let latest = min(deadline ?? start + route.timeout, start + route.timeout)
        do {
            return try await attempt(call, route, start, latest)
        } catch {
            guard !Task.isCancelled, let other = router.fallback(after: error, from: route) else { throw error }
            return try await attempt(call, other, start, latest)
        }
    }

    /// Runs the program where the route says, and tells the router and whoever counts how it went.
    private func attempt(
        _ call: ProgramCall<some Program>, _ route: Route, _ start: ContinuousClock.Instant,
        _ deadline: ContinuousClock.Instant
    ) async throws -> Prediction {
        let ledger = CallScope.current?.ledger
        let began = ContinuousClock.now
        do {
            var prediction =
                switch route.implementation {
                case .native: try await runNatively(call, route, deadline)
                case .python: try await runInPython(call, route, deadline)
                }
            prediction.duration = ContinuousClock.now - start
            prediction.cost = prediction.usage.flatMap { (try? models[route.model])?.price?.cost(of: $0) }
            router.record(route, duration: ContinuousClock.now - began)
            ledger?.add(prediction.usage, attempts: prediction.attempts, cost: prediction.cost)
            return prediction
        } catch {
            router.record(route, duration: ContinuousClock.now - began, failure: error)
            if let error = error as? ProgramError { ledger?.add(error.usage, attempts: error.attempts) }
            throw error
        }
    }

    // MARK: Swift

    private func runNatively(
        _ call: ProgramCall<some Program>, _ route: Route, _ deadline: ContinuousClock.Instant
    ) async throws -> Prediction {
        let program = call.program
        let native = NativeCall(
            signature: program.promptSignature, adapter: program.adapter ?? adapter,
            options: program.options.completed(by: options), demos: call.demos, verbatim: call.verbatim)
        let began = ContinuousClock.now
        do {
            let answer = try await native.run(call.inputs, on: try models[route.model], deadline: deadline)
            return Prediction(
                outputs: answer.outputs, usage: answer.usage, route: route, model: answer.model, duration: .zero,
                text: answer.text, attempts: answer.attempts)
        } catch let error as MalformedResponse {
            throw ProgramError.malformedResponse(error)
        } catch let error as LanguageModelError {
            if error.code == .cancelled, Task.isCancelled { throw CancellationError() }
            if error.code == .timeout, ContinuousClock.now >= deadline {
                throw ProgramError.deadlineExceeded(route: route, after: ContinuousClock.now - began)
            }
            throw ProgramError.model(ModelFailure(error, model: route.model))
        }
    }

    // MARK: Python

    private func runInPython(
        _ call: ProgramCall<some Program>, _ route: Route, _ deadline: ContinuousClock.Instant
    ) async throws -> Prediction {
        let pool = route.pool ?? router.defaultPool
        guard let executor = executors[pool] else {
            throw ProgramError.route(.unknownPool(pool, known: executors.keys.sorted()))
        }
        do {
            let answer = try await executor.callReportingWorker(
                Self.target, arguments(call, route), [:], deadline: deadline)
            return try Self.prediction(call.program, answer.value, route: route, worker: answer.worker)
        } catch let error as PythonPoolError {
            throw ProgramError(error, route: route)
        }
    }

    private func arguments(_ call: ProgramCall<some Program>, _ route: Route) -> [PythonValue] {
        let program = call.program
        var options: PythonDictionary = [
            "model": .string(route.model),
            "adapter": .string((program.adapter ?? adapter).rawValue),
            "capabilities": (router.models[route.model] ?? LanguageModelCapabilities()).pythonValue,
        ]
        if !call.demos.isEmpty { options["demos"] = .list(call.demos.map(PythonValue.dict)) }
        let config = program.options.completed(by: self.options).pythonValue
        if !config.isEmpty { options["config"] = .dict(config) }
        let kind = type(of: program).kind
        return [.string(kind.name), program.signature.pythonValue, .dict(call.inputs), .dict(options)]
    }

    // MARK: After the call

    private static func prediction(
        _ program: some Program, _ answer: PythonValue, route: Route, worker: Int32
    ) throws(ProgramError) -> Prediction {
        let usage = LanguageModelUsage(dspy: answer["usage"])
        var problems = FieldProblems()
        var outputs = PythonDictionary()
        if let found = answer["outputs"]?.dict {
            outputs = program.expectedOutputs.check(found, &problems)
        } else {
            problems.add("outputs", .missing(expected: "dict"))
        }
        guard problems.isEmpty else {
            throw .output(
                OutputError(
                    signature: "\(program.signature)", problems: problems.listed, omitted: problems.omitted,
                    raw: answer,
                    usage: usage))
        }
        return Prediction(
            outputs: outputs, usage: usage, route: route, model: answer["model"]?.string ?? route.model, worker: worker,
            duration: .zero, text: answer["text"]?.string, attempts: answer["attempts"]?.int ?? 1)
    }
}

extension Program {
    var request: Router.Request {
        .init(kind: Self.kind, model: model, pool: pool, timeout: timeout, implementation: implementation)
    }
}
