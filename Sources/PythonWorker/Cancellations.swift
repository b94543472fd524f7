/// Which calls run, and which of them are not wanted any more: the decisions, as a value.
///
/// A call is told that it is cancelled, by an exception thrown into its thread or by what a question of its answers: once, unless the exception
/// hits what raises none.
struct Cancellations: Sendable {
    /// Cancellations that have overtaken their call are kept until it comes, the latest so many of them: one whose call had just ended
    /// would otherwise stay for ever.
    static let mostEarly = 1024

    /// Calls that run, and the thread that runs each.
    private(set) var running: [UInt64: UInt] = [:]
    private var cancelled: Set<UInt64> = []
    private var told: Set<UInt64> = []
    private var early: [UInt64] = []
    /// Calls whose threads are to be interrupted, and when at the earliest, in ns of the monotonic clock.
    private var interrupts: [(call: UInt64, earliest: UInt64)] = []

    /// A thread begins a call; false when it has been cancelled already.
    mutating func begin(_ call: UInt64, on thread: UInt) -> Bool {
        if let index = early.firstIndex(of: call) {
            early.remove(at: index)
            return false
        }
        running[call] = thread
        return true
    }

    /// A call has ended; true when it had been told that it is cancelled.
    mutating func end(_ call: UInt64) -> Bool {
        running[call] = nil
        guard !cancelled.isEmpty else { return false }
        cancelled.remove(call)
        return told.remove(call) != nil
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
        interrupts.append((call, 0))
    }

    /// Whether threads are to be interrupted, now or later.
    var hasInterrupts: Bool { !interrupts.isEmpty }

    /// The calls whose threads are to be interrupted now.
    mutating func takeInterrupts(at now: @autoclosure () -> UInt64) -> [UInt64] {
        guard !interrupts.isEmpty else { return [] }
        let now = now()
        defer { interrupts.removeAll { $0.earliest <= now } }
        return interrupts.filter { $0.earliest <= now }.map(\.call)
    }

    /// The thread into which the exception for a call is to be thrown; nil when the call has ended or has been told.
    func threadToInterrupt(for call: UInt64) -> UInt? { told.contains(call) ? nil : running[call] }

    /// A call's thread could not be interrupted: it is to be tried again.
    mutating func postponeInterrupt(of call: UInt64, until earliest: UInt64) { interrupts.append((call, earliest)) }

    /// The exception that was thrown into a thread is lost: what it was for is to be interrupted again.
    mutating func interruptAgain(on thread: UInt, from earliest: UInt64) {
        for call in told where running[call] == thread {
            told.remove(call)
            interrupts.append((call, earliest))
        }
    }

    /// A thread learns whether the call that it runs is cancelled; true when it is and had not been told.
    mutating func tell(_ call: UInt64, on thread: UInt) -> Bool {
        cancelled.contains(call) && running[call] == thread && told.insert(call).inserted
    }
}
