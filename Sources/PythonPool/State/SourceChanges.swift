/// Changes of sources that no zygote has been started after yet, and when one is to be started for them.
struct SourceChanges: Sendable, Equatable {
    /// So long nothing more must have changed: a burst of writes is one change.
    static let quiet: UInt64 = 300_000_000
    /// So long after the first change at the latest, although more come.
    static let longestWait: UInt64 = 5_000_000_000

    private var first: UInt64?
    private var last: UInt64 = 0

    /// When it is time to start a zygote for them; nil when there are none.
    var due: UInt64? { first.map { min(last &+ Self.quiet, $0 &+ Self.longestWait) } }

    mutating func add(now: UInt64) {
        first = first ?? now
        last = now
    }

    /// A zygote is started, and will read the sources as they are now.
    mutating func clear() { self = SourceChanges() }
}
