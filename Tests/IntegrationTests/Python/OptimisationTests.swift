import DSPex
import Foundation
import Synchronization
import Testing

/// DSPy's optimisers with a Swift metric, on a scripted model that is right when it is told how.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct OptimisationTests {
    static let data = (0..<8).map { Example(["question": "q\($0)", "answer": "gold"]) }

    /// Right for every other question, and for all once an example is shown.
    static let model = { @Sendable in
        ScriptedModel { prompt in
            let told = prompt.components(separatedBy: "gold").count > 1
            let even = ["q0", "q2", "q4", "q6"].contains { prompt.hasSuffix($0) || prompt.contains("\($0)\n\nRespond") }
            return ["answer": told || even ? "gold" : "lead"]
        }
    }

    @Test func `BootstrapFewShot finds examples, and the result runs without Python`() async throws {
        let model = Self.model()
        try await withScript(model) { runtime in
            let student = Predict(try Signature("question -> answer"), on: runtime)
            let events = Mutex<[OptimisationProgress]>([])
            let optimiser = Optimiser(
                "BootstrapFewShot", arguments: ["max_bootstrapped_demos": 2, "max_labeled_demos": 0])
            let result = try await runtime.optimise(
                student, by: .init(optimiser, on: Self.data, metric: .exact(), threads: 1)
            ) { event in events.withLock { $0.append(event) } }
            #expect(result.baseline == 0.5)
            #expect(result.score == 1)
            #expect(result.program.demos.count == 2)
            #expect(result.metricCalls > 8 && result.modelCalls > 8)
            #expect(Set(events.withLock { $0.map(\.phase) }).isSuperset(of: ["baseline", "optimisation", "result"]))
            let state = try #require(result.state)
            #expect(try ProgramState(json: try state.jsonText()) == state)
            // Here and natively the same.
            var native = result.program
            native.implementation = .native
            let evaluation = Evaluation(Self.data, metric: .exact(), concurrency: 2)
            #expect(try await evaluation(native).score == 1)
            native.implementation = .python
            #expect(try await evaluation(native).score == 1)
        }
    }

    @Test func `cancelling the task ends the optimiser, and its worker serves on`() async throws {
        let model = Self.model()
        try await withScript(model) { runtime in
            let student = Predict(try Signature("question -> answer"), on: runtime)
            let (begun, signal) = AsyncStream<Void>.makeStream()
            let slow = Metric("slow") { _, _ -> Bool in
                signal.yield()
                try await Task.sleep(for: .seconds(60))
                return true
            }
            let task = Task {
                try await runtime.optimise(
                    student, by: .init(Optimiser("BootstrapFewShot"), on: Self.data, metric: slow, threads: 1))
            }
            for await _ in begun { break }
            let start = ContinuousClock.now
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(ContinuousClock.now - start < .seconds(10))
            let again = try await runtime.optimise(
                student,
                by: .init(Optimiser("LabeledFewShot", measures: false), on: Self.data, metric: .exact()))
            #expect(again.program.demos.count == 8)
        }
    }

    @Test func `a metric that fails too often ends with its reason`() async throws {
        struct Broken: Error {}
        try await withScript(Self.model()) { runtime in
            let student = Predict(try Signature("question -> answer"), on: runtime)
            let broken = Metric("broken") { _, _ -> Bool in throw Broken() }
            let error = await #expect(throws: (any Error).self) {
                try await runtime.optimise(
                    student,
                    by: .init(Optimiser("BootstrapFewShot"), on: Self.data, metric: broken, threads: 1, mostErrors: 2))
            }
            #expect("\(try #require(error))".contains("Broken"))
        }
    }

    @Test func `an unknown optimiser is named`() async throws {
        try await withScript(Self.model()) { runtime in
            let student = Predict(try Signature("question -> answer"), on: runtime)
            let error = await #expect(throws: ProgramError.self) {
                try await runtime.optimise(
                    student, by: .init(Optimiser("Bootstrap"), on: Self.data, metric: .exact()))
            }
            let message = "\(try #require(error))"
            #expect(message.contains("'dspy.Bootstrap'") && message.contains("'BootstrapFewShot'"), "\(message)")
        }
    }
}
