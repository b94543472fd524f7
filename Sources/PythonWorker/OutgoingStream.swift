import Marshalling
import Synchronization

/// One stream on its way to the host: the thread that generates adds to it, whoever reads the channel gives it credit.
final class OutgoingStream: Sendable {
    private let call: UInt64
    private let channel: Channel
    private let chunks = Mutex(StreamChunks())

    init(of call: UInt64, on channel: Channel) {
        self.call = call
        self.channel = channel
    }

    var standing: StreamChunks.Standing { chunks.withLock(\.standing) }

    /// Adds an item, and sends what is due. One thread at a time adds to a stream.
    func add(_ item: borrowing WireEncoder) throws(ChannelError) -> StreamChunks.Standing {
        try chunks.withLock { (chunks) throws(ChannelError) in
            unsafe item.withBytes { unsafe chunks.add($0) }
            if chunks.isDue() { try send(&chunks) }
            return chunks.standing
        }
    }

    /// Sends what is left.
    func finish() throws(ChannelError) {
        try chunks.withLock { (chunks) throws(ChannelError) in
            if chunks.isDue(ending: true) { try send(&chunks) }
        }
    }

    /// The host has taken chunks; what waited for it is sent.
    func taken(_ taken: Int) throws(ChannelError) {
        try chunks.withLock { (chunks) throws(ChannelError) in
            chunks.taken(taken)
            if chunks.isDue() { try send(&chunks) }
        }
    }

    func cancel() { chunks.withLock { $0.cancel() } }

    // Under the lock, so that the chunks leave in order whoever sends them.
    private func send(_ chunks: inout StreamChunks) throws(ChannelError) {
        let count = UInt64(chunks.count)
        try unsafe chunks.items.withUnsafeBufferPointer { (bytes) throws(ChannelError) in
            unsafe try channel.send(.chunk, id: call, aux: count, payload: UnsafeRawBufferPointer(bytes))
        }
        chunks.sent()
    }
}
