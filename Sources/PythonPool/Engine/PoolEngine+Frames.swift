import CLinux
import Logging
import Marshalling
import Synchronization

/// What workers say.
extension PoolEngine {
    /// Reads what is there; false when the worker broke the protocol and is not read any more.
    func drain(_ connection: WorkerConnection) -> Bool {
        do {
            while let frame = try connection.channel.receive() { handle(frame, from: connection) }
            return true
        } catch {
            violated(connection, error)
            return false
        }
    }

    func violated(_ connection: WorkerConnection, _ error: ChannelError) {
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
            decide { $0.state.ready(connection.generation, now: clinux_monotonic_ns()) }
            watchMemory()
        case .upcall, .openStream:
            upcalls.begin(frame, from: connection, deadline: connection.call(frame.aux)?.deadline ?? 0)
        case .closeStream: upcalls.close(frame.id, of: connection.generation)
        case .call, .cancel, .reply, .replyFailure, .item, .streamEnd:
            violated(connection, ChannelError("a worker sent a \(frame.kind) frame"))
        }
    }

    private func answered(_ frame: Frame, by connection: WorkerConnection, _ outcome: PendingCall.Outcome) {
        // First the worker, then the caller, who may call again at once.
        let now = clinux_monotonic_ns()
        let call = connection.take(frame.id)
        // Hooks are no calls of the pool's.
        let service = call.flatMap {
            $0.place.load(ordering: .relaxed) == 0 ? nil : now &- $0.sent.load(ordering: .relaxed)
        }
        let (actions, isAwaited) = core.withLock { core in
            if let service { core.service.record(service) }
            let actions = core.state.answered(
                call: frame.id, by: connection.generation, after: service, now: now)
            return (actions, !core.waiters.isEmpty)
        }
        upcalls.cancel(call: frame.id, of: connection.generation)
        call?.complete(outcome)
        perform(actions)
        if isAwaited { resumeWaiters() }
    }
}
