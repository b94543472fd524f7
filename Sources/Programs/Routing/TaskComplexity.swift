/// How much a call asks of a program, as far as its caller knows.
public enum TaskComplexity: String, Sendable, Hashable, CaseIterable {
    /// One short answer to one short question.
    case low
    /// The ordinary case.
    case medium
    /// Many steps, documents or options.
    case high
    /// Far more than usual.
    case veryHigh
}

extension TaskComplexity {
    /// How much longer than usual such a call takes.
    var durationFactor: Double {
        switch self {
        case .low: 0.5
        case .medium: 1
        case .high: 2
        case .veryHigh: 5
        }
    }
}
