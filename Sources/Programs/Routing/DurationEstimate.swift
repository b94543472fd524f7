/// How long a call will take, and how long it may take.
struct DurationEstimate {
    /// What the call is thought to take.
    var expected: Duration
    /// What it may take: more for large inputs, and a fifth more than that.
    var timeout: Duration

    /// Estimates a call.
    ///
    /// - Parameters:
    ///   - usual: What the program usually takes. Taken for at most a day.
    ///   - inputSize: The size of all inputs in bytes of UTF-8.
    init(usual: Duration, complexity: TaskComplexity, inputSize: Int) {
        expected = max(.zero, min(usual, .seconds(86_400))) * complexity.durationFactor
        let sizeFactor =
            switch inputSize {
            case ...1_000: 1.0
            case ...10_000: 1.5
            default: 3.0
            }
        timeout = expected * (sizeFactor * 1.2)
    }
}
