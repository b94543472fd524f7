import CLinux
import Logging
import Marshalling
import Synchronization

/// What the pool's thread hears of: time, the zygote, and through it the ends of workers.
extension PoolEngine {
    func handle(_ event: Reactor.Event) {
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
            end(zygote)
            failZygote(startProblem(type: type, message: text))
        case .forked(let generation, let pid):
            core.withLock { core in
                core.state.forked(generation, pid: pid)
                return core.connections[generation]
            }?.forked(pid: pid, pidfd: descriptors.first ?? -1)
            orderNext(from: zygote)
        case .forkFailed(let generation, let reason):
            forkFailed(generation, reason)
            orderNext(from: zygote)
        case .exited(let generation, let pid, let status): exited(generation, pid: pid, status: status)
        case .start, .fork: break
        }
    }

    private func started(_ report: PythonDictionary, _ zygote: ZygoteProcess, now: UInt64) {
        let version = report["dspex_worker"]?.string ?? "none"
        guard version == PythonPool.version else {
            end(zygote)
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
        end(zygote)
        let (starting, connections, actions) = core.withLock { core in
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

    private func end(_ zygote: ZygoteProcess) {
        core.withLock(\.reactor)?.forget(zygote: zygote.socket)
        zygote.end()
        core.withLock { $0.zygote = nil }
    }

    func end(_ connection: WorkerConnection, cause: WorkerDeath.Cause) {
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
}
