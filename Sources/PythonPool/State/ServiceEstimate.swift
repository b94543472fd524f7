/// How long a call is served, as far as the last ones tell: a mean in which each call weighs a sixteenth.
struct ServiceEstimate: Sendable, Equatable {
    /// Fewer calls than this tell nothing.
    static let fewest = 20

    private var mean: UInt64 = 0
    private var calls = 0

    mutating func add(_ nanoseconds: UInt64) {
        if calls < 16 {
            calls += 1
            mean = (mean &* UInt64(calls - 1) &+ nanoseconds) / UInt64(calls)
        } else {
            if calls < Self.fewest { calls += 1 }
            mean = mean &- mean >> 4 &+ nanoseconds >> 4
        }
    }

    /// How long a call waits that comes when so many are ahead of it; nil while too little is known.
    func wait(ahead: Int, slots: Int) -> UInt64? {
        guard calls >= Self.fewest, slots > 0 else { return nil }
        let (wait, overflow) = mean.multipliedReportingOverflow(by: UInt64(ahead))
        return overflow ? nil : wait / UInt64(slots)
    }
}
