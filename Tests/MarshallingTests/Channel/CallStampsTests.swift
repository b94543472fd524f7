import Testing

@testable import Marshalling

/// The times that follow a timed result.
@Suite struct CallStampsTests {
    @Test func `Stamps come off the result that they were put behind`() throws {
        var stamps = CallStamps()
        (stamps.received, stamps.decoded, stamps.returned, stamps.encoded) = (1, .max, 1 << 40, 0x0102_0304_0506_0708)
        var encoder = WireEncoder()
        try encoder.value("the result")
        let alone = encoder.bytes
        stamps.append(to: &encoder)
        var bytes = encoder.bytes
        #expect(CallStamps(takenFrom: &bytes) == stamps)
        #expect(bytes == alone)
    }

    @Test(arguments: [0, 1, 31])
    func `A result that is too short for stamps is left as it is`(count: Int) {
        var bytes = [UInt8](repeating: 7, count: count)
        #expect(CallStamps(takenFrom: &bytes) == nil)
        #expect(bytes.count == count)
    }
}
