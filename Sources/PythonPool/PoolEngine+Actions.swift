import CLinux
import Logging
import Marshalling
import Synchronization

/// What the pool's state has decided, carried out.
extension PoolEngine {
    func perform(_ actions: [PoolState.Action]) {
        for action in actions { perform(action) }
    }

    func perform(_ action: PoolState.Action) {
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
            failStartWaiters(error)
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
            try provide()
            let installation = try PythonInstallation.find(for: configuration)
            let running = core.withLock(\.reactor)
            let reactor = try running ?? Reactor()
            let zygote = try ZygoteProcess.start(installation, configuration)
            core.withLock { core in
                core.reactor = reactor
                core.zygote = zygote
            }
            if running == nil {
                try reactor.start { [self] in
                    handle($0)
                } ended: { [self] in
                    core.withLock { core in
                        defer { core.zygote = nil }
                        return core.zygote
                    }?.end()
                    WorkerProvision.Group.removeAll(core.withLock { $0.provision?.groups } ?? [])
                }
            }
            reactor.watch(zygote: zygote.socket)
        } catch {
            failZygote(error as? PythonPoolError ?? .environment(problem: "\(error)", remedy: "dspex doctor"))
        }
    }

    func failZygote(_ error: PythonPoolError) {
        perform(core.withLock { $0.state.zygoteFailed(error) })
        failStartWaiters(error)
    }

    private func failStartWaiters(_ error: PythonPoolError) {
        let waiters = core.withLock { core in
            defer { core.startWaiters = [] }
            return core.startWaiters
        }
        for waiter in waiters { waiter.resume(throwing: error) }
    }

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
        do {
            guard let (settings, group) = core.withLock({ $0.provision?.settings(for: generation) }) else { return }
            try group?.make()
            let (connection, passed, toClose) = try WorkerConnection.open(
                generation: generation, spin: configuration.waitStrategy.spin)
            defer { for descriptor in toClose { _ = clinux_close(descriptor) } }
            let (zygote, reactor) = core.withLock { core in
                core.connections[generation] = connection
                return (core.zygote, core.reactor)
            }
            guard let zygote, let reactor else { return }
            reactor.watch(worker: generation, bell: connection.channel.descriptors.standby)
            try ZygoteMessage.fork(generation: generation, settings: settings).send(
                on: zygote.socket, descriptors: passed.all)
        } catch let error as ChannelError where error == .peerGone {
            // The end of its socket tells the rest.
        } catch {
            forkFailed(generation, "\(error)")
        }
    }

    func forkFailed(_ generation: Int, _ reason: String) {
        unprovide(generation)
        logger.error(
            "a worker could not be forked", metadata: ["pool": "\(configuration.name)", "reason": "\(reason)"])
        perform(
            core.withLock { core in
                core.connections[generation] = nil
                return core.state.forkFailed(generation, reason: reason, now: clinux_monotonic_ns())
            })
        resumeStartWaiters()
    }
}
