public import Marshalling

/// Something that turns inputs into outputs: a ``Program`` that asks a model, or one that is made of others. The counterpart of
/// `dspy.Module`.
///
/// Whoever takes a module takes any: a program that runs in Swift, one that runs in Python, a ``BestOfN`` of either, or a struct of
/// your own:
///
/// ```swift
/// struct Answer: Module {
///     var plan: ChainOfThought
///     var write: Predict
///
///     func callAsFunction(_ inputs: PythonDictionary, deadline: ContinuousClock.Instant?) async throws -> Prediction {
///         let plan = try await plan(inputs, deadline: deadline)
///         return try await write(["plan": plan["plan"] ?? ""], deadline: deadline)
///     }
/// }
/// ```
public protocol Module: Sendable {
    /// The programs in it that ask a model, by the names that DSPy would give them. Default: those in its stored properties.
    var predictors: [NamedPredictor] { get }

    /// Runs it once.
    ///
    /// - Parameters:
    ///   - inputs: One value for each input.
    ///   - deadline: When the answer must be there at the latest; nil for as long as its programs allow.
    /// - Throws: ``ProgramError``, or `CancellationError` when the task is cancelled.
    func callAsFunction(_ inputs: PythonDictionary, deadline: ContinuousClock.Instant?) async throws -> Prediction
}

extension Module {
    /// Runs it once, for as long as its programs allow.
    ///
    /// ```swift
    /// let prediction = try await predict(["text": "There are 7 apples in the box."])
    /// prediction["count"]?.int        // 7
    /// ```
    public func callAsFunction(_ inputs: PythonDictionary) async throws -> Prediction {
        try await callAsFunction(inputs, deadline: nil)
    }

    /// The programs in the stored properties, in order.
    public var predictors: [NamedPredictor] { NamedPredictor.inProperties(of: self) }
}
