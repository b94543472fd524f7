internal import Marshalling
internal import PythonPool
public import Signatures
internal import Synchronization

/// Runs a program on every example of a data set and scores what it answers. The counterpart of `dspy.Evaluate`, for programs of Swift
/// and of Python.
///
/// ```swift
/// let evaluation = Evaluation(data, metric: .exact(), concurrency: 4)
/// let result = try await evaluation(answer) { print($0.done, $0.total, $0.score) }
/// print(result)        // exact 0.75 (95 % interval 0.41 to 0.93, Wilson) on 8 examples · 1234 tokens · 3.20 s
/// ```
public struct Evaluation: Sendable {
    /// What is asked, and what is expected.
    public var examples: [Example]
    /// How good an answer is.
    public var metric: Metric
    /// How many examples run at the same time. Default 8.
    public var concurrency: Int
    /// What an example scores that failed. Default 0.
    public var failureScore: Double
    /// After how many failures the evaluation gives up; nil for never. Default nil.
    public var mostFailures: Int?

    /// Makes an evaluation.
    public init(
        _ examples: [Example], metric: Metric, concurrency: Int = 8, failureScore: Double = 0, mostFailures: Int? = nil
    ) {
        self.examples = examples
        self.metric = metric
        self.concurrency = concurrency
        self.failureScore = failureScore
        self.mostFailures = mostFailures
    }

    /// Makes an evaluation on a data set.
    public init(
        _ data: DataSet, metric: Metric, concurrency: Int = 8, failureScore: Double = 0, mostFailures: Int? = nil
    ) {
        self.init(
            data.examples, metric: metric, concurrency: concurrency, failureScore: failureScore,
            mostFailures: mostFailures)
    }

    /// Evaluates a program.
    ///
    /// - Parameters:
    ///   - program: Gets the inputs of its signature.
    ///   - progress: Is told of each example that is done, one after the other.
    /// - Throws: as ``callAsFunction(progress:_:)``.
    public func callAsFunction(
        _ program: some Program, progress: (@Sendable (EvaluationProgress) -> Void)? = nil
    ) async throws -> EvaluationResult {
        try await self(progress: progress) { try await program($0.inputs(of: program.signature)) }
    }

    /// Evaluates a program of DSPy's, as it runs in a worker.
    ///
    /// - Throws: as ``callAsFunction(progress:_:)``.
    public func callAsFunction(
        _ program: PythonProgram, progress: (@Sendable (EvaluationProgress) -> Void)? = nil
    ) async throws -> EvaluationResult {
        let signature = program.target.callSignature
        return try await self(progress: progress) { example in
            try await program(signature.map(example.inputs) ?? example.fields, deadline: nil)
        }
    }

    /// Evaluates a module that is made of several programs.
    ///
    /// - Parameter signature: Says which of an example's fields are the module's inputs.
    /// - Throws: as ``callAsFunction(progress:_:)``.
    public func callAsFunction(
        _ module: some Module, over signature: Signature,
        progress: (@Sendable (EvaluationProgress) -> Void)? = nil
    ) async throws -> EvaluationResult {
        try await self(progress: progress) { try await module($0.inputs(of: signature)) }
    }

    /// Evaluates whatever predicts.
    ///
    /// What one example throws is kept as its error; what every other would throw as well ends the evaluation.
    ///
    /// - Throws: ``EvaluationError`` after ``mostFailures`` failures; ``ProgramError`` when something is missing on this machine, there is no
    ///   such model or pool, or the pool is closed; `CancellationError` when the task is cancelled.
    public func callAsFunction(
        progress: (@Sendable (EvaluationProgress) -> Void)? = nil,
        _ predict: @escaping @Sendable (Example) async throws -> Prediction
    ) async throws -> EvaluationResult {
        let start = ContinuousClock.now
        var items: [EvaluationResult.Item?] = Array(repeating: nil, count: examples.count)
        var tally = (done: 0, sum: 0.0, failures: 0)
        try await withThrowingTaskGroup(of: (Int, EvaluationResult.Item).self) { group in
            var next = 0
            func begin() {
                guard next < examples.count else { return }
                let index = next
                next += 1
                group.addTask { (index, try await item(examples[index], predict)) }
            }
            for _ in 0..<max(1, concurrency) { begin() }
            while let (index, item) = try await group.next() {
                items[index] = item
                tally.done += 1
                tally.sum += item.score
                if item.error != nil { tally.failures += 1 }
                progress?(
                    EvaluationProgress(
                        result: item, index: index, done: tally.done, total: examples.count,
                        score: tally.sum / Double(tally.done), failures: tally.failures))
                if let mostFailures, tally.failures >= max(1, mostFailures), let error = item.error {
                    throw EvaluationError(failures: tally.failures, done: tally.done, last: error)
                }
                begin()
            }
        }
        return EvaluationResult(
            metric: metric.name, items: items.compactMap(\.self), duration: ContinuousClock.now - start)
    }

    /// The same as a sequence: each example as it is done. Whoever stops listening ends the evaluation.
    public func progress(
        _ predict: @escaping @Sendable (Example) async throws -> Prediction
    ) -> AsyncThrowingStream<EvaluationProgress, any Error> {
        AsyncThrowingStream { continuation in
            let task = Task {
                do {
                    _ = try await self(progress: { continuation.yield($0) }, predict)
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    /// One example: what was answered and what that is worth, or why there is nothing.
    private func item(
        _ example: Example, _ predict: @Sendable (Example) async throws -> Prediction
    ) async throws -> EvaluationResult.Item {
        var item = EvaluationResult.Item(example: example, score: failureScore)
        do {
            try Task.checkCancellation()
            let prediction = try await predict(example)
            item.prediction = prediction
            let score = try await metric(example, prediction)
            item.score = score.value
            item.feedback = score.feedback
        } catch {
            if Task.isCancelled { throw CancellationError() }
            if Self.isHopeless(error) { throw error }
            item.error = error
        }
        return item
    }

    /// Whether every other example would fail likewise.
    private static func isHopeless(_ error: any Error) -> Bool {
        switch error {
        case ProgramError.environment, ProgramError.route, ProgramError.pool(.closed): true
        case PythonPoolError.environment, PythonPoolError.closed: true
        default: false
        }
    }
}

/// An evaluation was given up.
public struct EvaluationError: Error, Sendable, CustomStringConvertible {
    /// How many examples failed.
    public let failures: Int
    /// How many were done.
    public let done: Int
    /// Why the last one failed.
    public let last: any Error

    /// How many failed, and why the last did.
    public var description: String {
        "the evaluation was given up: \(failures) of \(done) examples failed, the last with: \(last)"
    }
}
