public import Marshalling

/// Runs a module up to so many times, and after each answer that is not good enough asks a model what each program in it should do
/// better, which is told to them in the next attempt. Mirrors `dspy.Refine` (dspy 3.4.1, `dspy/predict/refine.py`) request by request.
///
/// ```swift
/// let short = Refine(qa, attempts: 3, threshold: 1, on: runtime, rewardDescription: "1 for a single word, else 0") { _, prediction in
///     prediction["answer"]?.string?.contains(" ") == false ? 1 : 0
/// }
/// ```
///
/// DSPy shows the adviser the Python source of the module and of the reward. Swift has no source at run time, so the adviser reads
/// ``programDescription`` and ``rewardDescription``: the better they say what counts, the better the advice. Records and other values of
/// their own type are shown as plain data, where DSPy shows only the names of their classes.
public struct Refine: Module {
    /// What is run.
    public var module: any Module
    /// How often it is run at most; at least 1. DSPy's `N`.
    public var attempts: Int
    /// The reward that ends the search; nil to make every attempt.
    public var threshold: Double?
    /// DSPy's `fail_count`; see ``BestOfN/failureLimit``. Advice that fails counts as a failed attempt, too.
    public var failureLimit: Int?
    /// What the adviser is told of the module.
    public var programDescription: String
    /// What the adviser is told of the reward.
    public var rewardDescription: String
    /// Gives the advice. It asks the default model, unless changed.
    public var adviser: Predict

    private let reward: @Sendable (PythonDictionary, Prediction) async throws -> Double

    /// The adviser is none of the module's programs, and no optimiser changes it.
    public var predictors: [NamedPredictor] { NamedPredictor.found(in: module, at: "module") }

    /// Makes a program; nothing starts before its first call.
    ///
    /// - Parameters:
    ///   - runtime: What the adviser runs on.
    ///   - model: The adviser's model; nil for the platform's default model.
    ///   - reward: How good an answer to the inputs is; higher is better. An error that it throws counts as a failed attempt.
    public init(
        _ module: any Module, attempts: Int, threshold: Double?, failureLimit: Int? = nil, on runtime: ProgramRuntime,
        model: String? = nil, adapter: PromptAdapter? = nil, programDescription: String? = nil,
        rewardDescription: String? = nil,
        reward: @escaping @Sendable (_ inputs: PythonDictionary, _ prediction: Prediction) async throws -> Double
    ) {
        self.module = module
        self.attempts = attempts
        self.threshold = threshold
        self.failureLimit = failureLimit
        self.programDescription = programDescription ?? Advice.description(of: module)
        self.rewardDescription = rewardDescription ?? Advice.rewardDescription
        self.reward = reward
        adviser = Predict(Advice.signature, on: runtime, model: model, implementation: .native, adapter: adapter)
    }

    /// Runs the module until an answer is good enough.
    ///
    /// - Returns: The best answer, with the tokens and the time of all attempts and all advice. When time runs out, the best so far.
    /// - Throws: What the last attempt threw when none had an answer, or what one threw that was a failure too many.
    public func callAsFunction(
        _ inputs: PythonDictionary, deadline: ContinuousClock.Instant?
    ) async throws -> Prediction {
        let limit = failureLimit.flatMap { $0 == 0 ? nil : $0 } ?? attempts
        let predictors = module.predictors
        return try await Attempts(count: attempts, reward: reward, threshold: threshold, failureLimit: limit)
            .best(of: module, inputs, deadline) { attempt in
                let request = Advice.inputs(self, predictors, inputs, attempt)
                let advice = try await adviser.runtime.run(
                    adviser, inputs: request, deadline: deadline, verbatim: Advice.names)
                let texts = (advice["advice"]?.dict ?? [:]).compactMap { entry in
                    entry.key.string.flatMap { name in entry.value.string.map { (name, $0) } }
                }
                guard !texts.isEmpty else { return nil }
                return Hints(Dictionary(texts) { _, later in later }, for: predictors)
            }
    }
}
