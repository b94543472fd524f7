import LanguageModels
import Marshalling
import Programs
import Signatures
import Testing

@Suite struct AggregationTests {
    @Test func `the majority of what is no text is that of equal values`() throws {
        let counts: [PythonDictionary] = [["n": 1], ["n": 2], ["n": 1.0], ["n": true], ["n": 2]]
        #expect(try Majority.of(counts) == ["n": 1])
    }

    @Test func `how values are compared may be said`() throws {
        let answers: [PythonDictionary] = [["a": "x1"], ["a": "y2"], ["a": "y3"]]
        let first = try Majority.of(answers) { value in value.string.map { .string(String($0.prefix(1))) } }
        #expect(first == ["a": "y2"])
    }

    @Test func `of nothing there is no majority, and a missing field is named`() throws {
        #expect(try Majority.of([PythonDictionary]()) == nil)
        #expect(try Majority.of([PythonDictionary()]) == nil)
        let error = #expect(throws: ProgramError.self) { try Majority.of([["a": 1], ["b": 1]], field: "a") }
        guard case .input(let input)? = error else { return #expect(error == nil) }
        #expect(input.problems.map(\.path) == ["completions[1].a"])
    }

    @Test func `the prediction that has the majority is given whole`() async throws {
        let model = ScriptedModel(["B", "A", "b."].map { ScriptedModel.chat(["answer": $0]) })
        let predict = Predict(try Signature("q -> answer"), on: model.runtime())
        let outcomes = try await Parallel(limit: 1)(predict, Array(repeating: ["q": "?"], count: 3))
        let predictions = outcomes.compactMap(\.prediction)
        #expect(try Majority.of(predictions) == predictions[0])
    }

    @Test func `attempts may be among the inputs of a comparison`() async throws {
        let model = ScriptedModel([ScriptedModel.chat(["rationale": "R", "answer": "x"])])
        let compare = try MultiChainComparison(try Signature("q -> answer"), attempts: 1, on: model.runtime())
        let prediction = try await compare(["q": "?", "completions": [["reasoning": "I think", "answer": "y"]]])
        #expect(prediction.outputs == ["rationale": "R", "answer": "x"])
        guard case .text(let text)? = model.requests[0].messages.last?.parts.first else { return #expect(Bool(false)) }
        #expect(text.contains("«I'm trying to I think I'm not sure but my prediction is y»"))
    }

    @Test func `everything that is wrong with attempts is said at once`() async throws {
        let model = ScriptedModel([])
        let compare = try MultiChainComparison(try Signature("q -> answer"), on: model.runtime())
        let error = await #expect(throws: ProgramError.self) {
            try await compare([["answer": "x"], ["reasoning": "r"]], inputs: ["q": "?"])
        }
        guard case .input(let input)? = error else { return #expect(error == nil) }
        #expect(
            input.problems.map(\.path) == ["completions", "completions[0].reasoning", "completions[1].answer"])
        #expect(model.requests.isEmpty)
    }
}
