import CLinux
import Logging
import Marshalling
import Synchronization

/// Carries out what ``PoolState`` decides: processes, channels, the calls that wait.
final class PoolEngine: Sendable {
    private struct Core: Sendable {
        var state: PoolState
        var connections: [Int: WorkerConnection] = [:]
        /// Calls that no worker has yet.
        var queued: [UInt64: PendingCall] = [:]
        var zygote: ZygoteProcess?
        var reactor: Reactor?
        var zygoteStart: Duration?
        var startWaiters: [CheckedContinuation<Void, any Error>] = []
    }

    let configuration: PythonPool.Configuration
    let upcalls: Upcalls
    private let logger: Logger
    private let core: Mutex<Core>
    private let nextCall = Atomic<UInt64>(1)

    init(_ configuration: PythonPool.Configuration, logger: Logger) {
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
        target: String, payload: [UInt8], deadline: ContinuousClock.Instant?, isLease: Bool = false, leased: Int? = nil
    ) -> PendingCall {
        let now = clinux_monotonic_ns()
        let end = deadline.map { now &+ ContinuousClock.now.duration(to: $0).nanoseconds } ?? 0
        return PendingCall(
            id: nextCall.wrappingAdd(1, ordering: .relaxed).oldValue, target: target, payload: payload,
            deadline: deadline == nil ? 0 : max(1, end), submitted: now, isLease: isLease, leased: leased)
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
    private func submit(_ call: PendingCall, on leased: WorkerConnection?) -> WorkerConnection? {
        if call.deadline > 0 {
            if call.deadline <= call.submitted {
                call.complete(.error(deadlineExceeded(call)))
                return nil
            }
        }
        if let leased {
            send(call, on: leased)
            wakeForDeadline(of: call)
            return leased
        }
        let (connection, actions) = core.withLock { core -> (WorkerConnection?, [PoolState.Action]) in
            if !call.isLease, let generation = core.state.assignNow(call: call.id) {
                return (core.connections[generation], [])
            }
            core.queued[call.id] = call
            return (nil, core.state.enqueue(call: call.id, lease: call.isLease, now: clinux_monotonic_ns()))
        }
        if let connection { send(call, on: connection) }
        perform(actions)
        wakeForDeadline(of: call)
        return connection
    }

    private func wakeForDeadline(of call: PendingCall) {
        guard call.deadline > 0 else { return }
        core.withLock(\.reactor)?.wake(by: call.deadline)
    }

    private func send(_ call: PendingCall, on connection: WorkerConnection) {
        do { try connection.send(call) } catch { failed(call, worker: connection.pid) }
    }

    /// The worker has gone in this instant; its exit, which is being reported, frees its place.
    private func failed(_ call: PendingCall, worker: Int32) {
        call.complete(
            .error(PythonPoolError.workerDied(.init(worker: worker, cause: .zygoteLost, target: call.target))))
    }

    // MARK: Giving up

    private func deadlineExceeded(_ call: PendingCall) -> PythonPoolError {
        .deadlineExceeded(target: call.target, after: .nanoseconds(Int64(clinux_monotonic_ns() &- call.submitted)))
    }

    private func expireIfDue(_ call: PendingCall) {
        if call.deadline > 0, call.deadline <= clinux_monotonic_ns() { expire(call, deadlineExceeded(call)) }
    }

    private func expire(_ call: PendingCall, _ error: PythonPoolError) {
        if call.complete(.error(error)) { abandon(call) }
    }

    /// Tells the worker, if one has the call, that nobody waits for it any more.
    private func abandon(_ call: PendingCall) {
        let now = clinux_monotonic_ns()
        perform(
            core.withLock { core in
                core.queued[call.id] = nil
                guard let leased = call.leased else { return core.state.abandoned(call: call.id, now: now) }
                return core.state.abandoned(call: call.id, onLeased: leased, now: now)
            })
    }

    // MARK: Actions

    private func perform(_ actions: [PoolState.Action]) {
        for action in actions { perform(action) }
    }

    private func perform(_ action: PoolState.Action) {
        switch action {
        case .startZygote: startZygote()
        case .fork(let generation): fork(generation)
        case .assign(let id, let generation): assign(id, to: generation)
        case .cancel(let id, let generation):
            let (connection, reactor, tick) = core.withLock {
                ($0.connections[generation], $0.reactor, $0.state.nextTick)
            }
            guard let connection else { return }
            _ = connection.take(id)
            upcalls.cancel(call: id, of: generation)
            try? connection.channel.send(Frame(.cancel, id: id))
            if let tick { reactor?.wake(by: tick) }
        case .kill(let generation): core.withLock { $0.connections[generation] }?.kill()
        case .fail(let id, let error):
            core.withLock { $0.queued.removeValue(forKey: id) }?.complete(.error(error))
            let waiters = core.withLock { core in
                defer { core.startWaiters = [] }
                return core.startWaiters
            }
            for waiter in waiters { waiter.resume(throwing: error) }
        }
    }

    private func assign(_ id: UInt64, to generation: Int) {
        let (call, connection) = core.withLock { ($0.queued.removeValue(forKey: id), $0.connections[generation]) }
        guard let call else {
            // Given up in this instant: the worker goes to the next.
            return perform(
                core.withLock { $0.state.answered(call: id, by: generation) + $0.state.released(generation) })
        }
        guard let connection else { return failed(call, worker: 0) }
        guard call.isLease else { return send(call, on: connection) }
        if !call.complete(.leased(connection)) { release(generation) }
    }

    /// Gives a leased worker back.
    func release(_ generation: Int) { perform(core.withLock { $0.state.released(generation) }) }

    private func startZygote() {
        do {
            let installation = try PythonInstallation.find(for: configuration)
            let reactor = try Reactor()
            let zygote = try ZygoteProcess.start(installation, configuration)
            let old = core.withLock { core in
                defer {
                    core.reactor = core.reactor ?? reactor
                    core.zygote = zygote
                }
                return core.reactor
            }
            if old == nil {
                try reactor.start { [self] in
                    handle($0)
                } ended: { [self] in
                    core.withLock { core in
                        defer { core.zygote = nil }
                        return core.zygote
                    }?.end()
                }
            }
            (old ?? reactor).watch(zygote: zygote.socket)
        } catch {
            failZygote(error as? PythonPoolError ?? .environment(problem: "\(error)", remedy: "dspex doctor"))
        }
    }

    private func failZygote(_ error: PythonPoolError) {
        let (actions, waiters) = core.withLock { core in
            defer { core.startWaiters = [] }
            return (core.state.zygoteFailed(error), core.startWaiters)
        }
        perform(actions)
        for waiter in waiters { waiter.resume(throwing: error) }
    }

    private func fork(_ generation: Int) {
        do {
            let (connection, passed, toClose) = try WorkerConnection.open(generation: generation)
            defer { for descriptor in toClose { _ = clinux_close(descriptor) } }
            let (zygote, reactor) = core.withLock { core in
                core.connections[generation] = connection
                return (core.zygote, core.reactor)
            }
            guard let zygote, let reactor else { return }
            reactor.watch(worker: generation, bell: connection.channel.descriptors.standby)
            try ZygoteMessage.fork(generation: generation).send(on: zygote.socket, descriptors: passed.all)
        } catch  where error == .peerGone {
            // The end of its socket tells the rest.
        } catch {
            forkFailed(generation, "\(error)")
        }
    }

    private func forkFailed(_ generation: Int, _ reason: String) {
        logger.error(
            "a worker could not be forked", metadata: ["pool": "\(configuration.name)", "reason": "\(reason)"])
        perform(
            core.withLock { core in
                core.connections[generation] = nil
                return core.state.forkFailed(generation, reason: reason, now: clinux_monotonic_ns())
            })
        resumeStartWaiters()
    }

    // MARK: Events

    private func handle(_ event: Reactor.Event) {
        switch event {
        case .zygote: zygoteSpoke()
        case .worker(let generation):
            guard let connection = core.withLock({ $0.connections[generation] }) else { return }
            do { try connection.channel.flushBacklog() } catch { return violated(connection, error) }
            guard connection.channel.becomeReader() else { return }
            repeat { guard drain(connection) else { return } } while !connection.channel.resignReader()
        case .time: tick()
        }
    }

    private func tick() {
        let now = clinux_monotonic_ns()
        let (actions, calls, reactor) = core.withLock { core in
            (
                core.state.tick(now: now), Array(core.queued.values) + core.connections.values.flatMap(\.calls),
                core.reactor
            )
        }
        perform(actions)
        var next = core.withLock(\.state.nextTick) ?? .max
        for call in calls where call.deadline > 0 {
            if call.deadline <= now { expireIfDue(call) } else { next = min(next, call.deadline) }
        }
        if next != .max { reactor?.wake(by: next) }
    }

    private func zygoteSpoke() {
        guard let zygote = core.withLock(\.zygote) else { return }
        let received: (message: ZygoteMessage, descriptors: [Int32])?
        do { received = try ZygoteMessage.receive(on: zygote.socket, waiting: false) } catch {
            logger.error(
                "the zygote broke the protocol", metadata: ["pool": "\(configuration.name)", "error": "\(error)"])
            received = nil
        }
        guard let (message, descriptors) = received else { return zygoteGone(zygote) }
        let now = clinux_monotonic_ns()
        switch message {
        case .started(let report): started(report, zygote, now: now)
        case .startFailed(let type, let text, let traceback):
            logger.debug("the zygote could not start", metadata: ["traceback": "\(traceback)"])
            core.withLock(\.reactor)?.forget(zygote: zygote.socket)
            zygote.end()
            core.withLock { $0.zygote = nil }
            failZygote(startProblem(type: type, message: text))
        case .forked(let generation, let pid):
            core.withLock { core in
                core.state.forked(generation, pid: pid)
                return core.connections[generation]
            }?.forked(pid: pid, pidfd: descriptors.first ?? -1)
        case .forkFailed(let generation, let reason): forkFailed(generation, reason)
        case .exited(let generation, let pid, let status): exited(generation, pid: pid, status: status)
        case .start, .fork: break
        }
    }

    private func started(_ report: PythonDictionary, _ zygote: ZygoteProcess, now: UInt64) {
        let version = report["dspex_worker"]?.string ?? "none"
        guard version == PythonPool.version else {
            core.withLock(\.reactor)?.forget(zygote: zygote.socket)
            zygote.end()
            core.withLock { $0.zygote = nil }
            return failZygote(versionProblem(found: version))
        }
        perform(
            core.withLock { core in
                core.zygoteStart = .nanoseconds(Int64(now &- zygote.startedAt))
                return core.state.zygoteStarted(now: now)
            })
    }

    private func versionProblem(found: String) -> PythonPoolError {
        .environment(
            problem:
                "the virtual environment of pool '\(configuration.name)' holds dspex_worker \(found), and this is DSPex \(PythonPool.version)",
            remedy:
                "install the matching one: <venv>/bin/pip install --upgrade <the folder pysrc of DSPex \(PythonPool.version)>"
        )
    }

    private func startProblem(type: String, message: String) -> PythonPoolError {
        if message.contains("dspex_worker") { return versionProblem(found: "not at all (\(message))") }
        return .environment(
            problem: "the zygote of pool '\(configuration.name)' could not import its packages: \(type): \(message)",
            remedy: "install what is missing into the virtual environment; `dspex doctor` lists it")
    }

    private func zygoteGone(_ zygote: ZygoteProcess) {
        core.withLock(\.reactor)?.forget(zygote: zygote.socket)
        zygote.end()
        let (starting, connections, actions) = core.withLock { core in
            core.zygote = nil
            defer { core.connections = [:] }
            let starting = core.state.zygote == .starting
            return (starting, Array(core.connections.values), starting ? [] : core.state.zygoteLost())
        }
        for connection in connections { end(connection, cause: .zygoteLost) }
        guard !starting else {
            return failZygote(
                .environment(
                    problem: "the zygote of pool '\(configuration.name)' ended as it started",
                    remedy: "see its own words on standard error; `dspex doctor` checks packages and limits"))
        }
        logger.warning("the zygote is gone and is started again", metadata: ["pool": "\(configuration.name)"])
        perform(actions)
        resumeStartWaiters()
    }

    private func exited(_ generation: Int, pid: Int32, status: Int32) {
        var number: Int32 = 0
        let cause: WorkerDeath.Cause =
            unsafe clinux_status_signalled(status, &number)
            ? .signalled(number)
            : unsafe clinux_status_exited(status, &number) ? .exited(code: number) : .exited(code: -1)
        // First the decision: a last answer that is still read must not bring a call to a worker that is gone.
        let (connection, actions) = core.withLock { core in
            (
                core.connections.removeValue(forKey: generation),
                core.state.exited(generation, now: clinux_monotonic_ns())
            )
        }
        if let connection { end(connection, cause: cause) }
        logger.info(
            "a worker has ended", metadata: ["pool": "\(configuration.name)", "pid": "\(pid)", "cause": "\(cause)"])
        perform(actions)
        resumeStartWaiters()
    }

    private func end(_ connection: WorkerConnection, cause: WorkerDeath.Cause) {
        core.withLock(\.reactor)?.forget(bell: connection.channel.descriptors.standby)
        // What the worker said before it died still counts.
        if connection.channel.becomeReader() { _ = drain(connection) }
        upcalls.cancel(of: connection.generation)
        let traceback = connection.crashReport()
        for call in connection.end() {
            call.complete(
                .error(
                    PythonPoolError.workerDied(
                        .init(worker: connection.pid, cause: cause, traceback: traceback, target: call.target))))
        }
        connection.channel.wakeDirectReader()
    }

    // MARK: Frames

    /// Reads what is there; false when the worker broke the protocol and is not read any more.
    private func drain(_ connection: WorkerConnection) -> Bool {
        do {
            while let frame = try connection.channel.receive() { handle(frame, from: connection) }
            return true
        } catch {
            violated(connection, error)
            return false
        }
    }

    private func violated(_ connection: WorkerConnection, _ error: ChannelError) {
        core.withLock { $0.state.doomed(connection.generation) }
        logger.error("a worker broke the protocol", metadata: ["pid": "\(connection.pid)", "error": "\(error)"])
        for call in connection.end() {
            call.complete(.error(PythonPoolError.protocolViolation(worker: connection.pid, detail: error.description)))
        }
        connection.kill()
    }

    private func handle(_ frame: Frame, from connection: WorkerConnection) {
        switch frame.kind {
        case .result: answered(frame, by: connection, .result(frame.payload, worker: connection.pid))
        case .failure: answered(frame, by: connection, .failure(frame.payload, worker: connection.pid))
        case .ready:
            perform(core.withLock { $0.state.ready(connection.generation, now: clinux_monotonic_ns()) })
            resumeStartWaiters()
        case .upcall, .openStream:
            upcalls.begin(frame, from: connection, deadline: connection.call(frame.aux)?.deadline ?? 0)
        case .closeStream: upcalls.close(frame.id, of: connection.generation)
        case .call, .cancel, .reply, .replyFailure, .item, .streamEnd:
            violated(connection, ChannelError("a worker sent a \(frame.kind) frame"))
        }
    }

    private func answered(_ frame: Frame, by connection: WorkerConnection, _ outcome: PendingCall.Outcome) {
        // First the worker, then the caller, who may call again at once.
        let actions = core.withLock { core in
            core.state.answeredOnLeased(connection.generation)
            return core.state.answered(call: frame.id, by: connection.generation)
        }
        upcalls.cancel(call: frame.id, of: connection.generation)
        connection.take(frame.id)?.complete(outcome)
        perform(actions)
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

    private func resumeStartWaiters() {
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
