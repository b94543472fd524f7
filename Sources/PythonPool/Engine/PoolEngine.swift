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
        /// By their epoch.
        var zygotes: [Int: ZygoteProcess] = [:]
        var reactor: Reactor?
        var zygoteStart: Duration?
        var provision: WorkerProvision?
        /// The folders of the pool's code; nil while they are not watched.
        var sources: SourceWatch?
        /// One of the files that have changed last.
        var changedSource: String?
        var waiters: [Waiter] = []
        var queueWait = LatencyHistogram()
        var service = LatencyHistogram()
    }

    let configuration: PythonPool.Configuration
    let upcalls = Upcalls()
    let tools = ToolRegistry()
    let logs: PythonLogs
    let logger: Logger
    let core: Mutex<Core>
    let executor = PoolExecutor()
    let memory: MemoryWatch
    /// The kernel's count of processes that it killed for want of memory.
    let outOfMemory = OutOfMemoryEvents()
    /// Whether a call may be one of those that are refused.
    let hasQuarantine = Atomic(false)
    /// References that Swift holds to objects in workers.
    let references = ReferenceCount()
    private let nextCall = Atomic<UInt64>(1)
    let nextWaiter = Atomic<UInt64>(1)

    let probe: @Sendable () -> HostFacilities

    init(_ configuration: PythonPool.Configuration, logger: Logger, probe: @escaping @Sendable () -> HostFacilities) {
        self.probe = probe
        self.configuration = configuration
        self.logger = logger
        logs = PythonLogs(configuration, logger: logger)
        tools.answer(through: upcalls)
        let rules = PoolState.Rules(configuration)
        memory = MemoryWatch(rules)
        core = Mutex(Core(state: PoolState(rules)))
    }

    /// Has the state decide, and carries out what it has decided.
    func decide(_ event: (inout Core) -> [PoolState.Action]) {
        let (actions, alarm, reactor, isAwaited) = core.withLock { core in
            let actions = event(&core)
            return (actions, core.state.alarm, core.reactor, !core.waiters.isEmpty)
        }
        perform(actions)
        if alarm != .max { reactor?.wake(by: alarm) }
        if isAwaited { resumeWaiters() }
    }

    // MARK: Calls

    func newCall(
        target: String, payload: WirePayload, options: CallOptions = .init(), isLease: Bool = false,
        leased: Int? = nil, stream: IncomingStream? = nil, clock: CallClock? = nil
    ) throws(PythonPoolError) -> PendingCall {
        let now = clinux_monotonic_ns()
        var ticket = Ticket(id: nextCall.wrappingAdd(1, ordering: .relaxed).oldValue)
        if let deadline = options.deadline {
            ticket.deadline = max(1, now &+ ContinuousClock.now.duration(to: deadline).nanoseconds)
        }
        ticket.isLease = isLease
        ticket.priority = options.priority
        ticket.caller = options.caller
        ticket.affinity = options.affinity.map { UInt64(bitPattern: Int64($0.hashValue)) }
        if let leased {
            ticket.worker = leased
            ticket.isOnLease = true
        } else if let pid = options.worker {
            guard let generation = core.withLock({ $0.connections.first { $0.value.pid == pid }?.key }) else {
                throw .workerUnavailable(worker: pid)
            }
            ticket.worker = generation
        }
        if !payload.references.isEmpty {
            ticket.worker = try holder(of: payload.references, beside: ticket.worker)
        }
        return PendingCall(
            ticket: ticket, target: target, payload: payload, submitted: now, isIdempotent: options.isIdempotent,
            stream: stream, clock: clock)
    }

    /// Runs a call to its end without blocking a thread.
    nonisolated(nonsending) func finish(_ call: PendingCall) async -> PendingCall.Outcome {
        if Task.isCancelled {
            call.complete(.error(CancellationError()))
            return .error(CancellationError())
        }
        let connection = submit(call)
        if let connection { linger(for: call, on: connection) }
        if let ended = call.outcome { return ended }
        let outcome = await withTaskCancellationHandler {
            await call.wait()
        } onCancel: {
            if call.complete(.error(CancellationError())) { abandon(call) }
        }
        connection?.channel.waited(clinux_monotonic_ns() &- call.submitted)
        return outcome
    }

    /// Runs a call to its end on this thread, which reads the worker's channel itself where it can.
    func finishBlocking(_ call: PendingCall) -> PendingCall.Outcome {
        guard !executor.isCurrent else {
            return .error(
                PythonPoolError.environment(
                    problem: "callBlocking on the pool's own executor would wait for itself",
                    remedy: "use `await call` there, or call from a thread of your own"))
        }
        let connection = submit(call)
        while true {
            if let outcome = call.outcome { return outcome }
            if let connection, connection.isAlive, connection.channel.becomeReader() {
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
        guard connection.channel.lingers, connection.channel.becomeReader() else { return }
        if connection.channel.linger() { guard drain(connection) else { return } }
        while !connection.channel.resignReader() { guard drain(connection) else { return } }
    }

    private func read(_ connection: WorkerConnection, until call: PendingCall) {
        repeat {
            guard drain(connection) else { return }
            // A call whose worker has died may have gone to another one.
            while call.outcome == nil, connection.isAlive {
                do { if try !connection.channel.sleep(until: call.deadline) { expireIfDue(call) } } catch {
                    return cutOff(connection, error)
                }
                guard drain(connection) else { return }
            }
        } while !connection.channel.resignReader()
    }

    /// Gives a call to a worker, or has it wait for one.
    ///
    /// - Returns: the worker that has it now.
    @discardableResult
    func submit(_ call: PendingCall) -> WorkerConnection? {
        if call.deadline > 0, call.deadline <= call.submitted {
            call.complete(.error(deadlineExceeded(call)))
            return nil
        }
        guard call.depth < UpcallContext.deepest else {
            call.complete(.error(PythonPoolError.nestedTooDeep(target: call.target, limit: UpcallContext.deepest)))
            return nil
        }
        if hasQuarantine.load(ordering: .relaxed), isQuarantined(call) { return nil }
        var taken: WorkerConnection?
        var question: UInt64?
        if let generation = call.ticket.worker {
            decide { core in
                if core.state.assignNow(call.ticket, onlyTo: generation) != nil {
                    taken = Self.take(call, generation, &core)
                    return []
                }
                if let waiting = Self.waitingWorker(for: call, core) {
                    (taken, question) = waiting
                    return []
                }
                core.queued[call.id] = call
                return core.state.submit(call.ticket, now: clinux_monotonic_ns())
            }
        } else {
            taken = core.withLock { core in
                guard !call.ticket.isLease,
                    let generation = core.state.assignNow(call: call.id, affinity: call.ticket.affinity)
                else { return nil }
                return Self.take(call, generation, &core)
            }
            if taken == nil {
                decide { core in
                    if let waiting = Self.waitingWorker(for: call, core) {
                        (taken, question) = waiting
                        return []
                    }
                    core.queued[call.id] = call
                    return core.state.submit(call.ticket, now: clinux_monotonic_ns())
                }
            }
        }
        if let taken { send(call, on: taken, nestedIn: question) }
        if call.deadline > 0 { core.withLock(\.reactor)?.wake(by: call.deadline) }
        if memory.isResting { watchMemory() }
        return taken
    }

    /// Notes that a worker has taken a call on the spot.
    private static func take(_ call: PendingCall, _ generation: Int, _ core: inout Core) -> WorkerConnection? {
        call.place.store(generation, ordering: .relaxed)
        call.sent.store(call.submitted, ordering: .relaxed)
        core.queueWait.record(0)
        return core.connections[generation]
    }

    /// The worker whose Python code waits for the task that makes this call, and the upcall in which it does: it serves a call that would
    /// have to wait.
    private static func waitingWorker(for call: PendingCall, _ core: Core) -> (WorkerConnection, UInt64)? {
        guard let context = UpcallContext.current, !call.ticket.isLease,
            core.connections[context.connection.generation] === context.connection,
            call.ticket.worker.map({ $0 == context.connection.generation }) ?? true
        else { return nil }
        return (context.connection, context.question)
    }

    func send(_ call: PendingCall, on connection: WorkerConnection, nestedIn question: UInt64? = nil) {
        do { try connection.send(call, nestedIn: question) } catch let error as ChannelError {
            notSent(call, to: connection, error)
        } catch {
            // An array that it was to write is in use: no worker can have it now.
            call.complete(.error(error))
            notSent(call, to: connection, ChannelError("\(error)", isPeersFault: false))
        }
    }

    /// The worker has gone in this instant, or has spoilt its channel, or there was no memory for the frame.
    private func notSent(_ call: PendingCall, to connection: WorkerConnection, _ error: ChannelError) {
        // The calls that are out there, this one among them, end with the worker.
        if error.isPeersFault { return cutOff(connection, error) }
        if error == .peerGone { return }
        guard error == WorkerConnection.hasEnded || connection.take(call.id) != nil else { return }
        // As it has not been sent it may be tried again whether it may run twice or not.
        let mayRepeat =
            call.isMovable && call.retries.wrappingAdd(1, ordering: .relaxed).oldValue < PoolState.mostRetries
        if !mayRepeat {
            call.complete(
                .error(
                    error == WorkerConnection.hasEnded
                        ? PythonPoolError.workerDied(
                            .init(worker: connection.pid, cause: .zygoteLost, target: call.target))
                        : .lackingResources(error)))
        }
        decide { core in
            let actions = core.state.answered(call: call.id, by: connection.generation)
            guard mayRepeat, call.outcome == nil else { return actions }
            call.place.store(0, ordering: .relaxed)
            core.queued[call.id] = call
            return actions + core.state.submit(call.ticket, now: clinux_monotonic_ns())
        }
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
        decide { core in
            let now = clinux_monotonic_ns()
            if let connection = call.nestedOn {
                // Taken here, where an answer that is being read now has yet to tell the state of itself, or has.
                guard connection.take(call.id) != nil else { return [] }
                return core.state.abandoned(call: call.id, on: connection.generation, isNested: true, now: now)
            }
            core.queued[call.id] = nil
            let place = call.place.load(ordering: .relaxed)
            return core.state.abandoned(call: call.id, on: place == 0 ? nil : place, now: now)
        }
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
