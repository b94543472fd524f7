import Marshalling
import Testing

/// How many lines of a log may pass.
@Suite struct LineBudgetTests {
    @Test func `Two seconds' worth passes at once, and then as much as the time that goes by`() {
        var budget = LineBudget(rate: 10, now: 0)
        func spend(_ now: UInt64) -> Bool { budget.spend(now: now) }
        func takeDropped() -> UInt64 { budget.takeDropped() }
        #expect((0..<25).filter { _ in spend(0) }.count == 20)
        #expect(takeDropped() == 5)
        #expect(!spend(99_000_000))
        #expect(spend(100_000_000))
        #expect(!spend(100_000_000))
        #expect((0..<50).filter { _ in spend(1_100_000_000) }.count == 10)
        #expect(
            (0..<50).filter { _ in spend(1_000_000_000_000) }.count == 20, "no more than the bucket holds")
    }

    @Test func `Every line that does not pass is counted once`() {
        var budget = LineBudget(rate: 1, now: 0)
        func spend(_ now: UInt64) -> Bool { budget.spend(now: now) }
        func takeDropped() -> UInt64 { budget.takeDropped() }
        var passed = 0
        for _ in 0..<1000 where spend(0) { passed += 1 }
        budget.drop(7)
        #expect(passed == 2)
        #expect(takeDropped() == 998 + 7)
        #expect(takeDropped() == 0)
        #expect(!spend(0))
        budget.recover()
        #expect(budget.dropped == 0)
    }

    @Test(arguments: [0, -5]) func `A rate of nothing lets nothing pass`(_ rate: Int) {
        var budget = LineBudget(rate: rate, now: 0)
        func spend(_ now: UInt64) -> Bool { budget.spend(now: now) }
        #expect(!spend(.max))
        #expect(budget.dropped == 1)
    }

    @Test func `A clock that goes backwards gives nothing`() {
        var budget = LineBudget(rate: 1, now: 1_000_000_000)
        func spend(_ now: UInt64) -> Bool { budget.spend(now: now) }
        #expect(spend(0) && spend(0))
        #expect(!spend(0))
        #expect(!spend(1_500_000_000))
    }
}
