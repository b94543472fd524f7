/// When a worker was done with each step of a ``Frame/Kind/timed`` call, on the monotonic clock in ns, which is the host's too.
package struct CallStamps: Sendable, Hashable {
    /// A thread of the worker has taken the call.
    package var received: UInt64 = 0
    /// Its arguments are Python objects.
    package var decoded: UInt64 = 0
    /// The function has returned.
    package var returned: UInt64 = 0
    /// The result is in the wire form.
    package var encoded: UInt64 = 0

    private static let size = 4 * 8

    package init() {}

    /// Takes the stamps off the end of a result; nil when it is too short for them.
    package init?(takenFrom result: inout [UInt8]) {
        guard result.count >= Self.size else { return nil }
        let start = result.count - Self.size
        func stamp(_ index: Int) -> UInt64 {
            (0..<8).reduce(0) { $0 | UInt64(result[start + 8 * index + $1]) << (8 * $1) }
        }
        (received, decoded, returned, encoded) = (stamp(0), stamp(1), stamp(2), stamp(3))
        result.removeLast(Self.size)
    }

    /// Writes the stamps behind a result.
    package func append(to result: inout WireEncoder) {
        for stamp in [received, decoded, returned, encoded] {
            // Sound: eight bytes were reserved; the store needs no alignment.
            unsafe result.reserve(8).storeBytes(of: stamp.littleEndian, as: UInt64.self)
        }
    }
}
