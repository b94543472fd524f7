/// What a model's tokens cost, in whatever currency the configuration is written in.
public struct LanguageModelPrice: Sendable, Hashable {
    /// A million tokens that the model reads.
    public var input: Double
    /// A million tokens that the model writes.
    public var output: Double
    /// A million tokens that the provider has read before and remembers. Default: as ``input``.
    public var cachedInput: Double

    /// Makes a price.
    public init(input: Double, output: Double, cachedInput: Double? = nil) {
        self.input = input
        self.output = output
        self.cachedInput = cachedInput ?? input
    }

    /// What so many tokens cost; nil when they were not counted.
    public func cost(of usage: LanguageModelUsage) -> Double? {
        guard let read = usage.inputTokens, let written = usage.outputTokens else { return nil }
        let cached = min(usage.cacheReadTokens ?? 0, read)
        return (Double(read - cached) * input + Double(cached) * cachedInput + Double(written) * output) / 1_000_000
    }
}
