public import Marshalling

/// Runs many calls, a few of them at a time, and gives the results in the order of the calls. The counterpart of `dspy.Parallel`
/// (dspy 3.4.1, `dspy/predict/parallel.py`, `dspy/utils/parallelizer.py`).
///
/// ```swift
/// let outcomes = try await Parallel(limit: 4)(qa, questions.map { ["question": .string($0)] })
/// for outcome in outcomes { print(outcome.prediction?["answer"] ?? "-") }
/// ```
///
/// DSPy makes a call again that has not come back after two minutes, and takes what comes first. That would ask models, and let tools
/// act, twice; here a call has its program's timeout and the deadline.
public struct Parallel: Sendable {
    /// A module and what it is run on.
    public struct Call: Sendable {
        /// What is run.
        public var module: any Module
        /// One value for each of its inputs.
        public var inputs: PythonDictionary

        /// Makes a call.
        public init(_ module: any Module, _ inputs: PythonDictionary) {
            self.module = module
            self.inputs = inputs
        }
    }

    /// How far the calls are.
    public struct Progress: Sendable, Hashable {
        /// How many have ended, the failed ones among them.
        public var ended: Int
        /// How many of those failed.
        public var failed: Int
        /// How many there are.
        public var total: Int
    }

    /// How many calls run at a time; at least 1. Default 8, as in DSPy.
    public var limit: Int
    /// With so many failed calls the rest is given up. Default 10, as in DSPy; nil lets all run.
    public var maximumFailures: Int?
    /// Told after each call that ends, one after the other.
    public var progress: (@Sendable (Progress) -> Void)?

    /// Makes a runner; nothing starts before its first call.
    public init(
        limit: Int = 8, maximumFailures: Int? = 10, progress: (@Sendable (Progress) -> Void)? = nil
    ) {
        self.limit = limit
        self.maximumFailures = maximumFailures
        self.progress = progress
    }

    /// Runs a module on each of the inputs.
    ///
    /// - Throws: See ``callAsFunction(_:deadline:)``.
    public func callAsFunction(
        _ module: any Module, _ inputs: [PythonDictionary], deadline: ContinuousClock.Instant? = nil
    ) async throws -> [ParallelOutcome] {
        try await self(inputs.map { Call(module, $0) }, deadline: deadline)
    }

    /// Runs the calls.
    ///
    /// - Parameter deadline: When every answer must be there at the latest. Default: each call has its program's own time.
    /// - Returns: An outcome for each call, in the order of the calls.
    /// - Throws: ``TooManyFailures`` with the outcomes so far, or `CancellationError` when the task is cancelled. Calls that are running then
    ///   are cancelled and waited for.
    public func callAsFunction(
        _ calls: [Call], deadline: ContinuousClock.Instant? = nil
    ) async throws -> [ParallelOutcome] {
        var outcomes = Array(repeating: ParallelOutcome.notRun, count: calls.count)
        var count = Progress(ended: 0, failed: 0, total: calls.count)
        try await withThrowingTaskGroup(of: (Int, ParallelOutcome).self) { group in
            func start(_ index: Int) {
                let call = calls[index]
                group.addTask { (index, try await .running { try await call.module(call.inputs, deadline: deadline) }) }
            }
            var next = min(max(1, limit), calls.count)
            for index in 0..<next { start(index) }
            while let (index, outcome) = try await group.next() {
                try Task.checkCancellation()
                outcomes[index] = outcome
                count.ended += 1
                if outcome.error != nil { count.failed += 1 }
                progress?(count)
                if let maximumFailures, count.failed >= max(1, maximumFailures) {
                    throw TooManyFailures(outcomes: outcomes, limit: maximumFailures)
                }
                guard next < calls.count else { continue }
                start(next)
                next += 1
            }
        }
        return outcomes
    }
}
