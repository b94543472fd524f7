/// How one implementation of a program did lately, in sums that cost nothing to keep.
public struct RouteRecord: Sendable, Hashable {
    /// How many outcomes must be known before a figure drawn from them counts.
    public static let minimumSample = 5

    /// The outcomes that are remembered.
    public internal(set) var count = 0
    /// Those that were successes.
    public internal(set) var successes = 0
    /// What the successes took together, in nanoseconds.
    var nanoseconds: Int64 = 0

    /// The share of successes, 0…1; nil while fewer than ``minimumSample`` outcomes are known.
    public var successRate: Double? {
        count >= Self.minimumSample ? Double(successes) / Double(count) : nil
    }

    /// What a success takes on average; nil while fewer than ``minimumSample`` successes are known.
    public var meanDuration: Duration? {
        successes >= Self.minimumSample ? .nanoseconds(nanoseconds / Int64(successes)) : nil
    }
}
