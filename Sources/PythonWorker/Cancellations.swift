/// Which calls run, and which of them are not wanted any more: the decisions, as a value.
struct Cancellations: Sendable {
    /// Cancellations that have overtaken their call are kept until it comes, the latest so many of them: one whose call had just ended
    /// would otherwise stay for ever.
    static let mostEarly = 1024

    /// Calls that run, and the thread that runs each.
    private(set) var running: [UInt64: UInt] = [:]
    private var cancelled: Set<UInt64> = []
    private var early: [UInt64] = []
    private var interrupts: [UInt64] = []

    /// A thread begins a call; false when it has been cancelled already.
    mutating func begin(_ call: UInt64, on thread: UInt) -> Bool {
        if let index = early.firstIndex(of: call) {
            early.remove(at: index)
            return false
        }
        running[call] = thread
        return true
    }

    mutating func end(_ call: UInt64) {
        running[call] = nil
        cancelled.remove(call)
    }

    func isCancelled(_ call: UInt64) -> Bool { cancelled.contains(call) }

    /// The host has cancelled a call.
    ///
    /// - Parameter waits: whether this thread waits for the host on the call's behalf: it is told by that instead.
    mutating func cancel(_ call: UInt64, waits: (_ thread: UInt) -> Bool) {
        guard let thread = running[call] else {
            if early.count == Self.mostEarly { early.removeFirst() }
            return early.append(call)
        }
        guard cancelled.insert(call).inserted, !waits(thread) else { return }
        interrupts.append(call)
    }

    /// The calls whose threads are to be interrupted now.
    mutating func takeInterrupts() -> [UInt64] {
        guard !interrupts.isEmpty else { return [] }
        defer { interrupts = [] }
        return interrupts
    }
}
