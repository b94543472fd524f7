/// How often workers die before they are ready, and how long the pool holds still for it: three such deaths within five seconds hold it for
/// a second, and each death after that for twice as long as before, a minute at most.
struct StartIntensity: Sendable, Equatable {
    static let most = 3
    static let window: UInt64 = 5_000_000_000
    static let firstHold: UInt64 = 1_000_000_000
    static let longestHold: UInt64 = 60_000_000_000

    /// When the last ones died.
    private var failures: [UInt64] = []
    /// How often the pool has been held since a worker was ready.
    private(set) var holds = 0
    /// No worker is started before this.
    private(set) var heldUntil: UInt64?
    /// Deaths before "ready" since a worker was ready.
    private(set) var inARow = 0

    /// Whether starts are on probation: one at a time, until one succeeds.
    var isProbing: Bool { holds > 0 }

    /// A worker, or the zygote, has died before it was ready.
    ///
    /// - Returns: whether that begins a hold.
    mutating func failed(now: UInt64) -> Bool {
        inARow += 1
        failures.append(now)
        failures.removeAll { $0 &+ Self.window < now }
        guard holds > 0 || failures.count >= Self.most else { return false }
        // Those that were on their way when the hold began do not lengthen it.
        if let heldUntil, now < heldUntil { return false }
        heldUntil = now &+ min(Self.firstHold << min(UInt64(holds), 16), Self.longestHold)
        holds += 1
        return true
    }

    /// A worker is ready.
    mutating func succeeded() { self = StartIntensity() }

    func isHolding(_ now: UInt64) -> Bool { heldUntil.map { now < $0 } ?? false }

    /// The hold has passed: one start is tried.
    mutating func release(now: UInt64) -> Bool {
        guard let heldUntil, heldUntil <= now else { return false }
        self.heldUntil = nil
        return true
    }
}
