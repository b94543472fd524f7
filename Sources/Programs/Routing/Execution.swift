/// How a call was run, for logs, metrics and the metadata of results.
public struct Execution: Sendable, Hashable {
    /// Who ran it.
    public var implementation: Route.Implementation
    /// The pool whose worker ran it; nil when Swift did.
    public var pool: String?
    /// How long it took, a failed first attempt included.
    public var duration: Duration
    /// Whether the other implementation had failed before.
    public var fallbackUsed: Bool

    /// What running a route came to.
    public init(_ route: Route, duration: Duration) {
        implementation = route.implementation
        pool = route.pool
        self.duration = duration
        fallbackUsed = route.isFallback
    }

    /// Implementation and pool, as in `python/general`; `native` has none.
    public var path: String { implementation.path(pool) }
}
