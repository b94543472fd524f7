internal import HTTPClient
public import LanguageModels
public import Logging
public import Marshalling
public import Programs
public import PythonPool
public import ServiceLifecycle
public import Signatures

/// Everything that programs need: pools of interpreters, models, and the ways from one to the other.
///
/// ``DSPex/run(_:logger:isolation:_:)`` makes one for a scope. In a service that has a `ServiceGroup`, add it to the group.
/// Making one is cheap: a pool starts with the first call that it serves, the embedded model with the first question to it.
public final class Platform: Sendable {
    /// What the platform was made of.
    public let configuration: Configuration
    /// The pool that serves programs, and Python functions of your own.
    public let python: PythonPool
    /// The pool for optimisers.
    public let optimizer: PythonPool
    /// The pool for models that run on this machine.
    public let neural: PythonPool
    /// The pool for code that models write: each session has an isolated worker of its own.
    public let sandbox: PythonPool
    /// The models, by the names that programs use.
    public let models: LanguageModels
    /// What programs are made on; for programs that are made without the platform's own functions.
    public let runtime: ProgramRuntime

    private let client: HTTPClient
    let handlers = PoolHandlers()

    /// Makes a platform. Prefer ``DSPex/run(_:logger:isolation:_:)``, which also ends it; otherwise ``run()`` or
    /// ``shutdown()`` must be called.
    ///
    /// - Parameters:
    ///   - configuration: What it is made of.
    ///   - environment: Where API keys are looked up. Default: the variables of the process.
    ///   - logger: For what happens to pools and workers.
    public init(
        _ configuration: Configuration = .init(), environment: [String: String]? = nil,
        logger: Logger = Logger(label: "dspex")
    ) {
        self.configuration = configuration
        python = PythonPool(configuration.general, logger: logger)
        optimizer = PythonPool(configuration.optimizer, logger: logger)
        neural = PythonPool(configuration.neural, logger: logger)
        sandbox = PythonPool(configuration.sandbox, logger: logger)
        client = HTTPClient(.init(connectTimeout: configuration.connectTimeout))
        models = LanguageModels(
            [EmbeddedLanguageModel(pool: neural, client: client)]
                + configuration.languageModels(client: client, environment: environment))
        let pools = ["general": python, "optimizer": optimizer, "neural": neural]
        for pool in pools.values { serve(models, on: pool) }
        runtime = ProgramRuntime(
            router: Router(
                pools: Set(pools.keys), models: models.capabilities, defaultModel: configuration.defaultModel,
                defaultTimeout: configuration.programTimeout, loads: { pools[$0]?.load ?? 0 }),
            executors: pools, models: models, adapter: configuration.adapter, options: configuration.options,
            sandbox: sandbox)
    }

    /// Ends every pool and every connection, and waits for them. What is in flight fails.
    public func shutdown() async {
        // First those who ask models, then those who answer.
        async let general: Void = python.shutdown()
        async let optimizers: Void = optimizer.shutdown()
        async let rooms: Void = sandbox.shutdown()
        _ = await (general, optimizers, rooms)
        await neural.shutdown()
        await client.shutdown()
    }
}

extension Platform {
    /// A program that asks for the outputs in one step.
    public func predict(_ signature: Signature) -> Predict { Predict(signature, on: runtime) }

    /// A program that asks for the outputs in one step, by a signature in DSPy's string form.
    ///
    /// ```swift
    /// let count = try platform.predict("text -> count: int", instructions: "Extract the number in the text.")
    /// ```
    ///
    /// - Throws: `SignatureError` with the column at which reading stopped.
    public func predict(
        _ signature: String, instructions: String? = nil, types: [String: FieldType] = [:]
    ) throws(SignatureError) -> Predict {
        predict(try Signature(signature, instructions: instructions, types: types))
    }

    /// A program that has the model reason before it answers.
    public func chainOfThought(_ signature: Signature) -> ChainOfThought { ChainOfThought(signature, on: runtime) }

    /// A program that has the model reason before it answers, by a signature in DSPy's string form.
    ///
    /// - Throws: `SignatureError` with the column at which reading stopped.
    public func chainOfThought(
        _ signature: String, instructions: String? = nil, types: [String: FieldType] = [:]
    ) throws(SignatureError) -> ChainOfThought {
        chainOfThought(try Signature(signature, instructions: instructions, types: types))
    }

    /// Calls a Python function in a worker of the general pool.
    ///
    /// ```swift
    /// try await platform.call("math.hypot", [3, 4]).double        // 5
    /// ```
    ///
    /// - Parameters:
    ///   - target: The function with its module.
    ///   - args: Positional arguments.
    ///   - kwargs: Keyword arguments.
    ///   - deadline: When the result must be there at the latest. Default none.
    /// - Throws: `PythonPoolError`, or `CancellationError` when the task is cancelled.
    public func call(
        _ target: String, _ args: [PythonValue] = [], _ kwargs: PythonDictionary = [:],
        deadline: ContinuousClock.Instant? = nil
    ) async throws -> PythonValue {
        try await python.call(target, args, kwargs, deadline: deadline)
    }
}

extension Platform: Service {
    /// Keeps the platform until the service group shuts down or the task is cancelled, and ends it.
    public func run() async throws {
        do {
            try await gracefulShutdown()
        } catch {
            await shutdown()
            throw error
        }
        await shutdown()
    }
}
