/// What a typed program answered: the outputs as properties, what it took to get them beside.
///
/// ```swift
/// let result = try await answer(.init(question: "Who wrote Dune?", passages: passages))
/// print(result.answer, result.confidence, result.usage, result.route)
/// ```
///
/// Where an output has the name of a property of ``Prediction``, such as `model`, the output is meant; the other is
/// `result.prediction.model`.
@dynamicMemberLookup
public struct TypedPrediction<Task: TypedSignature>: Sendable, Hashable {
    /// The outputs.
    public let output: Task.Output
    /// The same outputs as Python sees them, with whatever the kind of program adds, and what it took to get them.
    public let prediction: Prediction

    /// Makes a prediction, for tests and for other implementations.
    public init(_ output: Task.Output, _ prediction: Prediction) {
        self.output = output
        self.prediction = prediction
    }

    /// An output.
    public subscript<Value>(dynamicMember path: KeyPath<Task.Output, Value>) -> Value { output[keyPath: path] }

    /// What it took: usage, route, model, duration.
    @_disfavoredOverload
    public subscript<Value>(dynamicMember path: KeyPath<Prediction, Value>) -> Value { prediction[keyPath: path] }
}
