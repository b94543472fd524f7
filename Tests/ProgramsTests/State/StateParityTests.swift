import Foundation
import Marshalling
import Signatures
import Testing

@testable import Programs

/// States in both directions between Swift and real DSPy.
@Suite(.serialized) struct StateParityTests {
    private let runtime = ScriptedExecutor(.none).runtime()

    @Test func `what DSPy has saved is written again byte for byte`() throws {
        let saved = try SavedPrograms.shared.get()
        #expect(saved.names.count >= 6)
        for name in saved.names + ["described", "react", "compare"] {
            let text = try saved.text("\(name).json")
            #expect(try ProgramState(json: text).jsonText() == text, "\(name)")
        }
    }

    @Test func `what DSPy has saved loads into the native twin, which saves the same`() throws {
        let saved = try SavedPrograms.shared.get()
        for name in saved.names {
            let state = try ProgramState(json: saved.text("\(name).json"))
            let program = try saved.program(name, on: runtime).loading(state)
            let predictor = try #require(state.predictors.first?.state)
            #expect(program.signature.effectiveInstructions == predictor.instructions, "\(name)")
            #expect(program.demos.count == predictor.demos.count)
            let again = try program.state(updating: state)
            #expect(again.metadata == state.metadata)
            #expect(again.predictors.first?.state.fields == predictor.fields, "\(name)")
            #expect(again.predictors.first?.state.instructions == predictor.instructions)
        }
    }

    @Test func `what Swift writes loads into DSPy, which saves the same`() throws {
        let saved = try SavedPrograms.shared.get()
        for name in saved.names {
            let state = try ProgramState(json: saved.text("\(name).json"))
            let text = try saved.program(name, on: runtime).loading(state).state(updating: state).jsonText()
            try text.write(to: saved.folder.appending(path: "\(name).swift.json"), atomically: true, encoding: .utf8)
        }
        try saved.loadIntoDSPy()
        for name in saved.names {
            #expect(try saved.text("\(name).again.json") == saved.text("\(name).swift.json"), "\(name)")
        }
    }

    @Test func `an agent and a comparison are saved as DSPy saves them, and load`() throws {
        let saved = try SavedPrograms.shared.get()
        let signature = try Signature("question -> answer")
        let lookup = Tool("lookup", "The weather in a city.", schemas: ["city": ["type": "string"]]) { _ in "rain" }
        let agent = try ReAct(signature, tools: [lookup], on: runtime)
        let state = try ProgramState(json: saved.text("react.json"))
        #expect(try agent.loading(state).state(updating: state) == state)
        var own = try agent.state()
        own.metadata = state.metadata
        #expect(try own.jsonText() == saved.text("react.json"))
        let comparison = try MultiChainComparison(signature, attempts: 2, on: runtime)
        let other = try ProgramState(json: saved.text("compare.json"))
        own = try comparison.state()
        own.metadata = other.metadata
        #expect(try own.jsonText() == saved.text("compare.json"))
        #expect(try comparison.loading(other).state(updating: other) == other)
        #expect(throws: ProgramStateError("react", .missing)) { try agent.loading(other) }
        #expect(throws: ProgramStateError("predict", .missing)) { try comparison.loading(state) }
    }

    @Test func `prefixes are those of DSPy`() throws {
        let prefixes = try #require(SavedPrograms.shared.get().cases["prefixes"]?.dict)
        #expect(prefixes.count >= 30)
        for entry in prefixes {
            #expect(FieldPrefix.inferred(from: entry.key.string ?? "") == entry.value.string)
        }
    }

    @Test func `exact and f1 are DSPy's EM and F1`() async throws {
        let cases = try #require(SavedPrograms.shared.get().cases["metrics"]?.elements)
        #expect(cases.count >= 20)
        let route = Route(implementation: .native, pool: nil, model: "m", timeout: .seconds(1), reason: "test")
        for example in cases {
            let given = Example(["answer": example["expected"] ?? ""])
            let prediction = Prediction(
                outputs: ["answer": example["actual"] ?? ""], route: route, model: "m", duration: .zero)
            #expect(try await Metric.exact()(given, prediction).value == (example["em"] == true ? 1 : 0), "\(example)")
            let f1 = try await Metric.f1()(given, prediction).value
            #expect(abs(f1 - (example["f1"]?.double ?? -1)) < 1e-12, "\(example)")
        }
    }
}
