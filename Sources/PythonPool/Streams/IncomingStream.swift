import Synchronization

/// The chunks of one stream that its reader has not taken yet. The window bounds them: a worker that sends more breaks the protocol.
final class IncomingStream: Sendable {
    struct Chunk: Sendable {
        let items: [UInt8]
        let count: Int
    }

    @safe private struct State: Sendable {
        var chunks: [Chunk] = []
        var hasEnded = false
        var continuation: UnsafeContinuation<Chunk?, Never>?
    }

    private let state = Mutex(State())

    /// A chunk has come; false when there are more than the worker may send.
    func add(_ chunk: Chunk, limit: Int) -> Bool {
        let (fits, continuation) = unsafe state.withLock {
            state -> (Bool, UnsafeContinuation<Chunk?, Never>?) in
            if let continuation = unsafe state.continuation {
                unsafe state.continuation = nil
                return unsafe (true, continuation)
            }
            guard state.chunks.count < limit else { return (false, nil) }
            state.chunks.append(chunk)
            return (true, nil)
        }
        // Sound: taken out of the state under the lock, so resumed once.
        unsafe continuation?.resume(returning: chunk)
        return fits
    }

    /// No chunk comes any more.
    func end() {
        let continuation = unsafe state.withLock { state -> UnsafeContinuation<Chunk?, Never>? in
            state.hasEnded = true
            defer { unsafe state.continuation = nil }
            return unsafe state.continuation
        }
        unsafe continuation?.resume(returning: nil)
    }

    /// The next chunk; nil after the last one. One reader at a time.
    func next() async -> Chunk? {
        await unsafe withUnsafeContinuation { continuation in
            let ready = state.withLock { state -> Chunk?? in
                if !state.chunks.isEmpty { return state.chunks.removeFirst() }
                if state.hasEnded { return .some(nil) }
                unsafe state.continuation = continuation
                return nil
            }
            if let ready { unsafe continuation.resume(returning: ready) }
        }
    }
}
