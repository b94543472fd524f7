import Programs
import Testing

@Suite struct ProgramRegistryTests {
    @Test(arguments: [
        ("Predict", ProgramCategory.prediction, Duration.seconds(1)), ("ChainOfThought", .reasoning, .seconds(3)),
        ("ReAct", .reasoning, .seconds(5)), ("ProgramOfThought", .reasoning, .seconds(10)),
        ("MIPROv2", .optimization, .seconds(300)), ("ColBERTv2", .retrieval, .milliseconds(500)),
    ])
    func `DSPy's best-known classes are known from the start`(
        name: String, category: ProgramCategory, duration: Duration
    ) throws {
        let entry = try #require(ProgramRegistry.dspy[ProgramKind(name)])
        #expect(entry.category == category)
        #expect(entry.estimatedDuration == duration)
        #expect(entry.python?.path == "dspy.\(name)")
    }

    @Test func `what runs in Swift is known too`() {
        let native = ProgramRegistry.dspy.entries.filter { $0.native != nil }.map(\.kind.name)
        #expect(native.contains("Predict") && native.contains("ChainOfThought"))
        #expect(!native.contains("MIPROv2"))
    }

    @Test func `optimisers run in Python alone, in their pool`() {
        let optimizers = ProgramRegistry.dspy.entries(of: .optimization)
        #expect(optimizers.count >= 10)
        #expect(optimizers.allSatisfy { $0.implementations == [.python] && $0.pool == "optimizer" })
    }

    @Test func `entries are found by category and capability, in the order of their names`() {
        let names = { (entries: [ProgramEntry]) in entries.map(\.kind.name) }
        let registry = ProgramRegistry.dspy
        #expect(names(registry.entries(of: .retrieval)) == ["ColBERTv2", "Embedder", "Embeddings", "KNN", "Retrieve"])
        #expect(names(registry.entries(of: .reasoning, capableOf: [.streaming, .tools])) == ["ReAct"])
        #expect(names(registry.entries(of: nil, capableOf: .streaming)).contains("Predict"))
        #expect(registry.entries(of: nil).count == registry.entries.count)
    }

    @Test func `capabilities are those of one implementation, not of both together`() throws {
        let registry = ProgramRegistry.twins(native: .streaming, python: .tools)
        let both = registry.entries(of: .prediction, capableOf: [.streaming, .tools]).map(\.kind)
        #expect(!both.contains(.predict))
        #expect(try #require(registry[.predict]).capabilities == [.streaming, .tools])
    }

    @Test func `what Swift says it has is there beside Python's`() throws {
        var registry = ProgramRegistry.dspy
        registry.registerNative(.chainOfThought, path: "Programs.ChainOfThought", capabilities: .streaming)
        let entry = try #require(registry[.chainOfThought])
        #expect(entry.native == ProgramImplementation("Programs.ChainOfThought", capabilities: .streaming))
        #expect(entry.python?.path == "dspy.ChainOfThought")
        #expect(entry.category == .reasoning)
        #expect(entry.estimatedDuration == .seconds(3))
    }

    @Test func `what introspection finds is added, and what it does not tell is kept`() throws {
        var registry = ProgramRegistry.twins()
        registry.registerPython(.predict, path: "dspy.predict.predict.Predict")
        let predict = try #require(registry[.predict])
        #expect(predict.python?.path == "dspy.predict.predict.Predict")
        #expect(predict.python?.capabilities == [.streaming, .structuredOutput])
        #expect(predict.native?.path == "Programs.Predict")

        registry.registerPython(
            .predict, path: "app.Predict", category: .reasoning, capabilities: .tools, pool: "own",
            estimatedDuration: .seconds(9))
        let own = try #require(registry[.predict])
        #expect(own.category == .reasoning)
        #expect(own.python == ProgramImplementation("app.Predict", capabilities: .tools))
        #expect(own.pool == "own")
        #expect(own.estimatedDuration == .seconds(9))
        #expect(own.native?.path == "Programs.Predict")
    }

    @Test(
        arguments: [
            ("dspy.teleprompt.gepa.gepa.GEPA2", ProgramCategory.optimization, "optimizer", Duration.seconds(300)),
            ("dspy.retrievers.weaviate_rm.WeaviateRM", .retrieval, nil, .milliseconds(500)),
            ("dspy.predict.flex.flex.Flex", .prediction, nil, .seconds(1)),
            ("app.handlers.Reranker", .prediction, "neural", .seconds(1)),
        ] as [(String, ProgramCategory, String?, Duration)])
    func `a new program is placed by its path and name`(
        path: String, category: ProgramCategory, pool: String?, duration: Duration
    ) throws {
        let kind = ProgramKind(String(path.split(separator: ".").last ?? ""))
        var registry = ProgramRegistry([ProgramEntry]())
        registry.registerPython(kind, path: path)
        let entry = try #require(registry[kind])
        #expect(entry.category == category)
        #expect(entry.pool == pool)
        #expect(entry.estimatedDuration == duration)
        #expect(entry.python == ProgramImplementation(path))
    }

    @Test func `an entry takes the place of one of the same name`() {
        var registry = ProgramRegistry([
            ProgramEntry("A", .prediction, native: .init("one")), ProgramEntry("A", .retrieval, native: .init("two")),
        ])
        #expect(registry["A"]?.native?.path == "two")
        registry.register(ProgramEntry("A", .reasoning, python: .init("three")))
        #expect(registry["A"]?.native == nil)
        #expect(registry.entries.map(\.category) == [.reasoning])
    }

    @Test(arguments: [
        ("predict", ["Predict"]), ("chain_of_thought", ["ChainOfThought"]), ("ChainOfTought", ["ChainOfThought"]),
        ("dspy.ReAct", ["ReAct"]), ("Raect", ["ReAct"]), ("mipro", ["MIPROv2"]), ("Simab", ["SIMBA"]),
        ("Bootstrap", ["BootstrapFewShot", "BootstrapFewShotWithOptuna", "BootstrapFewShotWithRandomSearch"]),
        ("Zebra", []), ("", []), ("x", []),
    ])
    func `a misspelt name finds what it may have been meant for`(name: String, expected: [String]) {
        #expect(ProgramRegistry.dspy.names(near: name) == expected)
    }

    @Test func `a hostile name costs nothing`() {
        let name = String(repeating: "Predict", count: 200_000)
        let start = ContinuousClock.now
        #expect(ProgramRegistry.dspy.names(near: name).isEmpty)
        #expect(ContinuousClock.now - start < .seconds(1))
    }
}
