internal import Marshalling

/// Says how good a prediction is for an example.
///
/// ```swift
/// let close = Metric("close") { example, prediction in
///     abs((example["answer"]?.double ?? 0) - (prediction["answer"]?.double ?? .infinity)) < 0.5
/// }
/// ```
///
/// The same metric serves evaluations in Swift and DSPy's optimisers, which call it from Python.
public struct Metric: Sendable {
    /// How good one prediction is.
    public struct Score: Sendable, Hashable {
        /// Usually from 0 to 1.
        public var value: Double
        /// Why, in words, for optimisers that read (GEPA). Default nothing.
        public var feedback: String?

        /// Makes a score.
        public init(_ value: Double, feedback: String? = nil) {
            self.value = value
            self.feedback = feedback
        }
    }

    /// What tables and messages call it.
    public let name: String
    private let body: @Sendable (Example, Prediction) async throws -> Score

    /// A metric that gives a number, usually from 0 to 1.
    public init(_ name: String, _ body: @escaping @Sendable (Example, Prediction) async throws -> Double) {
        self.init(name) { Score(try await body($0, $1)) }
    }

    /// A metric that says whether a prediction is right, which counts 1 or 0.
    public init(_ name: String, _ body: @escaping @Sendable (Example, Prediction) async throws -> Bool) {
        self.init(name) { Score(try await body($0, $1) ? 1 : 0) }
    }

    /// A metric that can say why.
    @_disfavoredOverload
    public init(_ name: String, _ body: @escaping @Sendable (Example, Prediction) async throws -> Score) {
        self.name = name
        self.body = body
    }

    /// A metric over a task that is declared as a struct: both sides are of its types.
    ///
    /// What is not of these types, as an example without outputs, is an error of the metric.
    public init<Task: TypedSignature>(
        _ name: String, for task: Task.Type,
        _ body: @escaping @Sendable (Task, Task.Output) async throws -> Double
    ) {
        self.init(name) { example, prediction in
            Score(try await body(try Task(example: example.fields), try Task.output(of: prediction)))
        }
    }

    /// The score of one prediction.
    ///
    /// - Throws: ``MetricError`` for a score that is no finite number, and what the metric throws.
    public func callAsFunction(_ example: Example, _ prediction: Prediction) async throws -> Score {
        let score = try await body(example, prediction)
        guard score.value.isFinite else { throw MetricError.notFinite(metric: name, score.value) }
        return score
    }
}

/// Why a metric gave no score.
public enum MetricError: Error, Sendable, Hashable {
    /// The score is infinite or not a number.
    case notFinite(metric: String, Double)
    /// The example names none of the outputs that the prediction has.
    case nothingToCompare(metric: String, outputs: [String])
    /// The example has no value for an output that is to be compared.
    case noReference(metric: String, field: String)
}

extension MetricError: CustomStringConvertible {
    /// What is wrong and what to do.
    public var description: String {
        switch self {
        case .notFinite(let metric, let value): "the metric '\(metric)' gave \(value), which is no score"
        case .nothingToCompare(let metric, let outputs):
            "the metric '\(metric)' has nothing to compare: the example has none of \(outputs.joined(separator: ", "))"
        case .noReference(let metric, let field): "the metric '\(metric)': the example has no value for '\(field)'"
        }
    }
}
