import Programs
import Testing

/// The pool and the time of a call.
@Suite struct RoutePlaceTests {
    @Test(arguments: [
        ("MIPROv2", "optimizer"), ("COPRO", "optimizer"), ("BootstrapFewShot", "optimizer"), ("SIMBA", "optimizer"),
        ("GEPA", "optimizer"), ("KNNFewShot", "optimizer"), ("ProgramOfThought", "optimizer"), ("ColBERTv2", "neural"),
        ("Embeddings", "neural"), ("Embedder", "neural"), ("Predict", "general"), ("ChainOfThought", "general"),
        ("ReAct", "general"), ("Retrieve", "general"), ("BestOfN", "general"),
    ])
    func `a program goes to the pool of its kind`(name: String, pool: String) throws {
        let route = try Router.sample(.inPython).route(.init(kind: ProgramKind(name)))
        #expect(route.description == "python/\(pool)")
        #expect(route.modulePath == "dspy.\(name)")
        let reason = pool == "general" ? "'general' serves programs" : "'\(pool)' serves \(name)"
        #expect(route.reason.contains(reason))
    }

    @Test(arguments: [
        ("MIPRO", "optimizer"), ("BootstrapRS", "optimizer"), ("CohereRerank", "neural"), ("LocalEmbedder", "neural"),
        ("MyColBERT", "neural"), ("Summarise", "general"),
    ])
    func `a program that is only known by name is placed by it`(name: String, pool: String) throws {
        var registry = ProgramRegistry.inPython
        registry.registerPython(ProgramKind(name), path: "app.\(name)")
        #expect(try Router.sample(registry).route(.init(kind: ProgramKind(name))).pool == pool)
    }

    @Test func `the default pool serves when the right one is not configured, and the reason says so`() throws {
        let route = try Router.sample(.inPython, pools: ["general"]).route(.init(kind: "ColBERTv2"))
        #expect(route.pool == "general")
        #expect(route.reason.contains("there is no pool 'neural', so 'general' serves"))
    }

    @Test func `the default pool has the name that the router gives it`() throws {
        var router = Router.sample(.inPython, pools: ["general", "own"])
        router.defaultPool = "own"
        #expect(try router.route(.init(kind: .predict)).pool == "own")
    }

    @Test func `the program's own pool wins`() throws {
        let route = try Router.sample(.inPython).route(.init(kind: "MIPROv2", pool: "general"))
        #expect(route.pool == "general")
        #expect(route.reason.contains("the program names the pool 'general'"))
    }

    @Test(arguments: [
        ("MIPROv2", TaskComplexity.medium, 0, 360.0), ("MIPROv2", .low, 1_000, 180), ("MIPROv2", .medium, 1_001, 540),
        ("MIPROv2", .high, 10_000, 1_080), ("MIPROv2", .veryHigh, 10_001, 5_400), ("Predict", .medium, 0, 120),
        ("Predict", .veryHigh, 1_000_000, 120), ("ProgramOfThought", .veryHigh, 10_001, 180),
    ])
    func `the timeout follows the estimate, but never falls below the default`(
        name: String, complexity: TaskComplexity, size: Int, seconds: Double
    ) throws {
        let route = try Router.sample(.inPython).route(
            .init(kind: ProgramKind(name), complexity: complexity, inputSize: size))
        #expect(abs(route.timeout / .seconds(1) - seconds) < 1e-6)
        #expect(route.reason.contains("as its estimate is long") == (seconds > 120))
    }

    @Test func `the program's own timeout wins in both directions`() throws {
        let router = Router.sample(.inPython)
        #expect(try router.route(.init(kind: "MIPROv2", timeout: .seconds(5))).timeout == .seconds(5))
        #expect(try router.route(.init(kind: .predict, timeout: .seconds(500))).timeout == .seconds(500))
    }

    @Test(arguments: [Duration.seconds(Int64.max), .seconds(-5), .zero])
    func `a nonsensical estimate gives a timeout all the same`(estimate: Duration) throws {
        let entry = ProgramEntry("X", .prediction, python: .init("app.X"), estimatedDuration: estimate)
        let route = try Router.sample(ProgramRegistry([entry])).route(
            .init(kind: "X", complexity: .veryHigh, inputSize: .max))
        #expect(route.timeout >= .seconds(120))
        #expect(route.timeout < .seconds(86_400 * 18 + 1))
        #expect(
            try Router.sample(ProgramRegistry([entry])).route(.init(kind: "X", inputSize: -1)).timeout >= .seconds(120))
    }
}
