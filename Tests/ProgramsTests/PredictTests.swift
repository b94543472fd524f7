import LanguageModels
import Marshalling
import Programs
import PythonPool
import Signatures
import Testing

@Suite struct PredictTests {
    static let answer: PythonValue = [
        "outputs": ["count": 7], "usage": ["prompt_tokens": 30, "completion_tokens": 5, "total_tokens": 35],
        "model": "smol",
    ]

    @Test func `a prediction has typed outputs, and what it took beside them`() async throws {
        let executor = ScriptedExecutor(Self.answer)
        let predict = Predict(try Signature("text -> count: int"), on: executor.runtime())
        let prediction = try await predict(["text": "There are 7 apples in the box."])
        #expect(prediction["count"]?.int == 7)
        #expect(prediction["nothing"] == nil)
        #expect(prediction.usage == LanguageModelUsage(inputTokens: 30, outputTokens: 5, totalTokens: 35))
        #expect(prediction.model == "smol")
        #expect(prediction.worker == 4711)
        #expect(prediction.route.description == "python/general")
        #expect(prediction.route.model == "small")
        #expect(prediction.duration >= .zero)
    }

    @Test func `Python gets the kind, the parsed signature, the inputs and the options`() async throws {
        let executor = ScriptedExecutor(Self.answer)
        let person = try Record("Person", fields: [Field("name"), Field("age", .int, description: "in years")])
        let signature = try Signature(
            "text, who: Optional[Person] -> count: int", instructions: "Count.", types: ["Person": .record(person)])
        var predict = Predict(signature, on: executor.runtime(), options: .init(maxTokens: 96, temperature: 0))
        predict.demos = [["text": "one", "count": 1]]
        _ = try await predict(["who": ["age": 3, "name": "Ann"], "text": "seven"])
        let call = try #require(executor.calls.first)
        #expect(call.target == "dspex_worker.programs.predict")
        #expect(call.args.count == 4)
        #expect(call.args[0] == "Predict")
        let record: PythonValue = .tuple([
            "record", "Person",
            .tuple([.tuple(["name", .tuple(["str"]), .none]), .tuple(["age", .tuple(["int"]), "in years"])]),
        ])
        #expect(
            call.args[1]
                == .tuple([
                    "StringSignature", "Count.",
                    .tuple([
                        .tuple(["text", .tuple(["str"]), .none]),
                        .tuple(["who", .tuple(["optional", record]), .none]),
                    ]),
                    .tuple([.tuple(["count", .tuple(["int"]), .none])]),
                ]))
        // In the order of the signature, whatever the caller's was.
        #expect(call.args[2] == ["text": "seven", "who": ["name": "Ann", "age": 3]])
        #expect(
            call.args[3] == [
                "model": "small", "adapter": "compact_json",
                "capabilities": ["response_schema": true, "function_calling": false, "reasoning": false],
                "demos": [["text": "one", "count": 1]], "config": ["temperature": 0.0, "max_tokens": 96],
            ])
    }

    @Test(arguments: [
        (FieldType.list(.str), PythonValue.tuple(["list", .tuple(["str"])])),
        (.literal(["a", 1, true]), .tuple(["literal", .tuple(["a", 1, true])])),
        (.float, .tuple(["float"])), (.bool, .tuple(["bool"])),
    ])
    func `types cross as nested tuples`(type: FieldType, expected: PythonValue) throws {
        let signature = try Signature(inputs: [Field("q")], outputs: [Field("a", type)])
        #expect(signature.pythonValue[3]?[0] == .tuple(["a", expected, .none]))
    }

    @Test func `programs are values, and a changed copy leaves the first alone`() async throws {
        let executor = ScriptedExecutor(Self.answer)
        let first = Predict(try Signature("text -> count: int"), on: executor.runtime())
        var second = first
        second.model = "large"
        second.adapter = .chat
        second.options.seed = 7
        second.signature.instructions = "Other."
        _ = try await first(["text": "x"])
        _ = try await second(["text": "x"])
        #expect(executor.calls.map { $0.args[3]["model"]?.string } == ["small", "large"])
        #expect(executor.calls.map { $0.args[3]["adapter"]?.string } == ["compact_json", "chat"])
        #expect(executor.calls.map { $0.args[3]["config"] } == [nil, ["seed": 7]])
        #expect(executor.calls.map { $0.args[1][1] } == [.none as PythonValue, "Other."])
    }

    @Test func `an optional input that is left out is None`() async throws {
        let executor = ScriptedExecutor(Self.answer)
        let predict = Predict(try Signature("text, hint: Optional[str] -> count: int"), on: executor.runtime())
        _ = try await predict(["text": "x"])
        #expect(executor.calls.first?.args[2] == ["text": "x", "hint": .none])
    }

    @Test func `the earlier of timeout and deadline holds`() async throws {
        let executor = ScriptedExecutor(Self.answer)
        var predict = Predict(try Signature("text -> count: int"), on: executor.runtime(timeout: .seconds(3_600)))
        let soon = ContinuousClock.now + .seconds(5)
        _ = try await predict(["text": "x"], deadline: soon)
        #expect(executor.calls.last?.deadline == soon)
        let before = ContinuousClock.now
        predict.timeout = .seconds(2)
        _ = try await predict(["text": "x"], deadline: soon + .seconds(1_000))
        let deadline = try #require(executor.calls.last?.deadline)
        #expect(deadline >= before + .seconds(2))
        #expect(deadline <= ContinuousClock.now + .seconds(2))
    }

    @Test func `ChainOfThought expects its reasoning before the outputs`() async throws {
        let executor = ScriptedExecutor(["outputs": ["answer": 3, "reasoning": "1 plus 2 equals 3."], "usage": .none])
        var sum = ChainOfThought(try Signature("question -> answer: int"), on: executor.runtime())
        sum.demos = [["question": "What is 2 plus 2?", "reasoning": "2 plus 2 equals 4.", "answer": 4]]
        let prediction = try await sum(["question": "What is 1 plus 2?"])
        #expect(prediction.reasoning == "1 plus 2 equals 3.")
        #expect(prediction.outputs.keys == ["reasoning", "answer"])
        #expect(prediction.usage == nil)
        #expect(prediction.model == "small")
        #expect(executor.calls.first?.args[0] == "ChainOfThought")
    }

    @Test func `ChainOfThought refuses an input that it would overwrite`() async throws {
        let executor = ScriptedExecutor(["outputs": [:]])
        let program = ChainOfThought(try Signature("reasoning -> answer"), on: executor.runtime())
        let error = await #expect(throws: ProgramError.self) { try await program(["reasoning": "x"]) }
        #expect(
            error == .input(.init(signature: "reasoning -> answer", problems: [.init(path: "reasoning", kind: .taken)]))
        )
        #expect(executor.calls.isEmpty)
    }
}
