extension ProgramRuntime {
    /// Runs a program that is made of others: gives it its time, tells the router how it went, and counts what all of it took.
    ///
    /// - Parameters:
    ///   - request: Asks for Swift, as the body is.
    ///   - body: Gets the route, and when it must be over.
    func compose(
        _ request: Router.Request, deadline: ContinuousClock.Instant?,
        _ body: (Route, ContinuousClock.Instant) async throws -> Prediction
    ) async throws -> Prediction {
        let start = ContinuousClock.now
        let route: Route
        do { route = try router.route(request) } catch { throw ProgramError.route(error) }
        let latest = min(deadline ?? start + route.timeout, start + route.timeout)
        let scope = CallScope.inner()
        do {
            var prediction = scope.ledger.charged(
                to: try await scope.run { try await body(route, latest) }, since: start)
            prediction.route = route
            router.record(route, duration: prediction.duration)
            return prediction
        } catch {
            router.record(route, duration: ContinuousClock.now - start, failure: error)
            throw error
        }
    }
}
