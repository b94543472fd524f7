import CLinux
import Marshalling
import Synchronization

/// What a generator has yielded and the host has not been sent yet.
///
/// An item goes out at once while the host keeps up; else items gather until it has taken a chunk, or until they make one. Memory is
/// bounded by the window, whatever the generator does.
struct OutgoingStream: Sendable {
    /// Chunks that the host has not taken.
    private(set) var outstanding = 0
    private var items: [UInt8] = []
    private var blocks: [BlockHold] = []
    private var count = 0
    private var isCancelled = false
    /// The doorbell of the generator's thread while it waits for room.
    var sleeper: Int32?

    /// Whether one more item may be added.
    var hasRoom: Bool { isCancelled || items.count < StreamWindow.chunkBytes || outstanding < StreamWindow.chunks }

    mutating func add(_ item: borrowing WireEncoder) {
        let start = items.count
        unsafe item.withBytes { unsafe items.append(contentsOf: $0) }
        count += 1
        // The blocks of an item are counted from those of the items before it in the chunk.
        for (index, place) in item.blockPlaces.enumerated() {
            let number = UInt32(blocks.count + index).littleEndian
            unsafe withUnsafeBytes(of: number) { unsafe items.replaceSubrange(start + place..<start + place + 4, with: $0) }
        }
        blocks += item.blocks
    }

    /// The chunk that is to be sent now, if one is.
    mutating func due(ending: Bool = false) -> (items: [UInt8], blocks: [BlockHold], count: Int)? {
        guard count > 0 else { return nil }
        let full = items.count >= StreamWindow.chunkBytes
        guard ending || outstanding == 0 || (full && outstanding < StreamWindow.chunks) else { return nil }
        outstanding += 1
        defer {
            items = []
            blocks = []
            count = 0
        }
        return (items, blocks, count)
    }

    mutating func taken(_ chunks: Int) { outstanding = max(0, outstanding - chunks) }

    /// The call is not wanted any more: returns the doorbell of the thread that waits for room.
    mutating func cancel() -> Int32? {
        isCancelled = true
        defer { sleeper = nil }
        return sleeper
    }
}

/// Streams of Python code to the host.
extension Switchboard {
    func openStream(_ call: UInt64) { state.withLock { $0.streams[call] = OutgoingStream() } }

    /// Adds an item to a stream, and sends what is due. One thread at a time adds to a stream.
    ///
    /// - Returns: whether there is room for another one.
    func add(_ item: borrowing WireEncoder, to call: UInt64) throws(ChannelError) -> Bool {
        try state.withLock { (state) throws(ChannelError) in
            guard var stream = state.streams[call] else { return true }
            // The stream is taken out while it grows: two owners would copy its items each time.
            state.streams[call] = nil
            stream.add(item)
            defer { state.streams[call] = stream }
            try send(stream.due(), of: call)
            return stream.hasRoom
        }
    }

    /// Waits until the host has taken enough, or does not want any more. Called without the interpreter lock.
    func waitForRoom(in call: UInt64) {
        wait { state in
            state.streams[call]?.hasRoom ?? true ? () : nil
        } sleeping: {
            $0.streams[call]?.sleeper = $1
        } awake: { state, _ in
            state.streams[call]?.sleeper = nil
        }
    }

    /// Sends what is left, and forgets the stream; its result or failure comes after.
    func closeStream(_ call: UInt64) throws(ChannelError) {
        try state.withLock { (state) throws(ChannelError) in
            var stream = state.streams.removeValue(forKey: call)
            try send(stream?.due(ending: true), of: call)
        }
    }

    /// Whether the host does not want this call any more.
    func isCancelled(_ call: UInt64) -> Bool { state.withLock { $0.cancellations.isCancelled(call) } }

    func credit(_ chunks: UInt64, to call: UInt64, _ state: inout State) -> Int32? {
        guard var stream = state.streams[call] else { return nil }
        stream.taken(Int(clamping: chunks))
        do { try send(stream.due(), of: call) } catch { leave("\(error)") }
        let bell = stream.hasRoom ? stream.sleeper : nil
        if bell != nil { stream.sleeper = nil }
        state.streams[call] = stream
        return bell
    }

    // Under the lock, so that the chunks of a stream leave in order whoever sends them.
    private func send(_ chunk: (items: [UInt8], blocks: [BlockHold], count: Int)?, of call: UInt64) throws(ChannelError) {
        guard let chunk else { return }
        try channel.send(Frame(.chunk, id: call, aux: UInt64(chunk.count), payload: chunk.items, blocks: chunk.blocks))
    }
}
