/// One line of a candidate's score: what was weighed, the points it gave, and why.
public struct RouteContribution: Sendable, Hashable {
    /// What was found, and what it was measured against.
    public enum Evidence: Sendable, Hashable {
        /// Every candidate begins with the same points.
        case start
        /// The share of successes among the last calls, and how many those are.
        case successRate(Double, of: Int)
        /// What a success takes here and at the other candidate, on average.
        case duration(own: Duration, other: Duration)
        /// A required capability, and whether it is there.
        case capability(ProgramCapabilities, isMet: Bool)
        /// What a call is thought to take, and what the caller would like it to take at most.
        case latency(expected: Duration, limit: Duration)
        /// How much the call asks of the program.
        case complexity(TaskComplexity)
        /// How much of a pool's capacity is taken, 0…1.
        case load(pool: String, Double)
    }

    /// What was found.
    public var evidence: Evidence
    /// What it adds to the score, or takes from it.
    public var points: Double

    /// Makes a contribution.
    public init(_ evidence: Evidence, points: Double) {
        self.evidence = evidence
        self.points = points
    }

    /// What was weighed, in a word or two.
    public var what: String {
        switch evidence {
        case .start: "start"
        case .successRate: "success rate"
        case .duration: "duration"
        case .capability(let capability, _): "\(capability)"
        case .latency: "latency"
        case .complexity: "complexity"
        case .load: "load"
        }
    }

    /// Why it gave these points.
    public var why: String {
        switch evidence {
        case .start: "what every candidate begins with"
        case .successRate(let rate, let count): "\(rate.percent) of the last \(count) calls succeeded"
        case .duration(let own, let other): "\(own.inSeconds) on average, the other \(other.inSeconds)"
        case .capability(_, let isMet): isMet ? "required, and there" : "required, but not there"
        case .latency(let expected, let limit):
            "\(expected.inSeconds) expected, \(limit.inSeconds) wanted at most"
        case .complexity(let complexity): "the call's complexity is \(complexity.rawValue)"
        case .load(let pool, let load): "the pool '\(pool)' is \(load.percent) busy"
        }
    }
}

extension Double {
    /// `0.953` as `95 %`; for shares, which are 0…1.
    var percent: String { "\(Int((Swift.min(Swift.max(self, 0), 1) * 100).rounded())) %" }
}
