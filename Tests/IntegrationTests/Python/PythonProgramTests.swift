import DSPex
import Synchronization
import Testing

/// DSPy's programs by their paths, on real workers and a scripted model.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct PythonProgramTests {
    @Test func `ReAct calls Swift closures, and tells what it did`() async throws {
        let weather = try Tool("weather", "The weather in a city.", parameters: "city") { (city: String) in
            "rain in \(city)"
        }
        let model = ScriptedModel { prompt in
            if !prompt.contains("`next_tool_name`") { return ["reasoning": "It rains.", "answer": "yes"] }
            return prompt.contains("rain in Bern")
                ? ["next_thought": "I know.", "next_tool_name": "finish", "next_tool_args": [:]]
                : ["next_thought": "Look.", "next_tool_name": "weather", "next_tool_args": ["city": "Bern"]]
        }
        try await withScript(model) { runtime in
            let target = PythonTarget(
                "ReAct", signature: try Signature("question -> answer"),
                arguments: ["tools": [.tool(weather)], "max_iters": 4])
            let prediction = try await PythonProgram(target, on: runtime)(["question": "Do I need an umbrella?"])
            #expect(prediction["answer"] == "yes")
            #expect(prediction.route.description == "python/general")
            #expect((prediction.worker ?? 0) > 0)
            #expect(prediction.usage?.totalTokens == 36)
            let steps = try #require(prediction.trajectory?.steps)
            #expect(steps.map(\.tool) == ["weather", "finish"])
            #expect(steps.first?.arguments == ["city": "Bern"])
            #expect(steps.first?.observation == "rain in Bern")
            #expect(prediction.pythonTrajectory?["tool_name_0"] == "weather")
        }
    }

    @Test func `a Swift program inside BestOfN is judged by a Swift closure`() async throws {
        let number = Mutex(0)
        let model = ScriptedModel { _ in
            .dict([
                "answer": .string(
                    number.withLock {
                        $0 += 1; return $0
                    } < 3 ? "two words" : "one")
            ])
        }
        try await withScript(model) { runtime in
            let inner = Predict(try Signature("question -> answer"), on: runtime)
            let best = PythonProgram(
                PythonTarget(
                    "BestOfN",
                    arguments: [
                        "module": .program(try PythonTarget(inner)), "N": 4, "threshold": 1.0,
                        "reward_fn": .reward("one_word", "One word is best.") { inputs, outputs in
                            #expect(inputs["question"] == "q")
                            return outputs["answer"]?.string?.contains(" ") == false ? 1 : 0
                        },
                    ]), on: runtime)
            #expect(try await best(["question": "q"])["answer"] == "one")
            #expect(model.asked.all.count == 3)
        }
    }

    @Test func `what a closure throws comes back as itself`() async throws {
        struct Broken: Error, Equatable {}
        try await withScript(ScriptedModel { _ in ["answer": "x"] }) { runtime in
            let inner = Predict(try Signature("question -> answer"), on: runtime)
            let best = PythonProgram(
                PythonTarget(
                    "BestOfN",
                    arguments: [
                        "module": .program(try PythonTarget(inner)), "N": 3, "threshold": 1.0, "fail_count": 1,
                        "reward_fn": .reward("broken", "") { _, _ in throw Broken() },
                    ]), on: runtime)
            await #expect(throws: Broken.self) { try await best(["question": "q"]) }
        }
    }

    @Test func `code that a model writes runs in a worker of its own, away from everything`() async throws {
        let code = """
            import os, socket
            def attempt(body):
                try:
                    body()
                    return "done"
                except BaseException as error:
                    return type(error).__name__
            found = [os.getpid(), attempt(lambda: socket.create_connection(("127.0.0.1", 9))),
                     attempt(lambda: open("/etc/passwd").read()), attempt(os.fork), sorted(os.environ)]
            SUBMIT({"answer": found})
            """
        let model = ScriptedModel { prompt in
            prompt.contains("`generated_code`") && !prompt.contains("`final_generated_code`")
                ? ["reasoning": "r", "generated_code": .string(code)] : ["reasoning": "r", "answer": "done"]
        }
        try await withScript(model) { runtime in
            let program = PythonProgram(
                PythonTarget("ProgramOfThought", signature: try Signature("question -> answer")), on: runtime)
            let prediction = try await program(["question": "What can you do?"])
            #expect(prediction["answer"] == "done")
            let told = try #require(model.asked.all.last)
            #expect(told.contains("PermissionError"), "\(told)")
            #expect(!told.contains("\"done\", \"done\""))
            let sandbox = try #require(runtime.sandbox)
            func isThere() -> Bool { sandbox.statistics.workers.contains { told.contains("[\($0.pid),") } }
            for _ in 0..<500 where isThere() { try await Task.sleep(for: .milliseconds(10)) }
            #expect(!isThere(), "the session's worker has ended with it")
        }
    }

    @Test(arguments: [
        ("import os; os._exit(3)", "the process that ran the code ended"),
        (
            "x = bytearray(900_000_000)\nfor i in range(0, len(x), 4096): x[i] = 1\nimport time; time.sleep(30)",
            "memory"
        ),
    ])
    func `code that takes its process down ends the session, and nothing else`(code: String, expected: String)
        async throws
    {
        let model = ScriptedModel { _ in ["reasoning": "r", "generated_code": .string(code), "answer": "x"] }
        try await withScript(model) { runtime in
            let program = PythonProgram(
                PythonTarget("ProgramOfThought", signature: try Signature("question -> answer")), on: runtime)
            let error = await #expect(throws: ProgramError.self) { try await program(["question": "q"]) }
            #expect("\(try #require(error))".contains(expected), "\(error as Any)")
            #expect(
                try await Predict(try Signature("question -> answer"), on: runtime)(["question": "q"])["answer"] == "x")
        }
    }

    @Test func `code that never ends goes with the call's deadline, and its worker with it`() async throws {
        let model = ScriptedModel { _ in ["reasoning": "r", "generated_code": "while True: pass", "answer": "x"] }
        try await withScript(model) { runtime in
            var program = PythonProgram(
                PythonTarget("ProgramOfThought", signature: try Signature("question -> answer")), on: runtime)
            _ = try await runtime.catalog()  // the workers are there
            program.timeout = .seconds(4)
            let start = ContinuousClock.now
            await #expect(throws: ProgramError.self) { try await program(["question": "q"]) }
            #expect(ContinuousClock.now - start < .seconds(15))
            let sandbox = try #require(runtime.sandbox)
            func isBusy() -> Bool { sandbox.statistics.workers.contains { $0.inFlight > 0 } }
            for _ in 0..<500 where isBusy() { try await Task.sleep(for: .milliseconds(10)) }
            #expect(!isBusy())
        }
    }

    @Test func `code calls the tools of the program that had it written`() async throws {
        let double = try Tool("double", "Doubles a number.", parameters: "number") { (number: Int) in number * 2 }
        let model = ScriptedModel { prompt in
            prompt.contains("`generated_code`")
                ? ["reasoning": "r", "generated_code": "x = double(number=21)\nprint('it is', x)", "finished": true]
                : ["reasoning": "r", "answer": "42"]
        }
        try await withScript(model) { runtime in
            let program = PythonProgram(
                PythonTarget(
                    "CodeAct", signature: try Signature("question -> answer"),
                    arguments: ["tools": [.tool(double)], "max_iters": 2]), on: runtime)
            let prediction = try await program(["question": "2 * 21?"])
            #expect(prediction["answer"] == "42")
            #expect(try #require(prediction.pythonTrajectory).jsonText().contains("it is 42"))
        }
    }

    @Test func `a program in Python takes the state that Swift writes, and gives it back`() async throws {
        let model = ScriptedModel { _ in ["reasoning": "r", "answer": 4] }
        try await withScript(model) { runtime in
            var native = ChainOfThought(try Signature("question -> answer: int"), on: runtime)
            native.signature.instructions = "Add."
            native.demos = [["question": "1 + 1", "reasoning": "two ones", "answer": 2]]
            let program = PythonProgram(
                PythonTarget("ChainOfThought", signature: try Signature("question -> answer: int")), on: runtime
            ).loading(try native.state())
            #expect(try await program(["question": "2 + 2"])["answer"] == 4)
            #expect(model.asked.all.last?.contains("two ones") == true)
            let state = try await program.state()
            #expect(state.shape == (try native.state()).shape)
            #expect(try native.loading(state).demos == native.demos)
        }
    }

    @Test func `the catalog names what DSPy has, with parameters`() async throws {
        try await withScript(ScriptedModel { _ in [:] }) { runtime in
            let catalog = try await runtime.catalog()
            #expect(catalog.entries.count > 40)
            let entry = try #require(catalog["ReAct"])
            #expect(entry.path == "dspy.ReAct" && entry.category == "reasoning" && entry.method == "forward")
            #expect(entry.parameters.map(\.name).starts(with: ["signature", "tools"]))
            #expect(entry.parameters.first?.isRequired == true)
            #expect(Set(catalog.categories).isSuperset(of: ["optimization", "code", "retrieval", "adapter"]))
            #expect(catalog.names(near: "MIPRO").contains("MIPROv2"))
        }
    }

    @Test func `what Python refuses names the argument`() async throws {
        try await withScript(ScriptedModel { _ in [:] }) { runtime in
            let program = PythonProgram(
                PythonTarget("ReAct", signature: try Signature("q -> a"), arguments: ["tols": []]), on: runtime)
            let error = await #expect(throws: ProgramError.self) { try await program(["q": "x"]) }
            let message = "\(try #require(error))"
            #expect(message.contains("tols") || message.contains("tools"))
            let missing = PythonProgram(PythonTarget("ReAct", signature: try Signature("q -> a")), on: runtime)
            let input = await #expect(throws: ProgramError.self) { try await missing([:] as PythonDictionary) }
            guard case .input = input else { return #expect(Bool(false), "\(input as Any)") }
        }
    }
}
