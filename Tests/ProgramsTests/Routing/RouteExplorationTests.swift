import Programs
import Testing

@Suite struct RouteExplorationTests {
    private func explored(_ router: Router, _ request: Router.Request, of count: Int = 10_000) throws -> Int {
        try (0..<count).count { _ in try router.route(request).isExploration }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `one in ten calls that may be repeated explores`(seed: UInt64) throws {
        let share = try explored(.sample(seed: seed), .init(kind: .predict, isIdempotent: true))
        #expect((900...1_100).contains(share))
    }

    @Test func `the same seed explores the same calls`() throws {
        let request = Router.Request(kind: .predict, isIdempotent: true)
        let runs = try (0..<2).map { _ in
            let router = Router.sample(seed: 7)
            return try (0..<500).map { _ in try router.route(request).implementation }
        }
        #expect(runs[0] == runs[1])
        #expect(Set(runs[0]) == [.native, .python])
    }

    @Test(arguments: [0, 0.5, 1]) func `the share can be set`(share: Double) throws {
        var router = Router.sample()
        router.explorationShare = share
        let found = try explored(router, .init(kind: .predict, isIdempotent: true), of: 2_000)
        #expect(abs(Double(found) / 2_000 - share) < 0.05)
    }

    @Test(arguments: [
        Router.Request(kind: .predict), .init(kind: .chainOfThought, isIdempotent: true),
        .init(kind: .predict, implementation: .native, isIdempotent: true),
        .init(kind: .predict, pool: "general", isIdempotent: true),
    ])
    func `a call that may not be repeated, has no choice or was decided by its caller never explores`(
        request: Router.Request
    ) throws {
        var router = Router.sample()
        router.explorationShare = 1
        #expect(try explored(router, request, of: 100) == 0)
    }

    @Test func `who lacks a required capability is not explored`() throws {
        var router = Router.sample(.twins(native: [.streaming], python: [.streaming, .tools]))
        router.explorationShare = 1
        let tools = Router.Request(kind: .predict, requirements: .init(.tools), isIdempotent: true)
        #expect(try explored(router, tools, of: 100) == 0)
        let streaming = Router.Request(kind: .predict, requirements: .init(.streaming), isIdempotent: true)
        #expect(try explored(router, streaming, of: 100) == 100)
    }

    @Test func `an explored route says so, and is not confident`() throws {
        var router = Router.sample()
        router.explorationShare = 1
        let route = try router.route(.init(kind: .predict, isIdempotent: true))
        #expect(route.implementation == .python)
        #expect(route.isExploration)
        #expect(route.confidence == 0)
        #expect(route.pool == "general")
        #expect(route.reason.hasPrefix("Python is tried to learn from it, as are 100 % of the calls"))
    }

    @Test func `a side that has recovered is found again`() throws {
        let router = Router.sample(seed: 42)
        router.remember(100, by: .native, succeeded: false)
        router.remember(100, by: .python, .seconds(2))
        let request = Router.Request(kind: .predict, isIdempotent: true)
        var last: [Route.Implementation] = []
        for _ in 0..<2_000 {
            let route = try router.route(request)
            let time: Duration = route.implementation == .native ? .seconds(1) : .seconds(2)
            router.record(route, duration: time)
            last.append(route.implementation)
        }
        #expect(last.prefix(100).count { $0 == .native } < 30)
        #expect(last.suffix(100).count { $0 == .native } > 70)
    }
}
