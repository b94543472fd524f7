import CLinux
import Logging
import Marshalling
import Synchronization

/// What workers say.
extension PoolEngine {
    /// Reads what is there; false when the worker broke the protocol and is not read any more.
    func drain(_ connection: WorkerConnection) -> Bool {
        var limit = Int.max
        return drain(connection, atMost: &limit)
    }

    /// The same for a few frames.
    ///
    /// - Parameter limit: how many; less afterwards by those that were there.
    func drain(_ connection: WorkerConnection, atMost limit: inout Int) -> Bool {
        do {
            while limit > 0, !connection.isCutOff.load(ordering: .relaxed),
                let frame = try connection.channel.receive()
            {
                limit -= 1
                handle(frame, from: connection)
            }
            return !connection.isCutOff.load(ordering: .relaxed)
        } catch {
            cutOff(connection, error)
            return false
        }
    }

    /// Ends a worker with which there is no talking any more. Calls that may run again do, when its end is reported.
    func cutOff(_ connection: WorkerConnection, _ error: ChannelError) {
        core.withLock { $0.state.doomed(connection.generation, error.isPeersFault ? .violation : .unreadable) }
        logger.error(
            error.isPeersFault ? "a worker broke the protocol" : "what a worker said could not be read",
            metadata: ["pid": "\(connection.pid)", "error": "\(error)"])
        let failure =
            error.isPeersFault
            ? PythonPoolError.protocolViolation(worker: connection.pid, detail: error.description)
            : .lackingResources(error)
        for call in connection.cutOff() { call.complete(.error(failure)) }
        connection.kill()
    }

    private func handle(_ frame: Frame, from connection: WorkerConnection) {
        switch frame.kind {
        case .result: answered(frame, by: connection) { .result(frame, by: connection, $0) }
        case .failure: answered(frame, by: connection) { _ in .failure(frame.payload, worker: connection.pid) }
        case .ready: if connection.isKnown(beforeReady: frame) { becameReady(connection, frame) }
        case .upcall, .openStream:
            upcalls.begin(frame, from: connection, for: connection.call(frame.aux))
        case .closeStream: upcalls.close(frame.id, of: connection.generation)
        case .chunk:
            guard let stream = connection.call(frame.id)?.stream else { return letGo(frame, of: connection) }
            let chunk = IncomingStream.Chunk(
                items: frame.payload, blocks: frame.blocks, count: Int(clamping: frame.aux))
            // One more than the window: the chunk that goes out as the generator ends.
            if stream.add(chunk, limit: StreamWindow.chunks + 1) { return }
            cutOff(connection, ChannelError("a worker sent more of a stream than it may"))
        case .credit: upcalls.credit(Int(clamping: frame.aux), to: frame.id, of: connection.generation)
        case .log: logs.log(frame, from: connection)
        case .hold: upcalls.hold(frame.id, by: connection.generation)
        case .drop: upcalls.drop(frame.id, by: connection.generation)
        case .call, .cancel, .reply, .replyFailure, .item, .streamEnd, .stream, .nested, .release, .tools, .timed,
            .nestedStream, .housekeeping, .pass, .forget:
            cutOff(connection, ChannelError("a worker sent a \(frame.kind) frame"))
        }
    }

    /// A worker whose process is known has said that it is ready.
    func becameReady(_ connection: WorkerConnection, _ frame: Frame) {
        let lacking = (try? PythonValue(wireForm: frame.payload))?.string
        decide { core in
            if let lacking { core.provision?.doesWithoutNamespaces(lacking) }
            return core.state.ready(connection.generation, now: clinux_monotonic_ns())
        }
        watchMemory()
    }

    /// Nobody wants what a frame holds: the references in it are given back.
    private func letGo(_ frame: Frame, of connection: WorkerConnection) {
        guard frame.kind == .result || frame.kind == .chunk else { return }
        _ = try? PythonValue.sequence(
            frame.payload, count: frame.kind == .result ? 1 : Int(clamping: frame.aux), context: connection,
            blocks: frame.blocks)
    }

    private func answered(
        _ frame: Frame, by connection: WorkerConnection, _ outcome: (ResultHold?) -> PendingCall.Outcome
    ) {
        // First the worker, then the caller, who may call again at once.
        let now = clinux_monotonic_ns()
        let call = connection.take(frame.id)
        // Hooks are no calls of the pool's.
        let service = call.flatMap {
            $0.place.load(ordering: .relaxed) == 0 ? nil : now &- $0.sent.load(ordering: .relaxed)
        }
        let (actions, hold, isAwaited) = core.withLock { core in
            if let service { core.service.record(service) }
            let actions = core.state.answered(
                call: frame.id, by: connection.generation, after: service,
                mayRefer: frame.kind == .result || connection.isPinned, now: now)
            let hold = actions.first == .awaitReading(from: connection.generation) ? ResultHold(connection) : nil
            return (actions, hold, !core.waiters.isEmpty)
        }
        let origin =
            frame.kind == .failure
            ? upcalls.origin(of: frame.payload, endingCall: frame.id, of: connection.generation) : nil
        upcalls.cancel(call: frame.id, of: connection.generation)
        if call?.complete(origin.map { .error($0) } ?? outcome(hold)) != true { letGo(frame, of: connection) }
        perform(actions)
        if isAwaited { resumeWaiters() }
    }
}
