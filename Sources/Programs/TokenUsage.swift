internal import Marshalling

/// How many tokens a call took.
public struct TokenUsage: Sendable, Hashable {
    /// Tokens that the model read.
    public var prompt: Int
    /// Tokens that the model wrote.
    public var completion: Int
    /// All of them, as the model counts.
    public var total: Int

    /// Makes a count.
    public init(prompt: Int, completion: Int, total: Int) {
        self.prompt = prompt
        self.completion = completion
        self.total = total
    }

    /// Reads DSPy's `prompt_tokens`, `completion_tokens` and `total_tokens`; nil when there is neither of the first two.
    init?(_ value: PythonValue?) {
        guard let value, value["prompt_tokens"]?.int != nil || value["completion_tokens"]?.int != nil else {
            return nil
        }
        prompt = value["prompt_tokens"]?.int ?? 0
        completion = value["completion_tokens"]?.int ?? 0
        total = value["total_tokens"]?.int ?? prompt + completion
    }
}
