import Testing

@testable import Marshalling

@Suite struct AdaptiveSpinTests {
    @Test func `Nobody spins before a wait has proved short`() {
        var spin = AdaptiveSpin()
        #expect(spin.patience() == 0)
        spin.waited(AdaptiveSpin.short)
        #expect(spin.patience() == 0)
        spin.waited(AdaptiveSpin.short - 1)
        #expect(spin.patience() == AdaptiveSpin.window)
    }

    @Test func `Nobody spins on the core on which the answer is to be made`() {
        var spin = AdaptiveSpin()
        spin.waited(1)
        #expect(spin.patience(besidePeer: true) == 0)
        #expect(spin.patience() == AdaptiveSpin.window)
    }

    @Test func `A long wait ends the spinning`() {
        var spin = AdaptiveSpin()
        spin.waited(1)
        spin.waited(AdaptiveSpin.short)
        #expect(spin.patience() == 0)
    }

    @Test func `After a spin in vain as many short waits go by as the pause says`() {
        var spin = AdaptiveSpin()
        spin.waited(1)
        spin.spunInVain()
        for _ in 0..<AdaptiveSpin.pause {
            #expect(spin.patience() == 0)
            spin.waited(1)
        }
        #expect(spin.patience() > 0)
    }

    @Test func `A fixed time is spun before every wait`() {
        var spin = AdaptiveSpin(fixed: 200_000)
        spin.spunInVain()
        spin.waited(AdaptiveSpin.short * 10)
        #expect(spin.patience() == 200_000)
        #expect(spin.patience(besidePeer: true) == 200_000)
    }

    @Test func `A long wait does not shorten the pause`() {
        var spin = AdaptiveSpin()
        spin.spunInVain()
        let before = spin
        spin.waited(AdaptiveSpin.short)
        #expect(spin == before)
    }
}
