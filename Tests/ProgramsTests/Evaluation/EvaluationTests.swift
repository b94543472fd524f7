import LanguageModels
import Marshalling
import Programs
import PythonPool
import Signatures
import Synchronization
import Testing

/// Evaluations of whatever predicts.
@Suite struct EvaluationTests {
    struct Odd: Error, CustomStringConvertible { let description = "odd" }

    static let examples = (0..<10).map { Example(["n": .int($0), "answer": .int($0)]) }

    /// Right below 6, wrong below 8, and fails after that.
    @Sendable static func predict(_ example: Example) async throws -> Prediction {
        let number = example["n"]?.int ?? 0
        // Later ones are done first.
        try await Task.sleep(for: .milliseconds(10 - number))
        guard number < 8 else { throw Odd() }
        var prediction = MetricTests.prediction(["answer": .int(number < 6 ? number : -1)])
        prediction.usage = LanguageModelUsage(inputTokens: 2, outputTokens: 1, totalTokens: 3)
        return prediction
    }

    @Test func `results keep their order, failures count as such, and tokens are summed`() async throws {
        let evaluation = Evaluation(Self.examples, metric: .exact(), concurrency: 4)
        let seen = Mutex<[Int]>([])
        let result = try await evaluation(progress: { progress in
            seen.withLock { $0.append(progress.done) }
            #expect(progress.total == 10)
        }) { try await Self.predict($0) }
        #expect(result.items.map(\.example) == Self.examples)
        #expect(result.items.map(\.score) == [1, 1, 1, 1, 1, 1, 0, 0, 0, 0])
        #expect(result.score == 0.6)
        #expect(result.failures.count == 2)
        #expect(result.failures.allSatisfy { $0.error is Odd && $0.prediction == nil })
        #expect(result.usage?.totalTokens == 24)
        #expect(seen.withLock(\.self) == Array(1...10))
        #expect(result.interval?.method == .wilson)
        #expect(
            "\(result)".hasPrefix(
                "exact 0.6 (95 % interval 0.313 to 0.832, Wilson) on 10 examples, 2 failed · 24 tokens · "))
    }

    @Test func `no more run at once than may`() async throws {
        let running = Mutex((now: 0, most: 0))
        let evaluation = Evaluation(Self.examples, metric: .exact(), concurrency: 3)
        _ = try await evaluation { example in
            running.withLock {
                $0.now += 1; $0.most = max($0.most, $0.now)
            }
            defer { running.withLock { $0.now -= 1 } }
            return try await Self.predict(example)
        }
        #expect(running.withLock(\.most) == 3)
    }

    @Test func `a failure may have a score of its own`() async throws {
        let evaluation = Evaluation(Self.examples, metric: .exact(), failureScore: -1)
        #expect(try await evaluation { try await Self.predict($0) }.score == 0.4)
    }

    @Test func `it gives up after so many failures`() async throws {
        let evaluation = Evaluation(Self.examples, metric: .exact(), concurrency: 1, mostFailures: 2)
        let error = await #expect(throws: EvaluationError.self) { try await evaluation { try await Self.predict($0) } }
        #expect(error?.failures == 2 && error?.done == 10)
    }

    @Test func `what would fail every example ends it at once`() async throws {
        let asked = Mutex(0)
        let evaluation = Evaluation(Self.examples, metric: .exact(), concurrency: 1)
        await #expect(throws: ProgramError.self) {
            try await evaluation { _ -> Prediction in
                asked.withLock { $0 += 1 }
                throw ProgramError.environment(problem: "no venv", remedy: "make one")
            }
        }
        #expect(asked.withLock(\.self) == 1)
    }

    @Test func `cancelling it ends what runs`() async throws {
        let evaluation = Evaluation(Self.examples, metric: .exact(), concurrency: 2)
        let (begun, signal) = AsyncStream<Void>.makeStream()
        let task = Task {
            try await evaluation { _ -> Prediction in
                signal.yield()
                try await Task.sleep(for: .seconds(600))
                return MetricTests.prediction([:])
            }
        }
        for await _ in begun { break }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func `a program gets the inputs of its signature`() async throws {
        let executor = ScriptedExecutor(["outputs": ["answer": 3], "usage": .none])
        let program = Predict(try Signature("n: int -> answer: int"), on: executor.runtime(), pool: "general")
        let result = try await Evaluation(Self.examples, metric: .exact())(program)
        #expect(result.score == 0.1)
        #expect(executor.calls.count == 10)
        #expect(executor.calls.allSatisfy { $0.args[2].dict?.keys == ["n"] })
        let again = try await Evaluation(Self.examples, metric: .exact())(program, over: program.signature)
        #expect(again.score == 0.1)
    }

    @Test func `progress is a sequence, too`() async throws {
        let evaluation = Evaluation(Self.examples, metric: .exact(), concurrency: 1)
        var indices: [Int] = []
        for try await progress in evaluation.progress({ try await Self.predict($0) }) { indices.append(progress.index) }
        #expect(indices == Array(0..<10))
    }

    @Test func `the table shows what was expected, what came, and errors in its place`() async throws {
        let evaluation = Evaluation(Array(Self.examples[5...8]), metric: .exact())
        let signature = try Signature("n: int -> answer: int")
        let table = try await evaluation { try await Self.predict($0) }.table(for: signature)
        #expect(
            table.text(width: 60) == """
                #  n  answer expected  answer      exact
                ─  ─  ───────────────  ──────────  ─────
                1  5  5                5               1
                2  6  6                -1              0
                3  7  7                -1              0
                4  8  8                error: odd      0
                """)
    }
}

/// Bounds of mean scores.
@Suite struct ConfidenceIntervalTests {
    @Test(arguments: [
        // From R's binom.confint(x, n, methods = "wilson").
        (0, 10, 0.0, 0.277_532_8), (5, 10, 0.236_593_1, 0.763_406_9), (10, 10, 0.722_467_2, 1.0),
        (81, 263, 0.255_288_7, 0.366_210_5),
    ])
    func `a share has Wilson's bounds`(successes: Int, count: Int, lower: Double, upper: Double) throws {
        let scores = (0..<count).map { $0 < successes ? 1.0 : 0.0 }
        let interval = try #require(ConfidenceInterval(scores: scores))
        #expect(interval.method == .wilson)
        #expect(abs(interval.lower - lower) < 1e-4 && abs(interval.upper - upper) < 1e-4, "\(interval)")
    }

    @Test func `other scores have those of a bootstrap, the same each time`() throws {
        let scores = (0..<200).map { Double($0 % 10) / 10 }
        let interval = try #require(ConfidenceInterval(scores: scores))
        #expect(interval.method == .bootstrap)
        // The normal approximation: 0.45 ± 1.96 * 0.2872 / sqrt(200).
        #expect(abs(interval.lower - 0.410) < 0.006 && abs(interval.upper - 0.490) < 0.006, "\(interval)")
        #expect(ConfidenceInterval(scores: scores) == interval)
        let same = try #require(ConfidenceInterval(scores: [0.5, 0.5]))
        #expect(same.lower == 0.5 && same.upper == 0.5)
        #expect(ConfidenceInterval(scores: []) == nil)
    }
}
