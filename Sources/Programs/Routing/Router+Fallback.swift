extension Router {
    /// What to try after a route has failed: the other implementation, with the same model, when that may do better.
    ///
    /// The first attempt's time counts: the call as a whole ends at the route's timeout, by the clock that ran from its start.
    ///
    /// - Returns: Nil when the caller insisted on the route, when there is no other implementation or it has failed already, when the
    ///   other would fail likewise (inputs that do not fit, a model that refuses, an answer that cannot be read), when there is no time
    ///   or no wish left (deadline, cancellation), and when tools may have acted in a call that is not idempotent.
    public func fallback(after error: any Error, from route: Route) -> Route? {
        guard !route.isForced, !route.isFallback,
            let other = route.candidates.first(where: { $0.implementation != route.implementation })
        else { return nil }
        let failure = RouteFailure(error)
        guard failure.mayOtherSucceed, route.isRepeatable || !failure.mayHaveActed else { return nil }

        var next = route
        next.implementation = other.implementation
        next.modulePath = other.modulePath
        next.pool = other.pool
        next.confidence = 1
        next.grounds = [.fellBack(from: route.implementation, failure: failure.label)]
        if let poolGround = other.poolGround { next.grounds.append(poolGround) }
        next.grounds += route.grounds.filter(\.isOfCall)
        return next
    }
}

extension RouteGround {
    /// Whether it holds for the call whoever runs it.
    fileprivate var isOfCall: Bool {
        switch self {
        case .modelNamed, .defaultModel, .timeoutEstimated: true
        default: false
        }
    }
}
