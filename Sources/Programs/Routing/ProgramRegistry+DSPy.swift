extension ProgramRegistry {
    /// What is known of DSPy's classes (3.4.1) before a worker is asked. Durations are rough, for a hosted model of middle size;
    /// a router lets them lengthen a timeout, never shorten it. Programs that run others count as able to do what those may do.
    public static let dspy = ProgramRegistry([
        entry("Predict", .prediction, [.streaming, .structuredOutput], isNative: true),
        entry("Parallel", .prediction, [.structuredOutput, .tools], isNative: true),
        entry("majority", .prediction, [], .milliseconds(10), isNative: true),
        entry("ChainOfThought", .reasoning, [.streaming, .structuredOutput], isNative: true),
        entry("MultiChainComparison", .reasoning, [.streaming, .structuredOutput], isNative: true),
        entry("BestOfN", .reasoning, [.structuredOutput, .tools], .seconds(5), isNative: true),
        entry("Refine", .reasoning, [.structuredOutput, .tools], .seconds(10), isNative: true),
        entry("ReAct", .reasoning, [.streaming, .structuredOutput, .tools], .seconds(5), isNative: true),
        entry("CodeAct", .reasoning, [.structuredOutput, .tools], .seconds(10)),
        entry("ProgramOfThought", .reasoning, [.structuredOutput], .seconds(10), pool: "optimizer"),
        entry("RLM", .reasoning, [.structuredOutput, .tools], .seconds(30)),
        entry("Retrieve", .retrieval, []),
        entry("ColBERTv2", .retrieval, []),
        entry("Embeddings", .retrieval, []),
        entry("Embedder", .retrieval, []),
        entry("KNN", .retrieval, []),
        entry("LabeledFewShot", .optimization, [], .seconds(1)),
        entry("BootstrapFewShot", .optimization, [], .seconds(60)),
        entry("BootstrapFewShotWithRandomSearch", .optimization, []),
        entry("BootstrapFewShotWithOptuna", .optimization, []),
        entry("BootstrapFinetune", .optimization, [], .seconds(3600)),
        entry("KNNFewShot", .optimization, [], .seconds(10)),
        entry("COPRO", .optimization, []),
        entry("MIPROv2", .optimization, []),
        entry("SIMBA", .optimization, []),
        entry("GEPA", .optimization, [], .seconds(600)),
    ])

    /// DSPy exports every one of its classes under its own name.
    private static func entry(
        _ name: String, _ category: ProgramCategory, _ capabilities: ProgramCapabilities, _ duration: Duration? = nil,
        pool: String? = nil, isNative: Bool = false
    ) -> ProgramEntry {
        ProgramEntry(
            ProgramKind(name), category,
            // Swift's programs give their answer out when it is whole.
            native: isNative ? ProgramImplementation(name, capabilities: capabilities.subtracting(.streaming)) : nil,
            python: ProgramImplementation("dspy.\(name)", capabilities: capabilities),
            pool: pool, estimatedDuration: duration)
    }
}
