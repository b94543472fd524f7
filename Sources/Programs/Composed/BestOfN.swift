public import Marshalling

/// Runs a module up to so many times and gives the answer with the highest reward, or the first whose reward is high enough. Mirrors
/// `dspy.BestOfN` (dspy 3.4.1, `dspy/predict/best_of_n.py`) request by request.
///
/// ```swift
/// let short = BestOfN(qa, attempts: 3, threshold: 1) { _, prediction in
///     prediction["answer"]?.string?.contains(" ") == false ? 1 : 0
/// }
/// let prediction = try await short(["question": "What is the capital of Belgium?"])
/// ```
///
/// Every attempt is made at a temperature of 1, unless a program in it names another.
public struct BestOfN: Module {
    /// What is run.
    public var module: any Module
    /// How often it is run at most; at least 1. DSPy's `N`.
    public var attempts: Int
    /// The reward that ends the search.
    public var threshold: Double
    /// DSPy's `fail_count`: the attempt of index *i* (from 0) may fail if *i* is not above this less the failures before it. Nil, the
    /// default, and 0 stand for ``attempts``. Unlike DSPy, one call does not use up the failures of the next.
    public var failureLimit: Int?

    private let reward: @Sendable (PythonDictionary, Prediction) async throws -> Double

    /// Makes a program; nothing starts before its first call.
    ///
    /// - Parameter reward: How good an answer to the inputs is; higher is better. An error that it throws counts as a failed attempt.
    public init(
        _ module: any Module, attempts: Int, threshold: Double, failureLimit: Int? = nil,
        reward: @escaping @Sendable (_ inputs: PythonDictionary, _ prediction: Prediction) async throws -> Double
    ) {
        self.module = module
        self.attempts = attempts
        self.threshold = threshold
        self.failureLimit = failureLimit
        self.reward = reward
    }

    /// Runs the module until an answer is good enough.
    ///
    /// - Returns: The best answer, with the tokens and the time of all attempts. When time runs out, the best so far.
    /// - Throws: What the last attempt threw when none had an answer, or what one threw that was a failure too many.
    public func callAsFunction(
        _ inputs: PythonDictionary, deadline: ContinuousClock.Instant?
    ) async throws -> Prediction {
        try await Attempts(count: attempts, reward: reward, threshold: threshold, failureLimit: limit)
            .best(of: module, inputs, deadline)
    }

    private var limit: Int { failureLimit.flatMap { $0 == 0 ? nil : $0 } ?? attempts }
}
