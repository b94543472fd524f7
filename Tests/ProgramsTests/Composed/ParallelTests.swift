import Marshalling
import Programs
import Signatures
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct ParallelTests {
    /// Answers with its input, the later calls first, and knows how many ran at a time.
    private final class Echo: Module {
        private let running = Mutex((now: 0, most: 0))
        private let runtime = ScriptedModel([]).runtime()
        private let route: Route

        init() throws { route = try runtime.router.route(.init(kind: .predict)) }

        var most: Int { running.withLock(\.most) }
        var predictors: [NamedPredictor] { [] }

        func callAsFunction(_ inputs: PythonDictionary, deadline: ContinuousClock.Instant?) async throws -> Prediction {
            running.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            defer { running.withLock { $0.now -= 1 } }
            let index = inputs["i"]?.int ?? 0
            try await Task.sleep(for: index < 0 ? .seconds(30) : .milliseconds(20 - 2 * index))
            if index % 4 == 3 { throw Failure() }
            return Prediction(outputs: inputs, route: route, model: "m", duration: .zero)
        }
    }

    private struct Failure: Error {}

    private static func inputs(_ range: Range<Int>) -> [PythonDictionary] { range.map { ["i": .int($0)] } }

    @Test func `results come in the order of the calls, and so many run at a time as may`() async throws {
        let echo = try Echo()
        let seen = Mutex<[Parallel.Progress]>([])
        let parallel = Parallel(limit: 3) { progress in seen.withLock { $0.append(progress) } }
        let outcomes = try await parallel(echo, Self.inputs(0..<8))
        #expect(outcomes.map { $0.prediction?["i"]?.int } == [0, 1, 2, nil, 4, 5, 6, nil])
        #expect(outcomes.map { $0.error is Failure } == [false, false, false, true, false, false, false, true])
        #expect(echo.most == 3)
        let progress = seen.withLock(\.self)
        #expect(progress.map(\.ended) == Array(1...8))
        #expect(progress.last?.failed == 2)
        #expect(progress.last?.total == 8)
    }

    @Test func `too many failures end the rest, and say what there is`() async throws {
        let echo = try Echo()
        let error = await #expect(throws: TooManyFailures.self) {
            try await Parallel(limit: 1, maximumFailures: 1)(echo, Self.inputs(0..<9))
        }
        let outcomes = try #require(error?.outcomes)
        #expect(outcomes.map { $0.prediction != nil } == [true, true, true] + Array(repeating: false, count: 6))
        #expect(outcomes[3].error is Failure)
        #expect(outcomes[4...].allSatisfy { $0.error == nil })
        #expect("\(try #require(error))".hasPrefix("1 of 9 calls failed"))
    }

    @Test func `without a limit of failures all run`() async throws {
        let outcomes = try await Parallel(maximumFailures: nil)(try Echo(), Array(repeating: ["i": 3], count: 12))
        #expect(outcomes.count { $0.error is Failure } == 12)
    }

    @Test func `cancelling ends every call`() async throws {
        let echo = try Echo()
        let task = Task { try await Parallel()(echo, Self.inputs(-5..<0)) }
        try await Task.sleep(for: .milliseconds(50))
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func `nothing to do is done`() async throws {
        #expect(try await Parallel()([]).isEmpty)
    }
}
