import LanguageModels
import Programs

extension ProgramRegistry {
    /// DSPy's programs, as if none of them ran in Swift.
    static let inPython = ProgramRegistry(
        ProgramRegistry.dspy.entries.map { entry in
            var entry = entry
            entry.native = nil
            return entry
        })

    /// DSPy's programs, and Predict in Swift too.
    static func twins(
        native: ProgramCapabilities = [.streaming, .structuredOutput],
        python: ProgramCapabilities = [.streaming, .structuredOutput]
    ) -> ProgramRegistry {
        var registry = ProgramRegistry.inPython
        registry.registerNative(.predict, path: "Programs.Predict", capabilities: native)
        registry.registerPython(.predict, path: "dspy.Predict", capabilities: python)
        return registry
    }
}

extension Router {
    /// A router with the three pools of a platform that explores with the numbers of a seed.
    static func sample(
        _ registry: ProgramRegistry = .twins(), pools: Set<String> = ["general", "optimizer", "neural"],
        loads: (@Sendable (String) -> Double)? = nil, seed: UInt64 = 1
    ) -> Router {
        Router(
            pools: pools, models: ["small": .init(), "large": .init()], defaultModel: "small", registry: registry,
            loads: loads, random: RandomSource(SeededGenerator(seed)))
    }

    /// Remembers so many calls of Predict.
    func remember(
        _ count: Int, by implementation: Route.Implementation, _ duration: Duration = .seconds(1),
        succeeded: Bool = true
    ) {
        for _ in 0..<count {
            tracker.record(RouteOutcome(.predict, implementation, duration: duration, succeeded: succeeded))
        }
    }
}

extension Route {
    /// The points that something gave to a candidate; nil when it was not weighed.
    func points(_ what: String, _ implementation: Implementation) -> Double? {
        candidates.first { $0.implementation == implementation }?.contributions.first { $0.what == what }?.points
    }
}
