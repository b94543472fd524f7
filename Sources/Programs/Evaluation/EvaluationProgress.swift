/// How far an evaluation is; one is told for each example that is done.
public struct EvaluationProgress: Sendable {
    /// The example that is done.
    public var result: EvaluationResult.Item
    /// Its place in the data, from 0. Examples are not done in their order.
    public var index: Int
    /// How many are done.
    public var done: Int
    /// How many there are.
    public var total: Int
    /// The mean score of those that are done.
    public var score: Double
    /// How many of those failed.
    public var failures: Int
}
