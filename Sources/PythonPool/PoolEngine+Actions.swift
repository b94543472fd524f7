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
            let installation = try PythonInstallation.find(for: configuration)
            try DescriptorLimit.makeRoom(forWorkers: configuration.size, of: configuration.name)
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

    private func fork(_ generation: Int) {
        guard let zygote = core.withLock(\.zygote), zygote.orders.want(generation) else { return }
        if !order(generation, from: zygote) { orderNext(from: zygote) }
    }

    /// The zygote has answered an order: it gets the next one.
    func orderNext(from zygote: ZygoteProcess) {
        while let next = zygote.orders.answered() { if order(next, from: zygote) { return } }
    }

    /// Whether the order is on its way.
    private func order(_ generation: Int, from zygote: ZygoteProcess) -> Bool {
        do {
            let (connection, passed, toClose) = try WorkerConnection.open(generation: generation)
            defer { for descriptor in toClose { _ = clinux_close(descriptor) } }
            let reactor = core.withLock { core -> Reactor? in
                // The zygote may have gone, and its workers with it, since this one was wanted.
                guard core.state.workers[generation] != nil else { return nil }
                core.connections[generation] = connection
                return core.reactor
            }
            guard let reactor else { return false }
            reactor.watch(worker: generation, bell: connection.channel.descriptors.standby)
            try ZygoteMessage.fork(generation: generation).send(on: zygote.socket, descriptors: passed.all)
            return true
        } catch  where error == .peerGone {
            // The end of its socket tells the rest.
            return true
        } catch {
            forkFailed(generation, "\(error)")
            return false
        }
    }

    func forkFailed(_ generation: Int, _ reason: String) {
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
