import Marshalling

/// What a generator has yielded and the host has not been sent yet.
///
/// An item goes out at once while the host keeps up; else items gather until it has taken a chunk, or until they make one. Memory is
/// bounded by the window, whatever the generator does.
struct StreamChunks: Sendable {
    /// What whoever adds items is to do next.
    enum Standing: Sendable, Equatable { case goOn, waitForRoom, stop }

    /// Chunks that the host has not taken.
    private(set) var outstanding = 0
    /// What makes the next chunk.
    private(set) var items: [UInt8] = []
    private(set) var count = 0
    /// What arrays of the items lie in.
    private(set) var blocks: [BlockHold] = []
    private var isCancelled = false

    var standing: Standing {
        if isCancelled { return .stop }
        return items.count < StreamWindow.chunkBytes || outstanding < StreamWindow.chunks ? .goOn : .waitForRoom
    }

    mutating func add(_ item: borrowing WireEncoder) {
        let start = items.count
        unsafe item.withBytes { unsafe items.append(contentsOf: $0) }
        count += 1
        // The blocks of an item are counted from those of the items before it.
        for (index, place) in item.blockPlaces.enumerated() {
            let number = UInt32(truncatingIfNeeded: blocks.count + index).littleEndianBytes
            items.replaceSubrange((start + place)..<(start + place + number.count), with: number)
        }
        blocks += item.blocks
    }

    /// Whether what has gathered is to be sent now.
    func isDue(ending: Bool = false) -> Bool {
        guard count > 0 else { return false }
        return ending || outstanding == 0
            || (items.count >= StreamWindow.chunkBytes && outstanding < StreamWindow.chunks)
    }

    /// What had gathered has been sent. Its memory is the next chunk's.
    mutating func sent() {
        outstanding += 1
        items.removeAll(keepingCapacity: true)
        blocks.removeAll()
        count = 0
    }

    mutating func taken(_ chunks: Int) { outstanding = max(0, outstanding - chunks) }

    /// The call is not wanted any more.
    mutating func cancel() { isCancelled = true }
}
