/// The router's decision: how one call runs, and why so.
public struct Route: Sendable, Hashable {
    /// Who runs the program.
    public enum Implementation: String, Sendable, Hashable {
        /// DSPy, in a worker of a pool.
        case python
    }

    /// Who runs the program.
    public var implementation: Implementation
    /// The pool whose worker runs it.
    public var pool: String
    /// The model that is asked.
    public var model: String
    /// How long the call may take.
    public var timeout: Duration
    /// Why this route, in words.
    public var reason: String

    /// Makes a route.
    public init(implementation: Implementation, pool: String, model: String, timeout: Duration, reason: String) {
        self.implementation = implementation
        self.pool = pool
        self.model = model
        self.timeout = timeout
        self.reason = reason
    }
}

extension Route: CustomStringConvertible {
    /// Implementation and pool, as in `python/general`.
    public var description: String { "\(implementation.rawValue)/\(pool)" }
}
