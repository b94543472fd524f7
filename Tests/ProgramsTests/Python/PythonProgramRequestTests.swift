import LanguageModels
import Marshalling
import PythonPool
import Signatures
import Testing

@testable import Programs

/// What Python is asked for a program of DSPy's, and how its answer is read.
@Suite struct PythonProgramRequestTests {
    static let answer: PythonValue = [
        "outputs": ["answer": "yes", "reasoning": "r"], "usage": ["total_tokens": 5], "model": "smol",
        "trajectory": ["thought_0": "t", "tool_name_0": "f", "tool_args_0": ["a": 1], "observation_0": "o"],
        "completions": [["answer": "yes"], ["answer": "no"]], "trace": .none,
    ]

    private func program(
        _ executor: ScriptedExecutor, _ arguments: [String: PythonArgument] = [:], path: String = "ReAct"
    ) throws -> PythonProgram {
        PythonProgram(
            PythonTarget(path, signature: try Signature("question -> answer"), arguments: arguments),
            on: executor.runtime())
    }

    @Test func `it is built by path, signature and arguments, and answers with everything that Python tells`()
        async throws
    {
        let executor = ScriptedExecutor(Self.answer)
        var program = try program(executor, ["max_iters": 3, "tools": []])
        program.demos = [["question": "q", "answer": "a"]]
        program.options.temperature = 0
        program.threads = 2
        let prediction = try await program(["question": "Is it?"])
        let call = try #require(executor.calls.first)
        #expect(call.target == "dspex_worker.modules.run")
        let signature = try Signature("question -> answer").pythonValue
        #expect(
            call.args[0]
                == ["path": "dspy.ReAct", "signature": signature, "args": ["max_iters": 3, "tools": []]])
        #expect(call.args[1] == ["question": "Is it?"])
        #expect(
            call.args[2] == [
                "model": "small", "adapter": "compact_json",
                "capabilities": ["response_schema": true, "function_calling": false, "reasoning": false],
                "config": ["temperature": 0.0], "demos": [["question": "q", "answer": "a"]], "num_threads": 2,
            ])
        #expect(prediction["answer"] == "yes" && prediction.reasoning == "r")
        #expect(prediction.usage?.totalTokens == 5)
        #expect(prediction.worker == 4711)
        #expect(prediction.route.description == "python/general")
        #expect(prediction.route.kind == "ReAct")
        #expect(prediction.completions == [["answer": "yes"], ["answer": "no"]])
        #expect(
            prediction.trajectory?.steps
                == [.init(index: 0, thought: "t", tool: "f", arguments: ["a": 1], observation: "o")])
    }

    @Test func `what the registry does not know goes to the default pool by its path`() async throws {
        let executor = ScriptedExecutor(Self.answer)
        let prediction = try await program(executor, path: "dspy.experimental.Flex2")(["question": "x"])
        #expect(prediction.route.modulePath == "dspy.experimental.Flex2")
        #expect(executor.calls.first?.args[0]["path"] == "dspy.experimental.Flex2")
    }

    @Test func `the XML adapter is one of DSPy's objects`() async throws {
        let executor = ScriptedExecutor(Self.answer)
        var program = try program(executor)
        program.adapter = .xml
        _ = try await program(["question": "x"])
        #expect(executor.calls.first?.args[2]["adapter"] == ["object": ["path": "dspy.XMLAdapter"]])
    }

    @Test func `inputs are refused before anything is sent`() async throws {
        let executor = ScriptedExecutor(Self.answer)
        let program = try program(executor)
        for inputs in [[:], ["question": 3]] as [PythonDictionary] {
            let error = await #expect(throws: ProgramError.self) { try await program(inputs) }
            guard case .input = error else { return #expect(Bool(false), "\(error as Any)") }
        }
        #expect(executor.calls.isEmpty)
    }

    @Test func `each kind of argument has its form`() async throws {
        let executor = ScriptedExecutor(.none)
        let encoder = PythonArgumentEncoder(executor: executor, models: ["large": .init(reasoning: true)])
        let signature = try Signature("q -> a")
        let cases: [(PythonArgument, PythonValue)] = [
            (3, 3), ("x", "x"), (.value(["tool": "x"]), ["value": ["tool": "x"]]), ([1, 2.5], [1, 2.5]),
            (["k": true], ["k": true]), (.registeredTool("lookup"), ["tool": "lookup"]),
            (.signature(signature), ["signature": signature.pythonValue]),
            (.example(["q": 1], inputs: ["q"]), ["example": ["q": 1], "inputs": ["q"]]),
            (.object(PythonTarget("JSONAdapter")), ["object": ["path": "dspy.JSONAdapter"]]),
            (
                .program(PythonTarget("Predict", signature: signature)),
                ["module": ["path": "dspy.Predict", "signature": signature.pythonValue]]
            ),
            (
                .model("large", .init(temperature: 1)),
                [
                    "model": "large",
                    "capabilities": ["response_schema": false, "function_calling": false, "reasoning": true],
                    "config": ["temperature": 1.0],
                ]
            ),
        ]
        for (argument, expected) in cases {
            let value = encoder.value(argument)
            if case .model = argument {
                #expect(value["model"] == "large" && value["config"] == expected["config"])
                #expect(value["capabilities"]?["reasoning"] == true)
            } else {
                #expect(value == expected)
            }
        }
    }

    @Test func `tools and rewards are closures that Python calls`() async throws {
        let executor = ScriptedExecutor(.none)
        let encoder = PythonArgumentEncoder(executor: executor, models: [:])
        let tool = try Tool("add", "Adds.", parameters: "a", "b") { (a: Int, b: Int) in a + b }
        let form = encoder.value(.tool(tool))
        #expect(form["name"] == "add" && form["description"] == "Adds.")
        #expect(form["parameters"]?["required"] == ["a", "b"])
        let sum = try await executor.call(form["tool"], .init(keywords: ["a": 2, "b": 3]))
        #expect(sum == 5)
        let reward = encoder.value(
            .reward("short", "Short is good.") { inputs, outputs in
                inputs["q"] == "x" && outputs["a"] == "y" ? 0.5 : 0
            })
        #expect(reward["name"] == "short")
        #expect(try await executor.call(reward["function"], .init(positional: [["q": "x"], ["a": "y"]])) == 0.5)
    }

    @Test func `a Swift program inside another goes with its examples`() throws {
        let executor = ScriptedExecutor(.none)
        var inner = Predict(try Signature("q -> a"), on: executor.runtime())
        #expect(try PythonTarget(inner).state == nil)
        inner.demos = [["q": "1", "a": "2"]]
        let target = try PythonTarget(inner)
        #expect(target.path == "dspy.Predict")
        #expect(target.state?.predictors.first?.state.demos == inner.demos)
        let outer = PythonTarget("BestOfN", arguments: ["module": .program(target), "N": 2])
        #expect(outer.callSignature == inner.signature)
    }
}
