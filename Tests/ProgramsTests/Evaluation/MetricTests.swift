import Marshalling
import Programs
import Testing

/// The standard metrics beyond what DSPy has a word for.
@Suite struct MetricTests {
    static let route = Route(implementation: .native, pool: nil, model: "m", timeout: .seconds(1), reason: "test")

    static func prediction(_ outputs: PythonDictionary) -> Prediction {
        Prediction(outputs: outputs, route: route, model: "m", duration: .zero)
    }

    private func score(_ metric: Metric, _ expected: PythonDictionary, _ actual: PythonDictionary) async throws
        -> Double
    {
        try await metric(Example(expected), Self.prediction(actual)).value
    }

    @Test func `exact compares numbers by value, lists whole, and every output`() async throws {
        #expect(try await score(.exact(), ["n": 3], ["n": 3.0]) == 1)
        #expect(try await score(.exact(), ["n": 3], ["n": 4]) == 0)
        #expect(try await score(.exact(), ["l": ["a", "b"]], ["l": ["a", "b"]]) == 1)
        #expect(try await score(.exact(), ["a": "x", "b": "y"], ["a": "X", "b": "z"]) == 0)
        #expect(try await score(.exact(["a"]), ["a": "x", "b": "y"], ["a": "X", "b": "z"]) == 1)
        #expect(try await score(.exact(), ["a": "x", "reasoning": "r"], ["a": "x", "reasoning": "s"]) == 1)
    }

    @Test func `contains looks for whole words in a row`() async throws {
        #expect(try await score(.contains(), ["a": "Eiffel Tower"], ["a": "It is the Eiffel Tower, in Paris."]) == 1)
        #expect(try await score(.contains(), ["a": "Tower Eiffel"], ["a": "the Eiffel Tower"]) == 0)
        #expect(try await score(.contains(), ["a": "art"], ["a": "party"]) == 0)
        #expect(try await score(.contains(), ["a": 7], ["a": "7 apples"]) == 1)
        #expect(try await score(.contains(), ["a": "longer than that"], ["a": "that"]) == 0)
    }

    @Test func `f1 is the mean over the outputs`() async throws {
        #expect(try await score(.f1(), ["a": "x y", "b": "z"], ["a": "x", "b": "z"]) == (2.0 / 3 + 1) / 2)
    }

    @Test func `what cannot be compared is an error, and so is an infinite score`() async throws {
        await #expect(throws: MetricError.nothingToCompare(metric: "exact", outputs: ["a"])) {
            try await score(.exact(), ["q": "x"], ["a": "y"])
        }
        await #expect(throws: MetricError.noReference(metric: "f1", field: "b")) {
            try await score(.f1(["b"]), ["a": "x"], ["a": "y"])
        }
        let endless = Metric("endless") { _, _ -> Double in .infinity }
        await #expect(throws: MetricError.notFinite(metric: "endless", .infinity)) {
            try await score(endless, [:], [:])
        }
    }

    @Test func `a metric over a typed task gets its types, and says what does not fit them`() async throws {
        let mood = Metric("mood", for: Triage.self) { example, output in
            (example.mood == output.mood ? 0.5 : 0) + (abs(example.confidence - output.confidence) < 0.1 ? 0.5 : 0)
        }
        let example = Example(Triage(message: "Fine!", mood: .good, confidence: 0.9))
        let output = PythonDictionary(Triage.Output(mood: .good, confidence: 0.2))
        #expect(try await mood(example, Self.prediction(output)).value == 0.5)
        await #expect(throws: (any Error).self) { try await mood(example, Self.prediction(["mood": "so-so"])) }
        await #expect(throws: (any Error).self) { try await mood(["message": "x"], Self.prediction(output)) }
    }

    @Test func `metrics are numbers, truth values, and scores with reasons`() async throws {
        let long = Metric("long") { _, prediction -> Metric.Score in
            .init(Double(prediction["a"]?.string?.count ?? 0) / 10, feedback: "longer is better")
        }
        let score = try await long(Example([:]), Self.prediction(["a": "12345"]))
        #expect(score == .init(0.5, feedback: "longer is better"))
        #expect(Metric.named("f1")?.name == "f1")
        #expect(Metric.named("bleu")?.name == nil)
    }
}
