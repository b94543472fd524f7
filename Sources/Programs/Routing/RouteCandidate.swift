/// One way to run a call: who, where, and the points that speak for it.
public struct RouteCandidate: Sendable, Hashable {
    /// Who would run it.
    public internal(set) var implementation: Route.Implementation
    /// The type that would run it; see ``ProgramImplementation/path``.
    public internal(set) var modulePath: String
    /// The pool whose worker would run it; nil in Swift.
    public internal(set) var pool: String?
    /// What the implementation can do.
    public internal(set) var capabilities: ProgramCapabilities
    /// What the score is made of, the starting points first.
    public internal(set) var contributions: [RouteContribution]
    /// The sum of all contributions.
    public internal(set) var score: Double
    /// Why this pool.
    var poolGround: RouteGround?
}

extension RouteCandidate: CustomStringConvertible {
    /// Implementation and pool, as in `python/general`; `native` has none.
    public var description: String { implementation.path(pool) }
}
