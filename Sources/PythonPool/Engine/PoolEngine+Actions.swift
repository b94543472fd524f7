import CLinux
import Logging
import Marshalling
import Synchronization

/// What the pool's state has decided, carried out.
extension PoolEngine {
    func perform(_ actions: [PoolState.Action]) {
        for action in actions { perform(action) }
    }

    private func perform(_ action: PoolState.Action) {
        switch action {
        case .startZygote(let epoch): startZygote(epoch)
        case .endZygote(let epoch): endZygote(epoch)
        case .fork(let generation): fork(generation)
        case .prepare(let generation): runHooks(configuration.hooks.onStart, on: generation, isStart: true)
        case .stop(let generation): runHooks(configuration.hooks.onStop, on: generation, isStart: false)
        case .assign(let id, let generation): assign(id, to: generation)
        case .cancel(let id, let generation):
            guard let connection = core.withLock({ $0.connections[generation] }) else { return }
            _ = connection.take(id)
            upcalls.cancel(call: id, of: generation)
            try? connection.channel.send(Frame(.cancel, id: id))
        case .awaitReading: break  // Done under the lock under which it was decided (``answered(_:by:_:)``).
        case .kill(let generation): core.withLock { $0.connections[generation] }?.kill()
        case .fail(let id, let error):
            core.withLock { $0.queued.removeValue(forKey: id) }?.complete(.error(error))
        case .quarantine(let casualty, let death): quarantine(casualty, death)
        case .startsFailed(let error): failWaiters(error, where: \.isForStart)
        case .refreshFailed(let error): failWaiters(error, where: \.isForRefresh)
        case .reloadFailed(let error):
            logger.error(
                "the sources, as they are now, do not load: the pool goes on with those it has until they change again",
                metadata: [
                    "pool": "\(configuration.name)", "problem": "\(error)",
                    "changed": "\(core.withLock(\.changedSource) ?? "")",
                ])
        case .hold(let failures, let nanoseconds):
            logger.error(
                "workers end before they are ready: no more are started for a while",
                metadata: [
                    "pool": "\(configuration.name)", "inARow": "\(failures)",
                    "seconds": "\(Double(nanoseconds) / 1e9)",
                ])
        }
    }

    private func assign(_ id: UInt64, to generation: Int) {
        let now = clinux_monotonic_ns()
        let (call, connection) = core.withLock { core -> (PendingCall?, WorkerConnection?) in
            guard let call = core.queued.removeValue(forKey: id), call.outcome == nil else { return (nil, nil) }
            call.place.store(generation, ordering: .relaxed)
            call.sent.store(now, ordering: .relaxed)
            core.queueWait.record(now &- call.submitted)
            return (call, core.connections[generation])
        }
        guard let call, let connection else {
            // Given up in this instant: the worker goes to the next.
            return decide {
                $0.state.answered(call: id, by: generation, now: now) + $0.state.released(generation, now: now)
            }
        }
        guard call.ticket.isLease else { return send(call, on: connection) }
        if !call.complete(.leased(connection)) { release(generation) }
    }

    /// Gives a leased worker back.
    func release(_ generation: Int) {
        decide { $0.state.released(generation, now: clinux_monotonic_ns()) }
    }

    /// Ends a leased worker.
    func discard(_ generation: Int) { decide { $0.state.discarded(generation) } }

    // MARK: Zygotes

    private func startZygote(_ epoch: Int) {
        if let changed = core.withLock({ $0.state.isReloading(epoch) ? $0.changedSource : nil }) {
            logger.info(
                "sources have changed: they are loaded anew",
                metadata: ["pool": "\(configuration.name)", "changed": "\(changed)"])
        }
        do {
            try provide()
            let installation = try PythonInstallation.find(for: configuration)
            let running = core.withLock(\.reactor)
            let reactor = try running ?? Reactor(executor)
            try DescriptorLimit.makeRoom(forWorkers: configuration.size, of: configuration.name)
            let zygote = try ZygoteProcess.start(installation, configuration, logLevel: logger.logLevel)
            core.withLock { core in
                core.reactor = reactor
                core.zygotes[epoch] = zygote
            }
            if running == nil {
                try reactor.start { [self] in
                    handle($0)
                } ended: { [self] in
                    let zygotes = core.withLock { core in
                        defer { (core.zygotes, core.sources) = ([:], nil) }
                        return core.zygotes
                    }
                    for zygote in zygotes.values { zygote.end() }
                    WorkerProvision.Group.removeAll(core.withLock { $0.provision?.groups } ?? [])
                }
            }
            reactor.watch(zygote: zygote.socket, epoch: epoch)
        } catch {
            failZygote(epoch, error as? PythonPoolError ?? .environment(problem: "\(error)", remedy: "dspex doctor"))
        }
    }

    func failZygote(_ epoch: Int, _ error: PythonPoolError) {
        // One that was to take over concerns only those who wait for that, and the state's action tells them.
        let isAwaited = core.withLock { $0.state.epoch == epoch }
        decide { $0.state.zygoteFailed(epoch, error) }
        if isAwaited { failWaiters(error) { $0.isForStart || $0.isForRefresh } }
    }

    /// Ends a zygote, and with it what is left of its workers.
    func endZygote(_ epoch: Int) {
        let (zygote, reactor) = core.withLock { ($0.zygotes.removeValue(forKey: epoch), $0.reactor) }
        guard let zygote else { return }
        reactor?.forget(zygote: zygote.socket)
        zygote.end()
        if let scratch = core.withLock({ $0.provision?.scratch }), let pid = zygote.pid {
            ScratchFolders.removeAll(of: pid, in: scratch)
        }
    }

    // MARK: Workers

    /// Looks once at what the machine offers the workers.
    private func provide() throws(PythonPoolError) {
        guard core.withLock({ $0.provision == nil }) else { return }
        let provision = try WorkerProvision(configuration, probe())
        core.withLock { $0.provision = provision }
        if let problem = provision.gpuProblem {
            logger.notice(
                "workers run on the processor, although the pool asks for a GPU",
                metadata: ["pool": "\(configuration.name)", "reason": "\(problem)"])
        }
    }

    /// A worker has ended: its device is free, and its control group goes.
    func unprovide(_ generation: Int) {
        guard let groups = core.withLock({ $0.provision?.released(generation) }), !groups.isEmpty else { return }
        let removed = groups.filter(WorkerProvision.Group.remove)
        core.withLock { $0.provision?.removed(removed) }
    }

    private func fork(_ generation: Int) {
        let zygote = core.withLock { core in core.state.workers[generation].flatMap { core.zygotes[$0.epoch] } }
        guard let zygote, zygote.orders.want(generation) else { return }
        if !order(generation, from: zygote) { orderNext(from: zygote) }
    }

    /// The zygote has answered an order: it gets the next one.
    func orderNext(from zygote: ZygoteProcess) {
        while let next = zygote.orders.answered() { if order(next, from: zygote) { return } }
    }

    /// Whether the order is on its way.
    private func order(_ generation: Int, from zygote: ZygoteProcess) -> Bool {
        do {
            let (provided, reactor) = core.withLock { core in
                // The zygote may have gone, and its workers with it, since this one was wanted.
                (
                    core.state.workers[generation].flatMap { _ in core.provision?.settings(for: generation) },
                    core.reactor
                )
            }
            guard let (settings, group) = provided, let reactor else { return false }
            try group?.make()
            let (connection, passed, toClose) = try WorkerConnection.open(
                generation: generation, spin: configuration.waitStrategy.spin,
                budget: MappingBudget(bytes: max(1, configuration.sharedMemoryMB) << 20, pieces: 4096),
                onReferences: referenceCounter(reactor))
            defer { for descriptor in toClose { _ = clinux_close(descriptor) } }
            let isWanted = core.withLock { core in
                guard core.state.workers[generation] != nil else { return false }
                core.connections[generation] = connection
                return true
            }
            guard isWanted else { return false }
            reactor.watch(worker: generation, bell: connection.channel.descriptors.standby)
            try ZygoteMessage.fork(generation: generation, settings: settings).send(
                on: zygote.socket, descriptors: passed.all)
            return true
        } catch let error as ChannelError where error == .peerGone {
            // The end of its socket tells the rest.
            return true
        } catch {
            forkFailed(generation, "\(error)")
            return false
        }
    }

    func forkFailed(_ generation: Int, _ reason: String) {
        unprovide(generation)
        logger.error(
            "a worker could not be forked", metadata: ["pool": "\(configuration.name)", "reason": "\(reason)"])
        decide { core in
            core.connections[generation] = nil
            return core.state.forkFailed(generation, reason: reason, now: clinux_monotonic_ns())
        }
    }

    /// Calls hooks one after the other, as ordinary calls that the pool's state does not count, and tells it how that went.
    private func runHooks(_ targets: [String], on generation: Int, isStart: Bool) {
        guard let connection = core.withLock({ $0.connections[generation] }) else { return }
        Task { [self] in
            var problem: String?
            for target in targets where problem == nil {
                problem = await runHook(target, on: connection)
            }
            if let problem {
                logger.error(
                    "a worker's hook failed", metadata: ["pool": "\(configuration.name)", "problem": "\(problem)"])
            }
            decide { core in
                let now = clinux_monotonic_ns()
                guard isStart else { return core.state.stopped(generation) }
                return problem.map { core.state.prepareFailed(generation, $0) }
                    ?? core.state.prepared(generation, now: now)
            }
        }
    }

    /// - Returns: what went wrong.
    private func runHook(_ target: String, on connection: WorkerConnection) async -> String? {
        do {
            var encoder = WireEncoder()
            encoder.str(target)
            encoder.header(.tuple, count: 0)
            encoder.header(.dict, count: 0)
            let call = try newCall(target: target, payload: WirePayload(encoder))
            do { try connection.send(call, isHousekeeping: true) } catch {
                return "the worker ended before its hook '\(target)' ran"
            }
            _ = try PythonPool.result(of: await call.wait(), target: target)
            return nil
        } catch {
            return "the hook '\(target)' failed: \(error)"
        }
    }
}
