/// Between which bounds the mean score lies that would be found on ever more data of the same kind, with a confidence of 95 %.
public struct ConfidenceInterval: Sendable, Hashable {
    /// How the bounds were found.
    public enum Method: String, Sendable, Hashable {
        /// Wilson's interval for a share, when every score is 0 or 1. It is honest for few examples, and for shares near 0 and 1.
        case wilson
        /// The middle 95 % of the means of 2,000 samples that are drawn from the scores, for other scores. The same scores give the same
        /// bounds.
        case bootstrap
    }

    /// The lower bound.
    public var lower: Double
    /// The upper bound.
    public var upper: Double
    /// How they were found.
    public var method: Method

    /// Finds the interval of scores; nil when there are none.
    public init?(scores: [Double]) {
        guard !scores.isEmpty else { return nil }
        if scores.allSatisfy({ $0 == 0 || $0 == 1 }) {
            self.init(successes: scores.reduce(0, +), of: Double(scores.count))
        } else {
            self.init(resampling: scores)
        }
    }

    private init(successes: Double, of count: Double) {
        let z = 1.959_963_984_540_054
        let share = successes / count
        let spread = z * z / count
        let center = (share + spread / 2) / (1 + spread)
        let half = z / (1 + spread) * (share * (1 - share) / count + spread / (4 * count)).squareRoot()
        // Rounding must not lift the lower bound of no successes, nor lower the upper one of nothing else.
        lower = successes == 0 ? 0 : max(0, center - half)
        upper = successes == count ? 1 : min(1, center + half)
        method = .wilson
    }

    private static let samples = 2_000

    private init(resampling scores: [Double]) {
        var generator = SplitMix(state: UInt64(scores.count))
        var means: [Double] = []
        means.reserveCapacity(Self.samples)
        for _ in 0..<Self.samples {
            var sum = 0.0
            for _ in scores.indices { sum += scores[Int(generator.next(below: UInt64(scores.count)))] }
            means.append(sum / Double(scores.count))
        }
        means.sort()
        lower = means[Self.samples * 25 / 1000]
        upper = means[Self.samples * 975 / 1000 - 1]
        method = .bootstrap
    }
}

/// SplitMix64: the same numbers on every machine, so that an interval can be compared with the last one.
private struct SplitMix {
    var state: UInt64

    mutating func next(below bound: UInt64) -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        mixed ^= mixed >> 31
        return mixed.multipliedFullWidth(by: bound).high
    }
}
