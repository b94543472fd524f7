import LanguageModels
import Marshalling
import Programs
import Signatures
import Testing

@Suite struct TypedProgramTests {
    private static let answer: PythonValue = [
        "outputs": ["mood": "bad", "confidence": 1, "customer": ["name": "Ann", "age": 40]],
        "usage": ["prompt_tokens": 30, "completion_tokens": 5, "total_tokens": 35], "model": "smol",
    ]

    private func triage(_ executor: ScriptedExecutor) -> Typed<Predict, Triage> {
        Typed(Predict(Triage.signature, on: executor.runtime(), pool: "general"))
    }

    @Test func `a typed program takes the inputs and gives the outputs as properties`() async throws {
        let executor = ScriptedExecutor(Self.answer)
        let result = try await triage(executor)(.init(message: "Broken!", history: ["Hello"]))
        #expect(result.mood == .bad)
        #expect(result.confidence == 1)
        #expect(result.customer?.age == 40)
        #expect(result.output == Triage.Output(mood: .bad, confidence: 1, customer: Customer(name: "Ann", age: 40)))
        let call = try #require(executor.calls.first)
        #expect(call.args[2] == ["message": "Broken!", "history": ["Hello"]])
    }

    @Test func `what it took stands beside the outputs`() async throws {
        let result = try await triage(ScriptedExecutor(Self.answer))(.init(message: "m"))
        #expect(result.usage == LanguageModelUsage(inputTokens: 30, outputTokens: 5, totalTokens: 35))
        #expect(result.model == "smol")
        #expect(result.route.model == "small")
        #expect(result.prediction["mood"] == "bad")
    }

    @Test func `demos are values of the struct, settings those of the program`() async throws {
        let executor = ScriptedExecutor(Self.answer)
        var program = triage(executor)
        let demo = Triage(message: "Thanks!", mood: .good)
        program.demos = [demo]
        program.model = "large"
        #expect(program.base.model == "large")
        #expect(
            program.base.demos == [
                ["message": "Thanks!", "history": [], "mood": "good", "confidence": 0.5, "customer": .none]
            ])
        #expect(program.demos == [demo])
        let result = try await program(.init(message: "m"))
        #expect(result.route.model == "large")
        program.base.demos.append(["message": "half"])
        #expect(program.demos == [demo])
    }

    @Test func `outputs of another type fail with every path`() async throws {
        // A program over other fields: what it gives is none of the struct's.
        let signature = try Signature("message, history: list[str] -> mood, customer: dict")
        let executor = ScriptedExecutor(["outputs": ["mood": "odd", "customer": [:]]])
        let program = Typed(Predict(signature, on: executor.runtime(), pool: "general"), as: Triage.self)
        let error = try await #require(throws: ProgramError.self) { try await program(.init(message: "m")) }
        guard case .output(let output) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(
            output.problems == [
                FieldProblem(path: "mood", kind: .mistyped(expected: "one of 'good', 'bad'", actual: "'odd'")),
                FieldProblem(path: "customer.name", kind: .missing(expected: "str")),
            ])
    }

    @Test func `a declaration with a fault throws it, and nothing is sent`() async throws {
        let executor = ScriptedExecutor(Self.answer)
        let program = Typed(Predict(Faulty.signature, on: executor.runtime()), as: Faulty.self)
        let error = await #expect(throws: SignatureError.self) {
            try await program(Triage.Input(message: "m"))
        }
        #expect(error?.message == "'ge=0' cannot hold for a 'str'; leave it out, or change the type")
        #expect(executor.calls.isEmpty)
    }

    @Test func `worked examples are read, or refused with every problem`() throws {
        let example = try Triage(example: ["message": "m", "mood": "good", "customer": ["name": "Ann"]])
        #expect(example == Triage(message: "m", mood: .good, customer: Customer(name: "Ann", age: nil)))
        let error = try #require(throws: InputError.self) {
            try Triage(example: ["history": [1], "mood": "odd", "confidence": 2, "surplus": 1])
        }
        #expect(error.problems.map(\.path) == ["message", "history[0]", "mood", "surplus", "confidence"])
    }

    @Test func `inputs and examples are held against the signature`() throws {
        try Triage.validate(Triage.Input(message: "m"))
        try Triage.validate(Triage(message: "m", mood: .good))
        let fence = "<<CUSTOM-TYPE-START-IDENTIFIER>>"
        let marked = try #require(throws: InputError.self) { try Triage.validate(Triage.Input(message: fence)) }
        #expect(marked.problems.map(\.path) == ["message"])
        let old = Triage(message: "m", mood: .good, confidence: 1.5, customer: Customer(name: "A", age: 200))
        let error = try #require(throws: InputError.self) { try Triage.validate(old) }
        #expect(error.problems.map(\.path) == ["confidence", "customer.age"])
        #expect(
            Triage.problems(in: .init(mood: .bad, confidence: -1)) == [
                FieldProblem(path: "confidence", kind: .outOfBounds(rule: "at least 0", actual: "-1.0"))
            ])
    }

    @Test func `a partial output has what is whole`() {
        let partial = Triage.Output.Partial(partial: ["mood": "go", "confidence": 0.5, "customer": .none])
        #expect(partial == .init(confidence: 0.5))
        #expect(Triage.Output.Partial(partial: ["mood": "good"]).mood == .good)
        #expect(Triage.Output.Partial(partial: [:]) == .init())
    }
}

/// A signature whose fault only shows when it is put together.
private struct Faulty: TypedSignature {
    typealias Input = Triage.Input
    typealias Output = Triage.Output
    static let declaration = SignatureDeclaration(
        "Faulty", inputs: [.of(String.self, "message", constraints: [.atLeast(0)])],
        outputs: [.of(Mood.self, "mood")])
    var input: Input
    var output: Output
    init(_ input: Input, _ output: Output) { (self.input, self.output) = (input, output) }
    static func sides(of example: Faulty) -> (input: Input, output: Output) { (example.input, example.output) }
}
