public import Logging
public import Marshalling
import Synchronization

/// A pool of Python interpreters, each in a process of its own, forked warm from a zygote.
///
/// ```swift
/// try await withPythonPool(.init(size: 4, preload: ["numpy"])) { python in
///     let root = try await python.call("math.sqrt", [2.0])
///     let names = try await python.call("builtins.sorted", [["b", "a"]], ["reverse": true], deadline: .now + .seconds(1))
/// }
/// ```
///
/// The zygote and the workers are started by the first call. A call travels through shared memory as Python objects; nothing is written
/// as text on the way. A worker serves one call at a time, or as many as ``Configuration/concurrency`` says. When it dies the call it served fails with signal and traceback, and the pool
/// replaces it. When this process dies, however it dies, everything below it goes at once. Linux only.
public final class PythonPool: Sendable {
    /// The version of this package, which the package `dspex_worker` in the virtual environment must have too.
    public static let version = PackageVersion.current

    /// What the pool is made of.
    public var configuration: Configuration { engine.configuration }

    let engine: PoolEngine

    /// Runs tasks on the pool's own thread, the one that reads what the workers answer: a task that prefers it goes on there when its answer
    /// has come, and no other thread is woken for it. Meant for tasks that make many small calls.
    ///
    /// ```swift
    /// try await withThrowingTaskGroup { group in
    ///     for row in rows { group.addTask(executorPreference: python.executor) { try await python.call("scores.score", [row]) } }
    ///     …
    /// ```
    ///
    /// What runs here holds up all answers of the pool, so it must not compute for long and never block;
    /// ``callBlocking(_:_:_:deadline:)`` refuses to. Before the pool has started, and once it is shut down, tasks run where those without a
    /// preference do.
    public var executor: any TaskExecutor { engine.executor }

    /// Makes a pool that starts with its first call. Prefer ``withPythonPool(_:logger:isolation:_:)``, which also ends it.
    public init(_ configuration: Configuration = .init(), logger: Logger = Logger(label: "python-pool")) {
        engine = PoolEngine(configuration, logger: logger, probe: HostFacilities.probe)
    }

    /// Makes a pool on a machine that is described rather than looked at.
    init(
        _ configuration: Configuration, logger: Logger = Logger(label: "python-pool"),
        probe: @escaping @Sendable () -> HostFacilities
    ) {
        engine = PoolEngine(configuration, logger: logger, probe: probe)
    }

    deinit { _ = engine.close() }

    /// Calls a Python function and waits for its result without blocking a thread.
    ///
    /// - Parameters:
    ///   - target: `module.function`; attributes of what the module holds work too (`datetime.datetime.fromisoformat`).
    ///   - args: the positional arguments.
    ///   - kwargs: the keyword arguments.
    ///   - deadline: when the call is given up: its Python code gets a `HostCancelled`, and if that does not end it within
    ///     ``Configuration/cancellationGrace``, its worker is killed and replaced. Default: never.
    /// - Returns: what the function returned.
    /// - Throws: ``PythonPoolError``, or `CancellationError` when the task was cancelled, which stops the Python code likewise.
    public nonisolated(nonsending) func call(
        _ target: String, _ args: [PythonValue] = [], _ kwargs: PythonDictionary = [:],
        deadline: ContinuousClock.Instant? = nil
    ) async throws -> PythonValue {
        try await perform(target, args, kwargs, deadline: deadline).value
    }

    /// Like ``call(_:_:_:deadline:)``, with more to say about how the call is served.
    public nonisolated(nonsending) func call(
        _ target: String, _ args: [PythonValue] = [], _ kwargs: PythonDictionary = [:], options: CallOptions
    ) async throws -> PythonValue {
        try await perform(target, args, kwargs, options: options).value
    }

    /// Like ``call(_:_:_:deadline:)``, and says which worker served it.
    public nonisolated(nonsending) func callReportingWorker(
        _ target: String, _ args: [PythonValue] = [], _ kwargs: PythonDictionary = [:],
        deadline: ContinuousClock.Instant? = nil
    ) async throws -> (value: PythonValue, worker: Int32) {
        try await perform(target, args, kwargs, deadline: deadline)
    }

    /// Like ``callReportingWorker(_:_:_:deadline:)``, with more to say about how the call is served.
    public nonisolated(nonsending) func callReportingWorker(
        _ target: String, _ args: [PythonValue] = [], _ kwargs: PythonDictionary = [:], options: CallOptions
    ) async throws -> (value: PythonValue, worker: Int32) {
        try await perform(target, args, kwargs, options: options)
    }

    /// Calls a Python function and blocks this thread until it has returned: the fastest way, for threads of one's own. Never call it from
    /// a Swift task, whose threads are few.
    ///
    /// - Throws: ``PythonPoolError``.
    public func callBlocking(
        _ target: String, _ args: [PythonValue] = [], _ kwargs: PythonDictionary = [:],
        deadline: ContinuousClock.Instant? = nil
    ) throws -> PythonValue {
        try callBlocking(target, args, kwargs, options: CallOptions(deadline: deadline))
    }

    /// Like ``callBlocking(_:_:_:deadline:)``, with more to say about how the call is served.
    public func callBlocking(
        _ target: String, _ args: [PythonValue] = [], _ kwargs: PythonDictionary = [:], options: CallOptions
    ) throws -> PythonValue {
        let call = try newCall(target, args, kwargs, options: options)
        return try Self.result(of: engine.finishBlocking(call), target: target).value
    }

    /// Takes a worker for as long as the lease is held, and prepares it.
    ///
    /// - Parameter prepare: runs on the worker now, and again on each that replaces it (``WorkerLease/restore()``).
    public func lease(_ prepare: @escaping @Sendable (WorkerLease) async throws -> Void) async throws -> WorkerLease {
        let lease = WorkerLease(self, prepare: prepare)
        try await lease.restore()
        return lease
    }

    /// Answers upcalls of this name with one value. A later handler of the same name replaces it.
    public func onUpcall(_ name: String, _ handler: @escaping @Sendable (Upcall) async throws -> PythonValue) {
        engine.upcalls.register(name, .value { try WirePayload(await handler($0.upcall())) })
    }

    /// Answers upcalls of this name with a stream of values.
    public func onStreamingUpcall(
        _ name: String,
        _ handler: @escaping @Sendable (Upcall) async throws -> AsyncThrowingStream<PythonValue, any Error>
    ) {
        engine.upcalls.register(
            name, .stream { for try await item in try await handler($0.upcall()) { try await $1(WirePayload(item)) } })
    }

    /// Starts the zygote and the workers, and waits until they are ready. Calls do so by themselves; this moves the wait to where it suits.
    ///
    /// - Parameter count: how many workers it waits for; the others start meanwhile. Default: all that are always kept
    ///   (``Configuration/minimumSize``).
    /// - Throws: ``PythonPoolError/environment(problem:remedy:)``, ``PythonPoolError/closed(pool:)``.
    public func start(atLeast count: Int? = nil) async throws { try await engine.start(atLeast: count) }

    /// Takes no more calls, and waits until those that are here have been served. Calls on leases are still taken.
    ///
    /// What remains is ``shutdown()``, which fails what is in flight and so is often preceded by this.
    ///
    /// - Throws: ``PythonPoolError/closed(pool:)`` when the pool is shut down meanwhile.
    public func drain() async throws { try await engine.drain() }

    /// Replaces every worker, one after the other, and waits until those of now are gone. Each takes calls until its replacement is ready
    /// and then finishes those it has, so no call fails. A leased worker is replaced when it is given back.
    ///
    /// - Throws: ``PythonPoolError/closed(pool:)`` when the pool is shut down meanwhile.
    public func rollingRestart() async throws { try await engine.rollingRestart() }

    /// Starts another zygote beside the one there is, which imports code and packages as they are now, and replaces every worker by one that
    /// is forked from it, as ``rollingRestart()`` does; then the old zygote is ended. No call fails.
    ///
    /// - Throws: ``PythonPoolError/environment(problem:remedy:)`` when the new zygote does not start; the pool goes on with the old one.
    ///   ``PythonPoolError/closed(pool:)``.
    public func refreshZygote() async throws { try await engine.refreshZygote() }

    /// What keeps the workers in their bounds on this machine, and what cannot; nil before the pool has started.
    public var isolationReport: IsolationReport? { engine.core.withLock { $0.provision?.report } }

    /// What the pool is doing now.
    public var statistics: Statistics { engine.statistics }

    /// How much of the pool's capacity is taken, calls that wait included: 0 is idle, 1 full, more a queue. Takes one lock.
    public var load: Double { engine.load }

    /// Ends every worker and the zygote, and waits until they are gone. Calls that are out fail with ``PythonPoolError/closed(pool:)``;
    /// workers that serve none run their stop hooks first.
    public func shutdown() async {
        await engine.runLastHooks()
        let reactor = engine.close()
        await engine.upcalls.close()
        // The thread ends within the time that killing and reaping takes, some milliseconds; it is waited for off the task's thread.
        guard let reactor else { return }
        await unsafe withUnsafeContinuation { (done: UnsafeContinuation<Void, Never>) in
            reactor.onEnd { unsafe done.resume() }
        }
        reactor.join()
    }

    // MARK: Shared steps

    nonisolated(nonsending) func perform(
        _ target: String, _ args: [PythonValue], _ kwargs: PythonDictionary, deadline: ContinuousClock.Instant?,
        on leased: WorkerConnection? = nil
    ) async throws -> (value: PythonValue, worker: Int32) {
        try await perform(target, args, kwargs, options: CallOptions(deadline: deadline), on: leased)
    }

    nonisolated(nonsending) func perform(
        _ target: String, _ args: [PythonValue], _ kwargs: PythonDictionary, options: CallOptions,
        on leased: WorkerConnection? = nil
    ) async throws -> (value: PythonValue, worker: Int32) {
        let call = try newCall(target, args, kwargs, options: options, leased: leased?.generation)
        return try Self.result(of: await engine.finish(call), target: target)
    }

    /// Takes a worker out of the pool.
    func takeWorker() async throws -> WorkerConnection {
        let call = try engine.newCall(target: "lease", payload: WirePayload(), isLease: true)
        switch await engine.finish(call) {
        case .leased(let connection): return connection
        case .error(let error): throw error
        case .result, .failure: throw PythonPoolError.closed(pool: configuration.name)
        }
    }

    func newCall(
        _ target: String, _ args: [PythonValue], _ kwargs: PythonDictionary, options: CallOptions, leased: Int? = nil,
        stream: IncomingStream? = nil, clock: CallClock? = nil
    ) throws(PythonPoolError) -> PendingCall {
        try newCall(
            target, form: options.isStrict ? .strict : .values, options: options, leased: leased, stream: stream,
            clock: clock
        ) {
            (encoder) throws(WireError) in
            try encoder.value(.tuple(args))
            try encoder.value(.dict(kwargs))
        }
    }

    /// - Parameter writeArguments: writes two values, the positional arguments as a tuple and the keyword arguments as a dict.
    func newCall(
        _ target: String, form: ResultForm, options: CallOptions, leased: Int? = nil, stream: IncomingStream? = nil,
        clock: CallClock? = nil, _ writeArguments: (inout WireEncoder) throws(WireError) -> Void
    ) throws(PythonPoolError) -> PendingCall {
        var encoder = WireEncoder()
        encoder.carriesBlocks = true
        encoder.str(target)
        do throws(WireError) {
            try writeArguments(&encoder)
            if form != .values { encoder.int(form.rawValue) }
            try encoder.finish()
        } catch { throw .wireForm(error) }
        return try engine.newCall(
            target: target, payload: WirePayload(encoder), options: options, leased: leased, stream: stream,
            clock: clock)
    }

    /// The result of a call, and the worker that gave it.
    static func result<Result: PythonDecodable>(
        of outcome: PendingCall.Outcome, target: String, as type: Result.Type = PythonValue.self
    ) throws -> (value: Result, worker: Int32) {
        switch outcome {
        case .result(let frame, let connection, let hold):
            defer { withExtendedLifetime(hold) {} }
            do throws(WireError) {
                let value = try Result(wireForm: frame.payload, context: connection, blocks: frame.blocks)
                return (value, connection.pid)
            } catch {
                throw PythonPoolError.wireForm(error)
            }
        case .failure(let bytes, let worker): throw failure(bytes, target: target, worker: worker)
        case .error(let error): throw error
        case .leased: throw PythonPoolError.protocolViolation(worker: 0, detail: "a lease answered a call")
        }
    }

    private static func failure(_ bytes: [UInt8], target: String, worker: Int32) -> PythonPoolError {
        guard let failure = try? PythonValue(wireForm: bytes) else {
            return .protocolViolation(worker: worker, detail: "a failure that cannot be read")
        }
        if let wire = failure["wire"].flatMap({ WireError($0) }) { return .wireForm(wire) }
        let exception = PythonException(
            type: failure["type"]?.string ?? "", message: failure["message"]?.string ?? "",
            traceback: failure["traceback"]?.string ?? "", target: target, worker: worker,
            details: failure["details"]?.dict ?? [:],
            classes: failure["classes"]?.elements?.compactMap(\.string) ?? [])
        if let hook = failure["hook"]?.string { return .hookFailed(hook: hook, exception) }
        return .raised(exception)
    }
}
