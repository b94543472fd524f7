import CLinux
import Marshalling
import Synchronization

/// The way of log lines to the host: never waits, and drops what comes too fast.
enum LogLines {
    /// Frames that may wait for the host to read before lines are dropped.
    private static let backlog = 256
    private static let budget = Mutex(LineBudget(rate: 0, now: 0))

    /// Lets so many lines pass in a second.
    static func allow(_ rate: Int) { budget.withLock { $0 = LineBudget(rate: rate, now: clinux_monotonic_ns()) } }

    /// Whether one more line may be sent, and how many were dropped before it; nil when this one is dropped.
    static func pass(on channel: Channel) -> UInt64? {
        let isFull = channel.backlog > backlog
        return budget.withLock { budget in
            guard !isFull else {
                budget.drop()
                return nil
            }
            return budget.spend(now: clinux_monotonic_ns()) ? budget.takeDropped() : nil
        }
    }

    /// A line that was let pass could not be sent.
    static func fail(_ lines: UInt64) { budget.withLock { $0.drop(lines) } }

    /// Tells the host, as a call ends, how many lines were dropped since the last one that passed.
    static func reportDropped(in call: UInt64, on channel: Channel) {
        let dropped = budget.withLock { $0.takeDropped() }
        // The channel is about to fail for the call's result, too.
        if dropped > 0 { try? channel.send(Frame(.log, id: call, aux: dropped)) }
    }
}
