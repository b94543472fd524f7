/// Whether a reader looks again for some microseconds before it sleeps.
///
/// A wake-up costs more than a small call takes. So after a wait that proved short a reader spins before the next one; when a spin finds
/// nothing in its time, the next few waits sleep at once, and a reader whose frames are far apart never spins. This is how an adaptive
/// mutex decides, and it costs a loaded machine at most `window` in every `pause` waits.
package struct AdaptiveSpin: Sendable, Equatable {
    /// How long a spin lasts at most, in ns.
    package static let window: UInt64 = 25_000
    /// A wait of less than this, in ns, most of which is the wake-up itself, is worth a spin.
    package static let short: UInt64 = 100_000
    /// Short waits that go by after a spin in vain.
    package static let pause = 8

    private var waits = -1
    private let fixed: UInt64?

    /// - Parameter fixed: how long every wait spins, in ns, whatever the last ones were; nil to learn from them.
    package init(fixed: UInt64? = nil) { self.fixed = fixed }

    /// How long to spin now, in ns; 0 for not at all.
    ///
    /// - Parameter besidePeer: whether who is waited for was last on this very core, and cannot answer while this one spins. Two that yield to
    ///   each other would stay there, as the kernel moves nobody who has just run; one that is woken goes to a core that has nothing to do.
    package func patience(besidePeer: Bool = false) -> UInt64 {
        fixed ?? (waits >= 0 && !besidePeer ? Self.window : 0)
    }

    /// A wait without a spin has ended.
    package mutating func waited(_ nanoseconds: UInt64) {
        if nanoseconds < Self.short { waits = min(waits + 1, 0) } else { waits = min(waits, -1) }
    }

    /// A spin has found nothing.
    package mutating func spunInVain() { waits = -Self.pause }
}
