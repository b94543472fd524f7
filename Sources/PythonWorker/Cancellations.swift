/// Which calls run, and which of them are not wanted any more: the decisions, as a value.
///
/// A call is told once that it is cancelled: by an exception thrown into its thread, or by what a question of its answers.
struct Cancellations: Sendable {
    /// Cancellations that have overtaken their call are kept until it comes, the latest so many of them: one whose call had just ended
    /// would otherwise stay for ever.
    static let mostEarly = 1024

    /// Calls that run, and the thread that runs each.
    private(set) var running: [UInt64: UInt] = [:]
    private var cancelled: Set<UInt64> = []
    private var told: Set<UInt64> = []
    private var early: [UInt64] = []
    /// Calls whose threads are to be interrupted now.
    private var due: [UInt64] = []

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
        due.append(call)
    }

    /// Whether threads are to be interrupted.
    var hasInterrupts: Bool { !due.isEmpty }

    /// The calls whose threads are to be interrupted now.
    mutating func takeInterrupts() -> [UInt64] {
        guard !due.isEmpty else { return [] }
        defer { due = [] }
        return due
    }

    /// The thread into which the exception for a call is to be thrown; nil when the call has ended or has been told.
    func threadToInterrupt(for call: UInt64) -> UInt? { told.contains(call) ? nil : running[call] }

    /// A call's thread could not be interrupted: it is to be tried again.
    mutating func postponeInterrupt(of call: UInt64) { due.append(call) }

    /// The exception that was thrown into a thread is lost: what it was for is to be interrupted again.
    mutating func interruptAgain(on thread: UInt) {
        for call in told where running[call] == thread {
            told.remove(call)
            due.append(call)
        }
    }

    /// A thread learns whether the call that it runs is cancelled; true when it is and had not been told.
    mutating func tell(_ call: UInt64, on thread: UInt) -> Bool {
        cancelled.contains(call) && running[call] == thread && told.insert(call).inserted
    }
}
