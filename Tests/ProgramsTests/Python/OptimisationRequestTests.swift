import Marshalling
import PythonPool
import Signatures
import Synchronization
import Testing

@testable import Programs

/// What Python is asked for an optimisation, and how its answer is read.
@Suite struct OptimisationRequestTests {
    static let state: PythonValue = [
        "traces": [], "train": [], "demos": [["question": "q", "answer": "a", "augmented": true]],
        "signature": [
            "instructions": "Better.",
            "fields": [
                ["prefix": "Question:", "description": "${question}"],
                ["prefix": "Answer:", "description": "${answer}"],
            ],
        ], "lm": .none, "metadata": ["dependency_versions": ["dspy": "3.4.1"]],
    ]

    static func answer(_ state: PythonValue) -> PythonValue {
        [
            "state": state, "score": 75.0, "baseline": 50.0, "reported": .none, "calls": ["metric": 9, "lm": 12],
            "log": ["one"], "warnings": state.isNone ? ["no state"] : [],
        ]
    }

    private static let data = [Example(["question": "q", "answer": "a"])]

    @Test func `the optimiser gets program, data, metric and model, and gives the program back`() async throws {
        let executor = ScriptedExecutor(Self.answer(Self.state))
        let student = Predict(try Signature("question -> answer"), on: executor.runtime(), model: "large")
        let events = Mutex<[OptimisationProgress]>([])
        let result = try await student.runtime.optimise(
            student,
            by: .init(
                Optimiser("COPRO", arguments: ["depth": 2]), on: Self.data, validation: Self.data, metric: .exact(),
                threads: 3)
        ) { event in events.withLock { $0.append(event) } }
        let call = try #require(executor.calls.first)
        #expect(call.target == "dspex_worker.optimisers.optimise")
        #expect(call.args[0] == ["path": "dspy.COPRO", "args": ["depth": 2], "compile": [:], "measure": true])
        #expect(call.args[1] == ["path": "dspy.Predict", "signature": student.signature.pythonValue])
        #expect(call.args[2] == [["question": "q", "answer": "a"]])
        #expect(call.args[4]["model"] == "large" && call.args[4]["num_threads"] == 3)
        #expect(call.deadline == nil, "optimisers take their time")
        #expect(result.score == 0.75 && result.baseline == 0.5 && result.reported == nil)
        #expect(result.metricCalls == 9 && result.modelCalls == 12)
        #expect(result.program.signature.instructions == "Better.")
        #expect(result.program.demos == [["question": "q", "answer": "a"]])
        #expect(result.program.model == "large")
        // As Python calls them while it works.
        let score = try await executor.call(
            call.args[3], .init(positional: [["question": "q", "answer": "a"], ["answer": "A."], true]))
        #expect(score == 1.0)
        let told = try await executor.call(
            call.kwargs["progress"],
            .init(positional: [
                [
                    "event": "evaluation", "phase": "optimisation", "step": 3, "total": 8, "score": 1.0, "candidate": 2,
                    "candidate_score": 62.5, "best": 80.0, "lm_calls": 7, "line": .none,
                ]
            ]))
        #expect(told == PythonValue.none)
        let seen = events.withLock(\.self)
        let event = try #require(seen.first)
        #expect(
            event.event == .evaluation && event.candidateScore == 0.625 && event.best == 0.8 && event.modelCalls == 7)
    }

    @Test func `a result that no state can make is said so, and the program stays`() async throws {
        let executor = ScriptedExecutor(Self.answer(.none))
        let student = Predict(try Signature("question -> answer"), on: executor.runtime())
        let result = try await student.runtime.optimise(
            student, by: .init(Optimiser("Ensemble"), on: Self.data, metric: .exact()))
        #expect(result.state == nil && result.warnings == ["no state"])
        #expect(result.program.demos.isEmpty)
    }

    @Test func `feedback goes to the optimisers that read it`() async throws {
        let executor = ScriptedExecutor(Self.answer(Self.state))
        let student = Predict(try Signature("question -> answer"), on: executor.runtime())
        let metric = Metric("m") { _, _ -> Metric.Score in .init(0.25, feedback: "too long") }
        _ = try await student.runtime.optimise(student, by: .init(Optimiser("GEPA"), on: Self.data, metric: metric))
        let score = try await executor.call(executor.calls.first?.args[3], .init(positional: [[:], [:], false]))
        #expect(score == ["score": 0.25, "feedback": "too long"])
    }
}
