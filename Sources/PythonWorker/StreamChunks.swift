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
    private var isCancelled = false

    var standing: Standing {
        if isCancelled { return .stop }
        return items.count < StreamWindow.chunkBytes || outstanding < StreamWindow.chunks ? .goOn : .waitForRoom
    }

    mutating func add(_ item: UnsafeRawBufferPointer) {
        unsafe items.append(contentsOf: item)
        count += 1
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
        count = 0
    }

    mutating func taken(_ chunks: Int) { outstanding = max(0, outstanding - chunks) }

    /// The call is not wanted any more.
    mutating func cancel() { isCancelled = true }
}
