import CLinux
import Logging
import Marshalling
import Synchronization

/// What the pool's thread hears of: time, the zygote, and through it the ends of workers.
extension PoolEngine {
    /// Says whether another event may be about to come: a worker that has been heard may speak again at once.
    func handle(_ event: Reactor.Event) -> Bool {
        switch event {
        case .zygote(let epoch): zygoteSpoke(epoch)
        case .worker(let generation): return workerSpoke(generation)
        case .sources: sourcesSpoke()
        case .time: tick()
        }
        return false
    }

    private func workerSpoke(_ generation: Int) -> Bool {
        guard let connection = core.withLock({ $0.connections[generation] }) else { return false }
        do { try connection.channel.flushBacklog() } catch {
            cutOff(connection, error)
            return false
        }
        guard connection.channel.becomeReader() else { return false }
        // Answers first let the tasks go on that wait for them, whose next calls keep the worker busy; then the next few are read.
        for _ in 0..<Self.turns {
            var left = Self.answersPerTurn
            guard drain(connection, atMost: &left) else { return false }
            executor.run()
            // On this very core it can say nothing while this thread looks for it.
            if left > 0, connection.channel.resignReader() { return !connection.channel.isBesidePeer }
        }
        connection.channel.putOffReading()
        return true
    }

    /// How many frames of a worker are read before tasks run, and how often that is done before it is another worker's turn.
    private static let (answersPerTurn, turns) = (8, 16)

    private func tick() {
        let now = clinux_monotonic_ns()
        sendReleases()
        decide { $0.state.tick(now: now) + Self.pins(in: &$0, now: now) }
        var next = sampleMemory(now: now)
        let (calls, alarm, reactor) = core.withLock { core in
            (
                Array(core.queued.values) + core.connections.values.flatMap(\.calls), core.state.alarm, core.reactor
            )
        }
        next = min(next, alarm)
        for call in calls where call.deadline > 0 {
            if call.deadline <= now { expireIfDue(call) } else { next = min(next, call.deadline) }
        }
        if next != .max { reactor?.wake(by: next) }
    }

    private func zygoteSpoke(_ epoch: Int) {
        guard let zygote = core.withLock({ $0.zygotes[epoch] }) else { return }
        let received: (message: ZygoteMessage, descriptors: [Int32])?
        do { received = try ZygoteMessage.receive(on: zygote.socket, waiting: false) } catch {
            logger.error(
                "the zygote broke the protocol", metadata: ["pool": "\(configuration.name)", "error": "\(error)"])
            received = nil
        }
        guard let (message, descriptors) = received else { return zygoteGone(epoch) }
        switch message {
        case .started(let report): started(report, epoch, zygote)
        case .startFailed(let type, let text, let traceback):
            logger.debug("the zygote could not start", metadata: ["traceback": "\(traceback)"])
            endZygote(epoch)
            failZygote(epoch, startProblem(type: type, message: text))
        case .forked(let generation, let pid):
            let connection = core.withLock { core in
                core.state.forked(generation, pid: pid)
                return core.connections[generation]
            }
            if let connection, let ready = connection.forked(pid: pid, pidfd: descriptors.first ?? -1) {
                becameReady(connection, ready)
            }
            orderNext(from: zygote)
        case .forkFailed(let generation, let reason):
            forkFailed(generation, reason)
            orderNext(from: zygote)
        case .exited(let generation, let pid, let status): exited(generation, pid: pid, status: status)
        case .start, .fork: break
        }
    }

    private func started(_ report: PythonDictionary, _ epoch: Int, _ zygote: ZygoteProcess) {
        let version = report["dspex_worker"]?.string ?? "none"
        guard version == PythonPool.version else {
            endZygote(epoch)
            return failZygote(epoch, versionProblem(found: version))
        }
        let now = clinux_monotonic_ns()
        decide { core in
            core.zygotes[epoch]?.pid = report["pid"]?.int.flatMap(Int32.init(exactly:))
            core.zygoteStart = .nanoseconds(Int64(now &- zygote.startedAt))
            return core.state.zygoteStarted(epoch, now: now)
        }
        watchSources(of: report, since: zygote.startedAt)
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
        if message.contains("No module named 'dspex_worker") { return versionProblem(found: "not at all (\(message))") }
        return .environment(
            problem: "the zygote of pool '\(configuration.name)' could not import its packages: \(type): \(message)",
            remedy: "install what is missing into the virtual environment; `dspex doctor` lists it")
    }

    private func zygoteGone(_ epoch: Int) {
        endZygote(epoch)
        let isStarting = core.withLock { $0.state.zygote == .starting && $0.state.epoch == epoch }
        guard !isStarting else {
            return failZygote(
                epoch,
                .environment(
                    problem: "the zygote of pool '\(configuration.name)' ended as it started",
                    remedy: "see its own words on standard error; `dspex doctor` checks packages and limits"))
        }
        logger.warning("a zygote is gone", metadata: ["pool": "\(configuration.name)"])
        let connections = core.withLock { core in
            core.state.workers.filter { $0.value.epoch == epoch }.keys.compactMap { generation in
                core.state.noteEnd(of: generation)
                return core.connections.removeValue(forKey: generation)
            }
        }
        let ends = connections.map { end($0, cause: .zygoteLost) }
        for connection in connections { unprovide(connection.generation) }
        decide { core in
            core.state.zygoteLost(
                epoch, ends.map { keep($0.calls, of: $0.death, generation: $0.generation, in: &core) },
                now: clinux_monotonic_ns())
        }
    }

    private func exited(_ generation: Int, pid: Int32, status: Int32) {
        var number: Int32 = 0
        var cause: WorkerDeath.Cause =
            unsafe clinux_status_signalled(status, &number)
            ? .signalled(number)
            : unsafe clinux_status_exited(status, &number) ? .exited(code: number) : .exited(code: -1)
        // First the decision: a last answer that is still read must not bring a call to a worker that is gone.
        let (connection, wasKilled, group) = core.withLock { core in
            core.state.noteEnd(of: generation)
            return (
                core.connections.removeValue(forKey: generation), core.state.workers[generation]?.killed != nil,
                core.provision?.group(of: generation)
            )
        }
        guard let connection else { return }
        if cause == .signalled(9), !wasKilled {
            if OutOfMemoryEvents.haveOccurred(in: group) {
                core.withLock { $0.state.killedForMemory(generation) }
            } else if outOfMemory.haveRisen() {
                cause = .outOfMemory
            }
        }
        let ended = end(connection, cause: cause)
        unprovide(generation)
        logger.info(
            "a worker has ended", metadata: ["pool": "\(configuration.name)", "pid": "\(pid)", "cause": "\(cause)"])
        decide { core in
            if let failure = connection.startFailure {
                core.state.refused(generation, .environment(problem: failure.problem, remedy: failure.remedy))
            }
            return core.state.exited(
                keep(ended.calls, of: ended.death, generation: generation, in: &core), now: clinux_monotonic_ns())
        }
    }

    /// Reads the last words of a worker that has ended, and takes the calls from it that it has not answered.
    private func end(
        _ connection: WorkerConnection, cause: WorkerDeath.Cause
    ) -> (generation: Int, calls: [PendingCall], death: WorkerDeath) {
        core.withLock(\.reactor)?.forget(bell: connection.channel.descriptors.standby)
        // What the worker said before it died still counts.
        if connection.channel.becomeReader() { _ = drain(connection) }
        upcalls.cancel(of: connection.generation)
        logs.forget(connection.generation)
        connection.endWriting()
        let death = WorkerDeath(worker: connection.pid, cause: cause, traceback: connection.crashReport())
        let calls = connection.end()
        connection.channel.wakeDirectReader()
        return (connection.generation, calls, death)
    }

    /// Keeps calls of a worker that has ended until the state has decided about them.
    private func keep(
        _ calls: [PendingCall], of death: WorkerDeath, generation: Int, in core: inout Core
    ) -> WorkerEnd {
        let calls = calls.filter { $0.outcome == nil }
        let casualties = calls.map(\.casualty)
        for call in calls {
            call.place.store(0, ordering: .relaxed)
            call.retries.wrappingAdd(1, ordering: .relaxed)
            core.queued[call.id] = call
        }
        return WorkerEnd(generation: generation, death: death, casualties: casualties)
    }
}
