import Testing

@testable import Marshalling

@Suite struct AdaptiveSpinTests {
    @Test func `Nobody spins before a wait has proved short`() {
        var spin = AdaptiveSpin()
        #expect(!spin.isWorthwhile)
        spin.waited(AdaptiveSpin.short)
        #expect(!spin.isWorthwhile)
        spin.waited(AdaptiveSpin.short - 1)
        #expect(spin.isWorthwhile)
    }

    @Test func `A long wait ends the spinning`() {
        var spin = AdaptiveSpin()
        spin.waited(1)
        spin.waited(AdaptiveSpin.short)
        #expect(!spin.isWorthwhile)
    }

    @Test func `After a spin in vain as many short waits go by as the pause says`() {
        var spin = AdaptiveSpin()
        spin.waited(1)
        spin.spunInVain()
        for _ in 0..<AdaptiveSpin.pause {
            #expect(!spin.isWorthwhile)
            spin.waited(1)
        }
        #expect(spin.isWorthwhile)
    }

    @Test func `A fixed time is spun before every wait`() {
        var spin = AdaptiveSpin(fixed: 200_000)
        spin.spunInVain()
        spin.waited(AdaptiveSpin.short * 10)
        #expect(spin.isWorthwhile)
        #expect(spin.duration == 200_000)
        #expect(AdaptiveSpin().duration == AdaptiveSpin.window)
    }

    @Test func `A long wait does not shorten the pause`() {
        var spin = AdaptiveSpin()
        spin.spunInVain()
        let before = spin
        spin.waited(AdaptiveSpin.short)
        #expect(spin == before)
    }
}
