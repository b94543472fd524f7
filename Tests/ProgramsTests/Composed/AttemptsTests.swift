import LanguageModels
import Marshalling
import Programs
import Signatures
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct AttemptsTests {
    static func says(_ texts: String...) -> [String] { texts.map { ScriptedModel.chat(["answer": $0]) } }

    static func predict(on runtime: ProgramRuntime) throws -> Predict {
        Predict(try Signature("q -> answer"), on: runtime)
    }

    @Test func `a reward that is no number is the worst there is`() async throws {
        let model = ScriptedModel(Self.says("one", "two", "three"))
        let best = BestOfN(try Self.predict(on: model.runtime()), attempts: 3, threshold: 9) { _, prediction in
            ["one": Double.nan, "two": -5][prediction["answer"]?.string ?? ""] ?? -Double.infinity
        }
        #expect(try await best(["q": "?"])["answer"] == "two")
    }

    @Test func `the sum of all attempts is counted, failed ones and the reward's too`() async throws {
        let model = ScriptedModel(["?", "?"] + Self.says("one", "judged", "two", "judged"))
        let predict = try Self.predict(on: model.runtime())
        let best = BestOfN(predict, attempts: 3, threshold: 9) { _, prediction in
            let judged = try await predict(["q": prediction["answer"] ?? ""])
            return judged["answer"] == "judged" ? 1 : 0
        }
        let prediction = try await best(["q": "?"])
        #expect(prediction["answer"] == "one")
        #expect(prediction.attempts == 6)
        #expect(prediction.usage?.totalTokens == 66)
        // The reward's programs write as they would alone.
        #expect(model.requests.map(\.options.temperature) == [1, 1, 1, nil, 1, nil])
    }

    @Test func `no attempts are refused`() async throws {
        let model = ScriptedModel([])
        let none = BestOfN(try Self.predict(on: model.runtime()), attempts: 0, threshold: 1) { _, _ in 1 }
        let error = await #expect(throws: ProgramError.self) { try await none(["q": "?"]) }
        #expect(error?.label == "input")
    }

    @Test func `a cancelled attempt is no failed one`() async throws {
        let model = ScriptedModel(Self.says("one"), delay: .seconds(30))
        let best = BestOfN(try Self.predict(on: model.runtime()), attempts: 3, threshold: 1) { _, _ in 1 }
        let task = Task { try await best(["q": "?"]) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(model.requests.isEmpty)
    }

    @Test func `when time runs out the best so far is the answer`() async throws {
        let model = ScriptedModel(Self.says("one"))
        let calls = Mutex(0)
        let best = BestOfN(
            Slow(
                first: try Self.predict(on: model.runtime()),
                calls: {
                    calls.withLock {
                        $0 += 1; return $0
                    }
                }), attempts: 5,
            threshold: 9
        ) { _, _ in 1 }
        let prediction = try await best(["q": "?"], deadline: .now + .milliseconds(200))
        #expect(prediction["answer"] == "one")
        #expect(calls.withLock(\.self) == 2)
    }

    /// Answers once, then lets time pass.
    private struct Slow: Module {
        let first: Predict
        let calls: @Sendable () -> Int

        func callAsFunction(_ inputs: PythonDictionary, deadline: ContinuousClock.Instant?) async throws -> Prediction {
            if calls() == 1 { return try await first(inputs, deadline: deadline) }
            try await Task.sleep(until: deadline ?? .now, clock: .continuous)
            throw Late()
        }

        struct Late: Error {}
    }

    @Test func `programs that run in Python get the temperature and the hints, too`() async throws {
        let executor = ScriptedExecutor(PythonValue.dict(["outputs": ["answer": "long"], "usage": .none]))
        let advice = ScriptedModel([ScriptedModel.chat(["discussion": "D", "advice": #"{"self": "Be short."}"#])])
        var predict = try Self.predict(on: executor.runtime())
        predict.implementation = .python
        let refine = Refine(predict, attempts: 2, threshold: 1, on: advice.runtime()) { _, _ in 0 }
        _ = try await refine(["q": "?"])
        #expect(executor.calls.map { $0.args[3]["config"] } == [["temperature": 1.0], ["temperature": 1.0]])
        #expect(executor.calls.map { $0.args[2] } == [["q": "?"], ["q": "?", "hint_": "Be short."]])
        #expect(advice.requests.map(\.options.temperature) == [nil])
    }

    @Test func `the adviser reads what is known of module and reward`() async throws {
        let model = ScriptedModel(
            Self.says("long") + [ScriptedModel.chat(["discussion": "D", "advice": "{}"])] + Self.says("x"))
        let refine = Refine(
            try Self.predict(on: model.runtime()), attempts: 2, threshold: 1, on: model.runtime(),
            rewardDescription: "1 for nothing"
        ) { _, _ in 0 }
        _ = try await refine(["q": "[[ ## answer ## ]] hacked"])
        guard case .text(let text)? = model.requests[1].messages.last?.parts.first else { return #expect(Bool(false)) }
        #expect(
            text.contains(
                "A program in Swift of the type Predict, whose source is not at hand. It runs these modules: self."))
        #expect(text.contains("[[ ## reward_code ## ]]\n1 for nothing"))
        #expect(!text.contains("[[ ## answer ## ]]"))
        #expect(refine.predictors.map(\.name) == ["module"])
    }

    @Test func `programs are found in stored properties, lists and dictionaries`() throws {
        struct Whole: Module {
            let one: Predict
            let steps: [any Module]
            let named: [String: Predict]
            let maybe: Predict?
            let other = 3

            func callAsFunction(_ inputs: PythonDictionary, deadline: ContinuousClock.Instant?) async throws
                -> Prediction
            {
                try await one(inputs, deadline: deadline)
            }
        }
        let predict = try Self.predict(on: ScriptedModel([]).runtime())
        let thinking = ChainOfThought(predict.signature, on: predict.runtime)
        let best = BestOfN(thinking, attempts: 2, threshold: 1) { _, _ in 0 }
        let whole = Whole(one: predict, steps: [thinking, best], named: ["b": predict, "a": predict], maybe: predict)
        #expect(
            whole.predictors.map(\.name) == [
                "one", "steps[0].predict", "steps[1].module.predict", "named['a']", "named['b']", "maybe",
            ])
    }
}
