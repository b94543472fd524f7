import CLinux
import Logging
import Marshalling
import Synchronization

/// Carries out what ``PoolState`` decides: processes, channels, the calls that wait.
final class PoolEngine: Sendable {
    struct Core: Sendable {
        var state: PoolState
        var connections: [Int: WorkerConnection] = [:]
        /// Calls that no worker has yet.
        var queued: [UInt64: PendingCall] = [:]
        var zygote: ZygoteProcess?
        var reactor: Reactor?
        var zygoteStart: Duration?
        var provision: WorkerProvision?
        var startWaiters: [CheckedContinuation<Void, any Error>] = []
    }

    let configuration: PythonPool.Configuration
    let upcalls: Upcalls
    let logger: Logger
    let core: Mutex<Core>
    private let nextCall = Atomic<UInt64>(1)
    let probe: @Sendable () -> HostFacilities

    init(_ configuration: PythonPool.Configuration, logger: Logger, probe: @escaping @Sendable () -> HostFacilities) {
        self.probe = probe
        self.configuration = configuration
        self.logger = logger
        upcalls = Upcalls(logger: logger)
        core = Mutex(
            Core(
                state: PoolState(
                    name: configuration.name, size: max(1, configuration.size),
                    grace: configuration.cancellationGrace.nanoseconds)))
    }

    // MARK: Calls

    func newCall(
        target: String, payload: [UInt8], deadline: ContinuousClock.Instant?, isLease: Bool = false, leased: Int? = nil,
        stream: IncomingStream? = nil
    ) -> PendingCall {
        let now = clinux_monotonic_ns()
        let end = deadline.map { now &+ ContinuousClock.now.duration(to: $0).nanoseconds } ?? 0
        return PendingCall(
            id: nextCall.wrappingAdd(1, ordering: .relaxed).oldValue, target: target, payload: payload,
            deadline: deadline == nil ? 0 : max(1, end), submitted: now, isLease: isLease, leased: leased,
            stream: stream)
    }

    /// Runs a call to its end without blocking a thread.
    func finish(_ call: PendingCall, on leased: WorkerConnection? = nil) async -> PendingCall.Outcome {
        await withTaskCancellationHandler {
            // A task that was cancelled before it got here has ended its call already.
            if let ended = call.outcome { return ended }
            let connection = submit(call, on: leased)
            if Task.isCancelled { abandon(call) }
            if let connection { linger(for: call, on: connection) }
            if let ended = call.outcome { return ended }
            let outcome = await call.wait()
            connection?.channel.waited(clinux_monotonic_ns() &- call.submitted)
            return outcome
        } onCancel: {
            if call.complete(.error(CancellationError())) { abandon(call) }
        }
    }

    /// Runs a call to its end on this thread, which reads the worker's channel itself where it can.
    func finishBlocking(_ call: PendingCall) -> PendingCall.Outcome {
        let connection = submit(call, on: nil)
        while true {
            if let outcome = call.outcome { return outcome }
            if let connection, connection.channel.becomeReader() {
                read(connection, until: call)
                continue
            }
            let bell = clinux_eventfd()
            guard bell >= 0 else {
                expire(
                    call,
                    .environment(
                        problem: "eventfd: \(linuxError(bell))", remedy: "raise the limit of open files (ulimit -n)"))
                continue
            }
            if !call.sleep(on: bell) { expireIfDue(call) }
            _ = clinux_close(bell)
        }
    }

    /// Takes an answer that comes within microseconds on the spot, before the task is suspended and two threads have to be woken.
    private func linger(for call: PendingCall, on connection: WorkerConnection) {
        guard connection.channel.becomeReader() else { return }
        if connection.channel.linger() { guard drain(connection) else { return } }
        while !connection.channel.resignReader() { guard drain(connection) else { return } }
    }

    private func read(_ connection: WorkerConnection, until call: PendingCall) {
        repeat {
            guard drain(connection) else { return }
            while call.outcome == nil {
                if !connection.channel.sleep(until: call.deadline) { expireIfDue(call) }
                guard drain(connection) else { return }
            }
        } while !connection.channel.resignReader()
    }

    @discardableResult
    func submit(_ call: PendingCall, on leased: WorkerConnection?) -> WorkerConnection? {
        if call.deadline > 0, call.deadline <= call.submitted {
            call.complete(.error(deadlineExceeded(call)))
            return nil
        }
        guard call.depth < UpcallContext.deepest else {
            call.complete(.error(PythonPoolError.nestedTooDeep(target: call.target, limit: UpcallContext.deepest)))
            return nil
        }
        if let leased {
            send(call, on: leased)
            wakeForDeadline(of: call)
            return leased
        }
        var nesting: UpcallContext?
        let (connection, actions) = core.withLock { core -> (WorkerConnection?, [PoolState.Action]) in
            if !call.isLease, let generation = core.state.assignNow(call: call.id) {
                return (core.connections[generation], [])
            }
            if !call.isLease, let context = UpcallContext.current,
                core.connections[context.connection.generation] === context.connection
            {
                nesting = context
                return (context.connection, [])
            }
            core.queued[call.id] = call
            return (nil, core.state.enqueue(call: call.id, lease: call.isLease, now: clinux_monotonic_ns()))
        }
        if let connection { send(call, on: connection, nestedIn: nesting?.question) }
        perform(actions)
        wakeForDeadline(of: call)
        return connection
    }

    private func wakeForDeadline(of call: PendingCall) {
        guard call.deadline > 0 else { return }
        core.withLock(\.reactor)?.wake(by: call.deadline)
    }

    func send(_ call: PendingCall, on connection: WorkerConnection, nestedIn question: UInt64? = nil) {
        do { try connection.send(call, nestedIn: question) } catch { failed(call, worker: connection.pid) }
    }

    /// The worker has gone in this instant; its exit, which is being reported, frees its place.
    func failed(_ call: PendingCall, worker: Int32) {
        call.complete(
            .error(PythonPoolError.workerDied(.init(worker: worker, cause: .zygoteLost, target: call.target))))
    }

    // MARK: Giving up

    private func deadlineExceeded(_ call: PendingCall) -> PythonPoolError {
        .deadlineExceeded(target: call.target, after: .nanoseconds(Int64(clinux_monotonic_ns() &- call.submitted)))
    }

    func expireIfDue(_ call: PendingCall) {
        if call.deadline > 0, call.deadline <= clinux_monotonic_ns() { expire(call, deadlineExceeded(call)) }
    }

    private func expire(_ call: PendingCall, _ error: PythonPoolError) {
        if call.complete(.error(error)) { abandon(call) }
    }

    /// Tells the worker, if one has the call, that nobody waits for it any more.
    func abandon(_ call: PendingCall) {
        if let connection = call.nestedOn {
            guard connection.take(call.id) != nil else { return }
            upcalls.cancel(call: call.id, of: connection.generation)
            try? connection.channel.send(Frame(.cancel, id: call.id))
            return
        }
        let now = clinux_monotonic_ns()
        perform(
            core.withLock { core in
                core.queued[call.id] = nil
                guard let leased = call.leased else { return core.state.abandoned(call: call.id, now: now) }
                return core.state.abandoned(call: call.id, onLeased: leased, now: now)
            })
    }

    // MARK: Life

    /// Starts the zygote and waits until every worker is ready.
    func start() async throws {
        try await withCheckedThrowingContinuation { (waiter: CheckedContinuation<Void, any Error>) in
            let actions = core.withLock { core in
                core.startWaiters.append(waiter)
                return core.state.start(now: clinux_monotonic_ns())
            }
            perform(actions)
            resumeStartWaiters()
        }
    }

    func resumeStartWaiters() {
        let (waiters, problem) = core.withLock { core -> ([CheckedContinuation<Void, any Error>], PythonPoolError?) in
            var problem: PythonPoolError?
            if core.state.zygote == .closed {
                problem = .closed(pool: configuration.name)
            } else if core.state.hasGivenUp {
                problem = core.state.startProblem("workers of pool '\(configuration.name)' end before they are ready")
            } else if !core.state.isComplete {
                return ([], nil)
            }
            defer { core.startWaiters = [] }
            return (core.startWaiters, problem)
        }
        for waiter in waiters {
            if let problem { waiter.resume(throwing: problem) } else { waiter.resume() }
        }
    }

    var statistics: PythonPool.Statistics {
        core.withLock { core in
            PythonPool.Statistics(
                zygoteStart: core.zygoteStart, zygote: core.zygote?.pid,
                workers: core.state.workers.sorted { $0.key < $1.key }.compactMap { generation, worker in
                    worker.readyAt.map {
                        .init(
                            pid: core.connections[generation]?.pid ?? worker.pid,
                            forkToReady: .nanoseconds(Int64($0 &- worker.forkedAt)))
                    }
                },
                waiting: core.state.waiting.count)
        }
    }

    /// Fails what waits, asks the thread to end, and returns it; it takes the zygote and all its descendants along.
    func close() -> Reactor? {
        let (actions, connections, reactor) = core.withLock { core in
            let actions = core.state.close()
            defer { core.connections = [:] }
            return (actions, Array(core.connections.values), core.reactor)
        }
        perform(actions)
        for connection in connections {
            upcalls.cancel(of: connection.generation)
            for call in connection.end() { call.complete(.error(PythonPoolError.closed(pool: configuration.name))) }
            connection.channel.wakeDirectReader()
        }
        resumeStartWaiters()
        reactor?.stop()
        return reactor
    }
}

extension Duration {
    /// The whole in nanoseconds; 0 for what is negative, the largest number for what does not fit.
    var nanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        guard seconds < 1 << 33 else { return 1 << 62 }
        return UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
    }
}
