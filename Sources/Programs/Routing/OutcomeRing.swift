/// The last outcomes of one implementation, the sums over them, and their 95th percentile.
struct OutcomeRing {
    /// How many outcomes are remembered.
    static let capacity = 100
    /// What one call is taken for at most, eleven days: a hundred of them fit into the sum.
    private static let longest: Int64 = 1_000_000_000_000_000

    /// The sums.
    private(set) var record = RouteRecord()
    /// Nanoseconds of successes; those of failures are negative.
    private var outcomes = [Int64]()
    private var next = 0
    private var knownPercentile: Duration?

    /// Takes an outcome in, and the oldest out when there are too many.
    mutating func append(_ duration: Duration, succeeded: Bool) {
        let outcome = succeeded ? Self.nanoseconds(duration) : -1
        if outcomes.count < Self.capacity {
            outcomes.append(outcome)
            record.count += 1
        } else {
            record.count(outcomes[next], by: -1)
            outcomes[next] = outcome
            next = (next + 1) % Self.capacity
        }
        record.count(outcome, by: 1)
        knownPercentile = nil
    }

    /// What 95 of 100 successes take at most, by nearest rank; nil while the sample is too small. Found when it is asked for, and
    /// kept until the next outcome.
    mutating func percentile95() -> Duration? {
        guard record.successes >= RouteRecord.minimumSample else { return nil }
        if let knownPercentile { return knownPercentile }
        let sorted = outcomes.filter { $0 >= 0 }.sorted()
        let found = Duration.nanoseconds(sorted[(sorted.count * 95 + 99) / 100 - 1])
        knownPercentile = found
        return found
    }

    private static func nanoseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        guard seconds < longest / 1_000_000_000 else { return longest }
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}

extension RouteRecord {
    fileprivate mutating func count(_ outcome: Int64, by sign: Int) {
        guard outcome >= 0 else { return }
        successes += sign
        nanoseconds += outcome * Int64(sign)
    }
}
