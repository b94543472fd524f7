internal import Synchronization

/// Where a router gets chance from. Tests give it a generator with a seed.
public final class RandomSource: Sendable {
    private let generator: Mutex<any RandomNumberGenerator & Sendable>

    /// Makes a source. Default: the system's generator.
    public init(_ generator: some RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()) {
        self.generator = Mutex(generator)
    }

    /// The next number from 0 up to, but not including, 1.
    func fraction() -> Double {
        // A Double between 0 and 1 has 53 bits to choose.
        generator.withLock { Double($0.next() >> 11) * 0x1p-53 }
    }
}
