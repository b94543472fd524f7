/// Which of the workers that have room serves a call.
///
/// A call that names its worker (``CallOptions/worker``), or comes through a lease, goes there whatever the strategy.
public struct CheckoutStrategy: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case leastOutstanding
        case roundRobin
        case hash(bound: Double)
    }

    let kind: Kind

    /// The worker with the fewest calls in flight; among equals the one that worked last, whose caches are warm. The default.
    public static let leastOutstanding = CheckoutStrategy(kind: .leastOutstanding)

    /// Each worker in turn, so that all of them wear evenly.
    public static let roundRobin = CheckoutStrategy(kind: .roundRobin)

    /// The worker that a call's ``CallOptions/affinity`` falls to (rendezvous hashing: when workers come and go few affinities move), or the
    /// next in that affinity's order when it has no room or more than its share of the load. Calls without an affinity go to the worker
    /// with the fewest.
    ///
    /// - Parameter bound: the share: so many times the mean number of calls in flight on a worker. At least 1; default 1.25.
    public static func hash(bound: Double = 1.25) -> CheckoutStrategy { CheckoutStrategy(kind: .hash(bound: bound)) }
}
