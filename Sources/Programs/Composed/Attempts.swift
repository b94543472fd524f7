internal import LanguageModels
internal import Marshalling

/// Runs a module several times and keeps the best answer: what ``BestOfN`` and ``Refine`` have in common.
struct Attempts: Sendable {
    /// One attempt that had an answer.
    struct Attempt: Sendable {
        var prediction: Prediction
        var reward: Double
        var trace: [ProgramTrace.Entry]
    }

    let count: Int
    let reward: @Sendable (PythonDictionary, Prediction) async throws -> Double
    let threshold: Double?
    let failureLimit: Int

    /// DSPy gives each attempt a number of its own, which keeps its cache out, and a temperature at which answers differ.
    private static let options = GenerationOptions(temperature: 1)

    /// - Parameter advise: Asked after an attempt that was not good enough, when there is another; what the next ones are told.
    /// - Returns: The answer with the highest reward, the first of equals, with what all attempts took.
    /// - Throws: What the last attempt threw, when none had an answer; ``ProgramError``, when too many failed.
    func best(
        of module: any Module, _ inputs: PythonDictionary, _ deadline: ContinuousClock.Instant?,
        advise: (Attempt) async throws -> Hints? = { _ in nil }
    ) async throws -> Prediction {
        guard count > 0 else {
            let problem = FieldProblem(path: "attempts", kind: .outOfBounds(rule: "at least 1", actual: "\(count)"))
            throw ProgramError.input(InputError(signature: "\(type(of: module))", problems: [problem]))
        }
        let start = ContinuousClock.now
        let outer = CallScope.inner()
        return try await outer.run {
            var scope = outer
            scope.options = Self.options.completed(by: scope.options)
            var best: Attempt?
            var failuresLeft = failureLimit
            for index in 0..<count {
                try Task.checkCancellation()
                do {
                    let attempt = try await run(module, inputs, deadline, in: scope, beside: outer)
                    if attempt.reward > best?.reward ?? -.infinity || best == nil { best = attempt }
                    if let threshold, attempt.reward >= threshold { break }
                    if index < count - 1, let hints = try await advise(attempt) { scope.hints = hints }
                } catch {
                    if error is CancellationError || Task.isCancelled { throw CancellationError() }
                    let isLast = index == count - 1 || deadline.map { ContinuousClock.now >= $0 } ?? false
                    // The rule is DSPy's, which lets fewer attempts fail the later they are.
                    if index > failuresLeft || (isLast && best == nil) { throw error }
                    failuresLeft -= 1
                    if isLast { break }
                }
            }
            guard let best else { throw CancellationError() }
            outer.trace?.append(best.trace)
            return outer.ledger.charged(to: best.prediction, since: start)
        }
    }

    private func run(
        _ module: any Module, _ inputs: PythonDictionary, _ deadline: ContinuousClock.Instant?, in scope: CallScope,
        beside outer: CallScope
    ) async throws -> Attempt {
        let trace = ProgramTrace()
        var scope = scope
        scope.trace = trace
        let prediction = try await scope.run { try await module(inputs, deadline: deadline) }
        // What the reward asks a model for is paid for, but no part of the attempt.
        var aside = outer
        aside.trace = nil
        let reward: Double = try await aside.run { try await self.reward(inputs, prediction) }
        return Attempt(prediction: prediction, reward: reward.isNaN ? -.infinity : reward, trace: trace.entries)
    }
}
