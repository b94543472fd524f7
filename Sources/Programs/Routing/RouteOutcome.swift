/// How one call went that a router had sent its way.
public struct RouteOutcome: Sendable, Hashable {
    /// The program that ran.
    public var kind: ProgramKind
    /// Who ran it.
    public var implementation: Route.Implementation
    /// How long it took.
    public var duration: Duration
    /// Whether it gave an answer.
    public var succeeded: Bool

    /// Makes an outcome.
    public init(
        _ kind: ProgramKind, _ implementation: Route.Implementation, duration: Duration, succeeded: Bool = true
    ) {
        self.kind = kind
        self.implementation = implementation
        self.duration = duration
        self.succeeded = succeeded
    }
}
