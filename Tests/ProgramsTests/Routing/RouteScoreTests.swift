import Programs
import Testing

@Suite struct RouteScoreTests {
    @Test func `every candidate begins with fifty points`() throws {
        let route = try Router.sample().route(.init(kind: .predict))
        #expect(route.points("start", .native) == 50)
        #expect(route.points("start", .python) == 50)
    }

    @Test(arguments: [(10, 0, 20.0), (9, 1, 16), (5, 5, 0), (0, 10, -20), (3, 2, 4)])
    func `the success rate weighs up to twenty points`(good: Int, bad: Int, points: Double) throws {
        let router = Router.sample()
        router.remember(good, by: .python)
        router.remember(bad, by: .python, succeeded: false)
        let route = try router.route(.init(kind: .predict))
        let found = try #require(route.points("success rate", .python))
        #expect(abs(found - points) < 1e-9)
        #expect(route.points("success rate", .native) == nil)
    }

    @Test func `fewer than five outcomes weigh nothing`() throws {
        let router = Router.sample()
        router.remember(4, by: .python)
        #expect(try router.route(.init(kind: .predict)).points("success rate", .python) == nil)
        router.remember(1, by: .python)
        #expect(try router.route(.init(kind: .predict)).points("success rate", .python) == 20)
    }

    @Test func `the faster one gains what the slower one loses, up to ten points`() throws {
        let router = Router.sample()
        router.remember(5, by: .native, .seconds(1))
        #expect(try router.route(.init(kind: .predict)).points("duration", .native) == nil)
        router.remember(5, by: .python, .seconds(4))
        let route = try router.route(.init(kind: .predict))
        #expect(route.points("duration", .native) == 7.5)
        #expect(route.points("duration", .python) == -7.5)
    }

    @Test func `only the time of successes counts`() throws {
        let router = Router.sample()
        router.remember(5, by: .native, .seconds(1))
        router.remember(5, by: .python, .seconds(2))
        router.remember(50, by: .python, .seconds(600), succeeded: false)
        #expect(try router.route(.init(kind: .predict)).points("duration", .python) == -5)
    }

    @Test func `history changes the choice, and more of it changes it back`() throws {
        let router = Router.sample()
        #expect(try router.route(.init(kind: .predict)).implementation == .native)
        router.remember(5, by: .native, succeeded: false)
        #expect(try router.route(.init(kind: .predict)).implementation == .python)
        router.remember(100, by: .native, .milliseconds(1))
        #expect(try router.route(.init(kind: .predict)).implementation == .native)
    }

    @Test func `history of one program says nothing of another`() throws {
        var registry = ProgramRegistry.twins()
        registry.registerNative(.chainOfThought, path: "Programs.ChainOfThought")
        let router = Router.sample(registry)
        router.remember(10, by: .native, succeeded: false)
        let route = try router.route(.init(kind: .chainOfThought))
        #expect(route.points("success rate", .native) == nil)
        #expect(route.implementation == .native)
    }

    @Test func `requirements share twenty points`() throws {
        let router = Router.sample(
            .twins(native: [.structuredOutput], python: [.streaming, .structuredOutput, .tools]))
        let route = try router.route(
            .init(
                kind: .predict,
                requirements: .init([.streaming, .structuredOutput, .tools], latency: .milliseconds(1500))))
        for (what, native) in [("streaming", -5.0), ("structured output", 5), ("tools", -5), ("latency", 5)] {
            #expect(route.points(what, .native) == native)
            #expect(route.points(what, .python) == 5)
        }
        #expect(route.implementation == .python)
    }

    @Test(arguments: [
        (ProgramCapabilities.streaming, "streaming"), (.structuredOutput, "structured output"), (.tools, "tools"),
    ])
    func `a single requirement weighs twenty points and decides`(capability: ProgramCapabilities, name: String) throws {
        let router = Router.sample(.twins(native: [], python: capability))
        let route = try router.route(.init(kind: .predict, requirements: .init(capability)))
        #expect(route.points(name, .native) == -20)
        #expect(route.points(name, .python) == 20)
        #expect(route.implementation == .python)
    }

    @Test func `latency is measured against history, and against the estimate where there is none`() throws {
        let router = Router.sample()
        router.remember(5, by: .native, .seconds(3))
        let request = Router.Request(kind: .predict, requirements: .init(latency: .seconds(2)))
        let route = try router.route(request)
        // Predict is estimated at one second.
        #expect(route.points("latency", .native) == -20)
        #expect(route.points("latency", .python) == 20)
        var complex = request
        complex.complexity = .veryHigh
        #expect(try router.route(complex).points("latency", .python) == -20)
    }

    @Test(
        arguments: [
            (TaskComplexity.low, 10.0, -5.0), (.medium, nil, -5), (.high, nil, 10), (.veryHigh, nil, 10),
        ] as [(TaskComplexity, Double?, Double)])
    func `simple tasks speak for Swift, hard ones for Python`(
        complexity: TaskComplexity, native: Double?, python: Double
    ) throws {
        let route = try Router.sample().route(.init(kind: .predict, complexity: complexity))
        #expect(route.points("complexity", .native) == native)
        #expect(route.points("complexity", .python) == python)
        #expect(route.implementation == (python > 0 ? .python : .native))
    }

    @Test(arguments: [(0.5, -10.0), (1, -20), (7, -20), (0, nil), (-3, nil), (.nan, nil)] as [(Double, Double?)])
    func `a busy pool costs up to twenty points`(load: Double, points: Double?) throws {
        let router = Router.sample(loads: { $0 == "general" ? load : 0.9 })
        let route = try router.route(.init(kind: .predict, complexity: .high))
        #expect(route.points("load", .python) == points)
        #expect(route.points("load", .native) == nil)
        #expect(route.implementation == (load >= 0.5 ? .native : .python))
    }

    @Test func `confidence is the margin in units of the starting points`() throws {
        let router = Router.sample()
        router.remember(10, by: .native)
        #expect(try router.route(.init(kind: .predict)).confidence == 0.5)
        router.remember(10, by: .python, succeeded: false)
        let clear = try router.route(.init(kind: .predict))
        #expect(abs(clear.confidence - 0.9) < 1e-9)
        let clearer = try router.route(.init(kind: .predict, complexity: .low))
        #expect(clearer.confidence == 1)
    }

    @Test func `the chosen candidate has the top score, whatever is known`() throws {
        var generator = SeededGenerator(20_260)
        var chosen: [Route.Implementation: Int] = [:]
        for _ in 0..<2_000 {
            let capabilities = (0..<3).map { _ in ProgramCapabilities(rawValue: .random(in: 0...7, using: &generator)) }
            let load = Double.random(in: -0.5...2, using: &generator)
            let router = Router.sample(.twins(native: capabilities[0], python: capabilities[1]), loads: { _ in load })
            for side in Route.Implementation.allCases {
                router.remember(
                    .random(in: 0...12, using: &generator), by: side,
                    .milliseconds(.random(in: 0...5_000, using: &generator)))
                router.remember(.random(in: 0...12, using: &generator), by: side, succeeded: false)
            }
            let complexity = try #require(TaskComplexity.allCases.randomElement(using: &generator))
            let latency: Duration? = Bool.random(using: &generator) ? .milliseconds(1_200) : nil
            let route = try router.route(
                .init(
                    kind: .predict, requirements: .init(capabilities[2], latency: latency), complexity: complexity))
            let winner = try #require(route.candidates.first { $0.implementation == route.implementation })
            let loser = try #require(route.alternatives.first)
            #expect(winner.score >= loser.score)
            #expect(route.candidates.count == 2)
            for candidate in route.candidates {
                let sum = candidate.contributions.reduce(0) { $0 + $1.points }
                #expect(abs(candidate.score - sum) < 1e-9)
                #expect((-25...110).contains(candidate.score))
            }
            #expect(abs(route.confidence - min(1, (winner.score - loser.score) / 50)) < 1e-9)
            chosen[route.implementation, default: 0] += 1
        }
        #expect(chosen.values.allSatisfy { $0 > 200 } && chosen.count == 2)
    }
}
