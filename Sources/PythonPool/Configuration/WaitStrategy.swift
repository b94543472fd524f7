/// How host and worker wait for each other's frames.
public enum WaitStrategy: Sendable, Hashable {
    /// Who waits looks again for at most 25 µs before it sleeps, and only while the last waits were about that short. A thread whose frames
    /// are far apart, or whose peer was last on the same core, sleeps at once. The default.
    case adaptive
    /// Both sides poll for this long before they sleep, always: for machines with cores to spare. It saves the wake-up, some 3-20 µs, of
    /// every call that takes less than this, and costs that much of a core, on both sides, of every other.
    case spin(Duration)

    /// Nanoseconds of every wait; nil for the adaptive one.
    var spin: UInt64? { if case .spin(let duration) = self { duration.nanoseconds } else { nil } }
}
