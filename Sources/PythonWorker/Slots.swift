import Marshalling

/// Which thread serves which call: the decisions, as a value.
///
/// One slot is enough for any number of short calls: it takes the next one as it comes back, and no thread is woken. Another is woken
/// or started when all that are busy wait for the host, or when a queued call has waited for long; twice as many each time that this has
/// not helped, so that calls which wait for something in C are all under way soon, and a slot that the kernel has set aside for a moment
/// is not answered with a crowd that fights for the interpreter lock.
struct Slots: Sendable {
    /// What is to be done for the calls that wait.
    struct Wanted: Sendable, Equatable {
        /// Doorbells of slots that are to wake up.
        var bells: [Int32] = []
        /// Slots to start.
        var starts = 0
        /// Whether the watcher is to look after them.
        var watch = false
    }

    /// The most that may be there.
    let limit: Int
    /// Calls that no slot has yet, oldest first.
    var waiting = FrameQueue()
    /// Calls ever taken.
    private(set) var taken: UInt64 = 0
    /// Slots that have been started.
    private(set) var started = 1
    /// Slots that serve a call.
    private(set) var busy = 0
    /// Whether one of these has taken its call and waits for the interpreter lock.
    private(set) var isEntering = false
    /// Of these, those that wait for an answer of the host.
    var blocked = 0
    /// Whether a slot has gone without a call that waits, because another one was entering.
    private var wasRefused = false
    /// How many the watcher has woken since it last saw a call taken by another.
    private var lately = 0
    /// Looks of the watcher since it last saw a call taken.
    private var stalled = 0
    /// Doorbells of the slots that sleep for want of a call, the one that worked last at the end.
    private(set) var idle: [Int32] = []

    init(limit: Int) { self.limit = limit }

    /// The next call for a slot that has none.
    mutating func take() -> Frame? {
        guard let frame = waiting.popFirst() else { return nil }
        taken += 1
        busy += 1
        return frame
    }

    /// The next call for a slot that has yet to get the interpreter lock; nil also while another one waits for that. Two slots that both
    /// have calls would pass the lock back and forth.
    mutating func takeToEnter() -> Frame? {
        if isEntering {
            wasRefused = !waiting.isEmpty
            return nil
        }
        guard let frame = take() else { return nil }
        isEntering = true
        return frame
    }

    /// A slot that has taken a call ``takeToEnter()`` has the interpreter lock.
    ///
    /// - Returns: whether the watcher is to look after the calls that wait, as the slot that had come for one may sleep now.
    mutating func entered() -> Bool {
        isEntering = false
        defer { wasRefused = false }
        return wasRefused && hasCallsForIdle
    }

    /// A slot has come back from its call.
    mutating func finished() { busy -= 1 }

    mutating func sleeps(_ bell: Int32) { idle.append(bell) }

    mutating func wakes(_ bell: Int32) { idle.removeAll { $0 == bell } }

    /// Whether a call waits for no better reason than that all busy slots wait for the host, and those that are not sleep.
    var isHeldUp: Bool { hasCallsForIdle && busy <= blocked && started - idle.count <= busy }

    /// Whether a call waits that another slot could serve.
    var hasCallsForIdle: Bool { !waiting.isEmpty && (!idle.isEmpty || started < limit) }

    /// So many looks without a call taken, 5 ms in all, are CPython's switch interval: from then on another slot gets its share of the
    /// interpreter even of one that computes.
    static let switchInterval = 100

    /// Decides who is woken.
    ///
    /// - Parameters:
    ///   - watching: it is the watcher who asks, and it looks again by itself.
    ///   - before: how many calls had been taken when the watcher last looked; nil when no call had waited then, or somebody else asks.
    ///   - isComputing: whether Python code runs now, for which another slot would have to wait.
    mutating func wanted(watching: Bool, stalledSince before: UInt64? = nil, isComputing: Bool = false) -> Wanted {
        var wanted = Wanted()
        guard hasCallsForIdle else { return wanted }
        var more = isHeldUp ? 1 : 0
        if let before, taken - before <= lately {
            stalled += 1
            if !isComputing || stalled >= Self.switchInterval { more = max(1, 2 * lately) }
        } else if watching {
            stalled = 0
        }
        // Whoever were woken would wait for the same lock.
        if isEntering { more = 0 }
        if watching { lately = more }
        more = min(more, waiting.count)
        let woken = min(more, idle.count)
        wanted.bells = idle.suffix(woken)
        idle.removeLast(woken)
        wanted.starts = min(more - woken, limit - started)
        started += wanted.starts
        wanted.watch = !watching && hasCallsForIdle
        return wanted
    }
}

/// Frames in the order in which they came. Each is moved once at most on average.
struct FrameQueue: Sendable {
    private var frames: [Frame] = []
    private var first = 0

    var count: Int { frames.count - first }
    var isEmpty: Bool { count == 0 }

    mutating func append(_ frame: Frame) { frames.append(frame) }

    /// Removes the call of this number, if it is here.
    mutating func remove(_ call: UInt64) -> Bool {
        guard let index = frames[first...].firstIndex(where: { $0.id == call }) else { return false }
        frames.remove(at: index)
        return true
    }

    mutating func popFirst() -> Frame? {
        guard first < frames.count else { return nil }
        let frame = frames[first]
        first += 1
        if first * 2 >= frames.count {
            frames.removeFirst(first)
            first = 0
        }
        return frame
    }
}
