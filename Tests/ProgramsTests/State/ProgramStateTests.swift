import Marshalling
import Programs
import Signatures
import Testing

/// What is refused of a saved program, and what is taken over.
@Suite struct ProgramStateTests {
    private let runtime = ScriptedExecutor(.none).runtime()

    static func saved(
        instructions: String = "Do it.", fields: Int = 2, demos: String = "[]", lm: String = "null",
        version: String? = "3.4.1", more: String = ""
    ) -> String {
        let names = ["Question:", "Answer:", "Third:"].prefix(fields)
        let list = names.map { #"{"prefix": "\#($0)", "description": "${x}"}"# }.joined(separator: ",")
        let metadata = version.map { #"{"python": "3.11", "dspy": "\#($0)"}"# } ?? #"{"python": "3.11"}"#
        return """
            {"traces": [], "train": [], "demos": \(demos), \(more)
             "signature": {"instructions": "\(instructions)", "fields": [\(list)]}, "lm": \(lm),
             "metadata": {"dependency_versions": \(metadata)}}
            """
    }

    private func predict() throws -> Predict { Predict(try Signature("question -> answer: int"), on: runtime) }

    @Test func `instructions, descriptions and examples are taken over`() throws {
        let text = Self.saved(demos: #"[{"question": "1 + 1", "answer": 2, "augmented": true, "source": "x"}]"#)
            .replacing("${x}", with: "told")
        let loaded = try predict().loading(try ProgramState(json: text))
        #expect(loaded.signature.instructions == "Do it.")
        #expect(loaded.signature.fields.map(\.description) == ["told", "told"])
        #expect(loaded.signature.fields.map(\.type) == [.str, .int])
        #expect(loaded.demos == [["question": "1 + 1", "answer": 2]])
    }

    @Test func `a program without a state yet writes what DSPy would infer`() throws {
        var program = ChainOfThought(try Signature("userQuestion -> answer"), on: runtime)
        program.demos = [["userQuestion": "q", "answer": "a"]]
        let state = try program.state()
        let predictor = try #require(state.predictors.first)
        #expect(predictor.name == "predict")
        #expect(predictor.state.fields.map(\.prefix) == ["User Question:", "Reasoning:", "Answer:"])
        #expect(predictor.state.fields.map(\.description) == ["${userQuestion}", "${reasoning}", "${answer}"])
        #expect(predictor.state.instructions == "Given the fields `userQuestion`, produce the fields `answer`.")
        #expect(state.versions.map(\.package) == ["dspy"])
        #expect(try program.loading(state).demos == program.demos)
    }

    @Test func `prefixes that an optimiser has changed stay in the state`() throws {
        let state = try ProgramState(json: Self.saved().replacing("Answer:", with: "The answer is:"))
        let again = try predict().loading(state).state(updating: state)
        #expect(again.predictors.first?.state.fields.map(\.prefix) == ["Question:", "The answer is:"])
    }

    @Test(arguments: [
        ("{", "line 1"), ("[]", "must be an object"), ("{}", "metadata: is missing"),
        (saved().replacing(#""lm": null,"#, with: ""), "lm: is missing"),
        (saved().replacing(#""demos": [],"#, with: ""), "demos: is missing"),
        (saved(demos: "[3]"), "demos[0]: must be an object, not int"),
        (saved(demos: "{}"), "demos: must be a list, not dict"),
        (saved().replacing(#""prefix": "Answer:", "#, with: ""), "signature.fields[1].prefix: is missing"),
        (saved().replacing(#""instructions": "Do it.", "#, with: ""), "signature.instructions: is missing"),
        (saved(more: #""__class__": "os.system","#), "__class__: does not belong here"),
    ])
    func `a half-loaded state is refused with the place`(text: String, expected: String) {
        let error = #expect(throws: ProgramStateError.self) { try ProgramState(json: text) }
        #expect(error.map { "\($0)" }?.contains(expected) == true, "\(error as Any)")
    }

    @Test(arguments: [
        (saved(fields: 3), "signature.fields: 3 fields were saved, but the signature has 2: question, answer"),
        (saved(fields: 1), "signature.fields: 1 fields were saved"),
        (saved(lm: #"{"model": "openai/gpt-4o"}"#), "lm: names a model of its own"),
        (saved(version: "3.3.0"), "saved by DSPy 3.3.0, and this is 3.4.1"),
        (saved(version: "2.6"), "saved by DSPy 2.6"), (saved(version: nil), "does not say which DSPy"),
        (saved(demos: #"[{"question": "q", "answer": "two"}]"#), "demos[0].answer: expected int, got str"),
        (saved(demos: #"[{"question": 7, "answer": 2}]"#), "demos[0].question: expected str, got int"),
        (saved(demos: #"[{"text": "q", "label": 2}]"#), "demos[0]: no such field; there are question, answer"),
    ])
    func `a state of another program is refused, and nothing is taken over`(text: String, expected: String) throws {
        let state = try ProgramState(json: text)
        let program = try predict()
        let error = #expect(throws: ProgramStateError.self) { try program.loading(state) }
        #expect(error.map { "\($0)" }?.contains(expected) == true, "\(error as Any)")
    }

    @Test func `a version mismatch can be allowed, and another patch is none`() throws {
        let other = try ProgramState(json: Self.saved(version: "2.6.27"))
        #expect(try predict().loading(other, allowsVersionMismatch: true).signature.instructions == "Do it.")
        #expect(try predict().loading(try ProgramState(json: Self.saved(version: "3.4.9"))).demos.isEmpty)
    }

    @Test func `predictors that the program does not have are named`() throws {
        let flat = try ProgramState(json: Self.saved())
        let thought = ChainOfThought(try Signature("question -> answer"), on: runtime)
        #expect(throws: ProgramStateError("predict", .missing)) { try thought.loading(flat) }
        let named = try thought.state()
        #expect(throws: ProgramStateError.self) { try predict().loading(named) }
        var several = named
        several.shape = .program([
            .init("react", .predictor(.init(instructions: "", fields: []))),
            .init("retrieve", .other(["k": 3])),
        ])
        let error = #expect(throws: ProgramStateError.self) { try thought.loading(several) }
        #expect(error == ProgramStateError("react", .unknown(known: ["predict"])))
        #expect(try ProgramState(json: several.jsonText()) == several)
    }

    @Test func `a value that JSON has no form for is refused when it is written`() throws {
        let predictor = PredictorState(instructions: "", fields: [], demos: [["x": .bytes([1])]])
        let error = #expect(throws: ProgramStateError.self) { try ProgramState(.predictor(predictor)).jsonText() }
        #expect(error.map { "\($0)" }?.contains("demos[0].x") == true)
    }

    @Test func `a typed program loads and saves as its base does`() throws {
        var program = Typed(Predict(Triage.signature, on: runtime), as: Triage.self)
        program.demos = [Triage(message: "Fine!", mood: .good)]
        let state = try program.state()
        var other = Typed(Predict(Triage.signature, on: runtime), as: Triage.self)
        other = try other.loading(state)
        #expect(other.demos == program.demos)
        #expect(try other.state().jsonText() == state.jsonText())
        let named = try ChainOfThought(Triage.signature, on: runtime).state()
        #expect(throws: ProgramStateError.self) { try other.loading(named) }
    }

    @Test func `a description of the reasoning is kept by its program`() throws {
        let thought = ChainOfThought(try Signature("question -> answer"), on: runtime)
        var state = try thought.state()
        guard case .program(var parts) = state.shape, case .predictor(var predictor) = parts[0].content else {
            return #expect(Bool(false))
        }
        predictor.fields[1].description = "Think in French."
        parts[0].content = .predictor(predictor)
        state.shape = .program(parts)
        let loaded = try thought.loading(state)
        #expect(loaded.signature.field(named: "reasoning")?.description == "Think in French.")
        #expect(try loaded.state() == state)
    }
}
