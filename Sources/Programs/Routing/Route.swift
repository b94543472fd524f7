/// The router's decision: how one call runs, and why so.
public struct Route: Sendable, Hashable {
    /// Who runs the program.
    public enum Implementation: String, Sendable, Hashable, CaseIterable {
        /// Swift, in this process.
        case native
        /// DSPy, in a worker of a pool.
        case python
    }

    /// The program that runs.
    public var kind: ProgramKind
    /// Who runs the program.
    public var implementation: Implementation
    /// The type that runs it, as in `dspy.Predict`; empty when the route was made by hand.
    public var modulePath: String
    /// The pool whose worker runs it; nil when Swift does.
    public var pool: String?
    /// The model that is asked.
    public var model: String
    /// How long the call may take, a fallback's second attempt included.
    public var timeout: Duration
    /// How clear the choice was, 0…1: 1 when there was none, 0 when both were equally good. The margin of the chosen candidate's
    /// score over the other's, in units of the 50 points that each begins with; 0 for a lower score that is explored.
    public internal(set) var confidence: Double
    /// Every way there was to run the call, with its score. Empty when the route was made by hand.
    public internal(set) var candidates: [RouteCandidate]
    /// Whether the call does no harm when it is made again after it may have acted.
    var isRepeatable: Bool
    var grounds: [RouteGround]

    /// Makes a route by hand, for tests and for other routers.
    public init(
        kind: ProgramKind = .predict, implementation: Implementation, pool: String?, model: String, timeout: Duration,
        reason: String
    ) {
        self.init(
            kind: kind, implementation: implementation, modulePath: "", pool: pool, model: model, timeout: timeout,
            confidence: 1, candidates: [], isRepeatable: true, grounds: [.stated(reason)])
    }

    init(
        kind: ProgramKind, implementation: Implementation, modulePath: String, pool: String?, model: String,
        timeout: Duration, confidence: Double, candidates: [RouteCandidate], isRepeatable: Bool,
        grounds: [RouteGround]
    ) {
        self.kind = kind
        self.implementation = implementation
        self.modulePath = modulePath
        self.pool = pool
        self.model = model
        self.timeout = timeout
        self.confidence = confidence
        self.candidates = candidates
        self.isRepeatable = isRepeatable
        self.grounds = grounds
    }

    /// Why this route, in words.
    public var reason: String { grounds.map(\.description).joined(separator: "; ") }

    /// The candidates that were not chosen.
    public var alternatives: [RouteCandidate] { candidates.filter { $0.implementation != implementation } }

    /// Whether the caller left no choice.
    public var isForced: Bool { grounds.contains { if case .forced = $0 { true } else { false } } }

    /// Whether the lower score was chosen, to learn from it.
    public var isExploration: Bool { grounds.contains { if case .explored = $0 { true } else { false } } }

    /// Whether the other implementation had failed before.
    public var isFallback: Bool { grounds.contains { if case .fellBack = $0 { true } else { false } } }
}

extension Route: CustomStringConvertible {
    /// Implementation and pool, as in `python/general`; `native` has none.
    public var description: String { implementation.path(pool) }
}

extension Route.Implementation {
    /// The side that this one is not.
    var other: Route.Implementation {
        switch self {
        case .native: .python
        case .python: .native
        }
    }

    /// `python/general`, `native`.
    func path(_ pool: String?) -> String { pool.map { "\(rawValue)/\($0)" } ?? rawValue }

    /// The language.
    var name: String {
        switch self {
        case .native: "Swift"
        case .python: "Python"
        }
    }
}
