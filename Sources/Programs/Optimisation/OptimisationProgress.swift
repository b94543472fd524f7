internal import Marshalling

/// Something that an optimiser has done.
public struct OptimisationProgress: Sendable, Hashable {
    /// What it was.
    public enum Event: String, Sendable, Hashable {
        /// An example was scored: ``score``.
        case metric
        /// A candidate was evaluated: ``candidateScore``.
        case evaluation
        /// DSPy printed a line: ``line``.
        case log
    }

    /// What it was.
    public var event: Event
    /// `baseline`, `optimisation` or `result`.
    public var phase: String
    /// How many examples were scored in this phase.
    public var step: Int
    /// Of how many; nil when nobody knows.
    public var total: Int?
    /// The last score of the metric, in its own unit.
    public var score: Double?
    /// How many candidates were evaluated in this phase.
    public var candidate: Int
    /// The mean score of the last one.
    public var candidateScore: Double?
    /// The best of these. Candidates are evaluated on more examples and fewer, so it is a hint.
    public var best: Double?
    /// How often models were asked.
    public var modelCalls: Int
    /// What was printed.
    public var line: String?

    /// Reads what `dspex_worker.observation.Observer` tells; nil for something else.
    init?(_ value: PythonValue) {
        guard let event = value["event"]?.string.flatMap(Event.init) else { return nil }
        self.event = event
        phase = value["phase"]?.string ?? ""
        step = value["step"]?.int ?? 0
        total = value["total"]?.int
        score = value["score"]?.double
        candidate = value["candidate"]?.int ?? 0
        candidateScore = value["candidate_score"]?.double.map { $0 / 100 }
        best = value["best"]?.double.map { $0 / 100 }
        modelCalls = value["lm_calls"]?.int ?? 0
        line = value["line"]?.string
    }
}
