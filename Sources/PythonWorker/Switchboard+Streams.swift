import CLinux
import Marshalling
import Synchronization

/// Streams of Python code to the host.
extension Switchboard {
    /// A stream that is under way, and the doorbell of its generator's thread while that waits for room.
    struct RunningStream: Sendable {
        let stream: OutgoingStream
        var sleeper: Int32?

        /// The call is not wanted any more: returns the doorbell of the thread that waits for room.
        mutating func cancel() -> Int32? {
            stream.cancel()
            return takeSleeper()
        }

        mutating func takeSleeper() -> Int32? {
            defer { sleeper = nil }
            return sleeper
        }
    }

    func openStream(_ call: UInt64) -> OutgoingStream {
        let stream = OutgoingStream(of: call, on: channel)
        let isCancelled = state.withLock { state in
            state.streams[call] = RunningStream(stream: stream)
            return state.cancellations.isCancelled(call)
        }
        if isCancelled { stream.cancel() }
        return stream
    }

    /// Waits until the host has taken enough, or does not want any more. Called without the interpreter lock.
    func waitForRoom(in call: UInt64) {
        wait { state in
            state.streams[call]?.stream.standing == .waitForRoom ? nil : ()
        } sleeping: {
            $0.streams[call]?.sleeper = $1
        } awake: { state, _ in
            state.streams[call]?.sleeper = nil
        }
    }

    /// Sends what is left, and forgets the stream; its result or failure comes after.
    func closeStream(_ call: UInt64) throws(ChannelError) {
        try state.withLock { $0.streams.removeValue(forKey: call) }?.stream.finish()
    }

    func credit(_ chunks: UInt64, to call: UInt64, _ state: inout State) -> Int32? {
        guard let stream = state.streams[call]?.stream else { return nil }
        do { try stream.taken(Int(clamping: chunks)) } catch { leave("\(error)") }
        return stream.standing == .waitForRoom ? nil : state.streams[call]?.takeSleeper()
    }
}
