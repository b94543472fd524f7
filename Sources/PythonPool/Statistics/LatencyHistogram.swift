/// How long things took, in buckets that grow with the time: each time is known within 1.6 %, from a nanosecond to more than an hour, in
/// 10 KB. Recording costs a few nanoseconds and allocates nothing.
struct LatencyHistogram: Sendable {
    /// Buckets for each doubling of the time, as a power of two.
    private static let precision = 5
    private static let doublings = 42

    private var buckets = [UInt64](repeating: 0, count: (doublings - precision + 1) << precision)
    private(set) var count: UInt64 = 0
    private var sum: UInt64 = 0
    private var largest: UInt64 = 0

    mutating func record(_ nanoseconds: UInt64) {
        buckets[min(Self.bucket(of: nanoseconds), buckets.count - 1)] += 1
        count += 1
        sum &+= nanoseconds
        if nanoseconds > largest { largest = nanoseconds }
    }

    /// Times below `1 << precision` have buckets of their own; those above share one with the times that agree in their first
    /// `precision + 1` bits.
    private static func bucket(of nanoseconds: UInt64) -> Int {
        guard nanoseconds >> UInt64(precision) > 0 else { return Int(nanoseconds) }
        let shift = 63 - nanoseconds.leadingZeroBitCount - precision
        return shift << precision + Int(nanoseconds >> UInt64(shift))
    }

    /// The middle of what falls into a bucket.
    private static func time(of bucket: Int) -> UInt64 {
        guard bucket >> precision > 0 else { return UInt64(bucket) }
        let shift = bucket >> precision - 1
        let first = UInt64(bucket - shift << precision) << UInt64(shift)
        return first + (UInt64(1) << UInt64(shift)) / 2
    }

    /// The times that so many of each thousand did not exceed, for shares that rise.
    func quantiles(perMille shares: [Int]) -> [UInt64] {
        var result: [UInt64] = []
        var passed: UInt64 = 0
        var bucket = 0
        for share in shares {
            let wanted = max(1, (count * UInt64(share) + 999) / 1000)
            while bucket < buckets.count, passed + buckets[bucket] < wanted {
                passed += buckets[bucket]
                bucket += 1
            }
            result.append(count == 0 ? 0 : min(largest, Self.time(of: min(bucket, buckets.count - 1))))
        }
        return result
    }

    var summary: LatencySummary {
        let times = quantiles(perMille: [500, 900, 990, 999]).map { Duration.nanoseconds(Int64(clamping: $0)) }
        return LatencySummary(
            count: count, mean: .nanoseconds(Int64(clamping: count == 0 ? 0 : sum / count)), p50: times[0],
            p90: times[1], p99: times[2], p999: times[3], maximum: .nanoseconds(Int64(clamping: largest)))
    }
}
