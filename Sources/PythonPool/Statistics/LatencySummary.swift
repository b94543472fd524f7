/// How long something took, over all that was counted. Percentiles are within 1.6 % of the truth.
public struct LatencySummary: Sendable, Hashable {
    /// How many times it was measured.
    public var count: UInt64
    /// The mean; 0 when nothing was measured.
    public var mean: Duration
    /// Half of them took no longer.
    public var p50: Duration
    /// Nine of ten took no longer.
    public var p90: Duration
    /// 99 of a hundred took no longer.
    public var p99: Duration
    /// 999 of a thousand took no longer.
    public var p999: Duration
    /// The longest.
    public var maximum: Duration
}
