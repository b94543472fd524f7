import Programs
import Testing

@Suite struct RouteFallbackTests {
    private struct Unforeseen: Error {}

    @Test func `the other implementation takes over, with the same model and time`() throws {
        let router = Router.sample()
        let route = try router.route(.init(kind: .predict, model: "large", timeout: .seconds(9)))
        let next = try #require(router.fallback(after: Unforeseen(), from: route))
        #expect(next.description == "python/general")
        #expect(next.modulePath == "dspy.Predict")
        #expect(next.model == "large")
        #expect(next.timeout == .seconds(9))
        #expect(next.isFallback)
        #expect(next.alternatives.map(\.implementation) == [.native])
        #expect(
            next.reason
                == "Python takes over, as Swift failed (error); 'general' serves programs; the program names the model 'large'"
        )
    }

    @Test func `Swift takes over from Python, without a pool`() throws {
        let router = Router.sample()
        let route = try router.route(.init(kind: .predict, pool: "neural"))
        let next = try #require(router.fallback(after: Unforeseen(), from: route))
        #expect(next.description == "native")
        #expect(next.pool == nil)
        #expect(next.reason == "Swift takes over, as Python failed (error); 'small' is the default model")
    }

    @Test func `there is one fallback, not two`() throws {
        let router = Router.sample()
        let next = try #require(
            router.fallback(after: Unforeseen(), from: try router.route(.init(kind: .predict))))
        #expect(router.fallback(after: Unforeseen(), from: next) == nil)
    }

    @Test(arguments: Route.Implementation.allCases)
    func `whoever insists on an implementation gets no other`(implementation: Route.Implementation) throws {
        let router = Router.sample()
        let route = try router.route(.init(kind: .predict, implementation: implementation))
        #expect(router.fallback(after: Unforeseen(), from: route) == nil)
    }

    @Test func `where there is only one implementation there is no fallback`() throws {
        let router = Router.sample()
        #expect(router.fallback(after: Unforeseen(), from: try router.route(.init(kind: .chainOfThought))) == nil)
        let withoutPools = Router.sample(pools: [])
        let route = try withoutPools.route(.init(kind: .predict))
        #expect(withoutPools.fallback(after: Unforeseen(), from: route) == nil)
    }

    @Test func `a cancelled call is not made again, and says nothing of who ran it`() throws {
        let router = Router.sample()
        let route = try router.route(.init(kind: .predict))
        #expect(router.fallback(after: CancellationError(), from: route) == nil)
        router.record(route, duration: .seconds(1), failure: CancellationError())
        #expect(router.tracker.record(of: .predict, by: .native).count == 0)
    }

    @Test func `tools are not set to work twice, unless that does no harm`() throws {
        let router = Router.sample(.twins(native: .tools, python: .tools))
        let route = try router.route(.init(kind: .predict))
        #expect(router.fallback(after: Unforeseen(), from: route) == nil)
        let harmless = try router.route(.init(kind: .predict, isIdempotent: true))
        #expect(router.fallback(after: Unforeseen(), from: harmless) != nil)
    }

    @Test func `the outcome of a route is remembered with who ran it`() throws {
        let router = Router.sample()
        let route = try router.route(.init(kind: .predict))
        for _ in 0..<4 { router.record(route, duration: .seconds(2)) }
        router.record(route, duration: .seconds(60), failure: Unforeseen())
        router.record(route, duration: .seconds(2))
        let record = router.tracker.record(of: .predict, by: .native)
        #expect(record.count == 6)
        #expect(record.successes == 5)
        #expect(record.meanDuration == .seconds(2))
        #expect(router.tracker.record(of: .predict, by: .python).count == 0)
    }

    @Test func `an execution tells path, pool, time and fallback`() throws {
        let router = Router.sample()
        let route = try router.route(.init(kind: .predict))
        let first = Execution(route, duration: .seconds(1))
        #expect(first.path == "native")
        #expect(first.pool == nil)
        #expect(!first.fallbackUsed)
        let next = try #require(router.fallback(after: Unforeseen(), from: route))
        let second = Execution(next, duration: .seconds(3))
        #expect(second.path == "python/general")
        #expect(second.pool == "general")
        #expect(second.duration == .seconds(3))
        #expect(second.fallbackUsed)
    }
}
