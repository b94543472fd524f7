import LanguageModels
import Testing

@Suite struct PriceTests {
    @Test func `tokens cost what a million of them cost, and those that were remembered less`() {
        var usage = LanguageModelUsage(inputTokens: 1_000_000, outputTokens: 500_000)
        #expect(LanguageModelPrice(input: 2, output: 8).cost(of: usage) == 6)
        usage.cacheReadTokens = 500_000
        #expect(LanguageModelPrice(input: 2, output: 8, cachedInput: 1).cost(of: usage) == 5.5)
        // More cannot have been remembered than was read.
        usage.cacheReadTokens = 9_000_000
        #expect(LanguageModelPrice(input: 2, output: 8, cachedInput: 1).cost(of: usage) == 5)
    }

    @Test func `what was not counted has no price`() {
        #expect(LanguageModelPrice(input: 2, output: 8).cost(of: .init(totalTokens: 5)) == nil)
    }
}
