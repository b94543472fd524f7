import Marshalling
import Testing

/// The steps from which readers and writers of the wire form are made, one by one.
@Suite struct WireCoderTests {
    @Test func `A count that is learned late is corrected in its place`() throws {
        var encoder = WireEncoder()
        encoder.tag(.none)
        let place = encoder.count
        encoder.header(.list, count: 0)
        for number in 1...3 { encoder.int(number) }
        encoder.setCount(3, at: place)
        #expect(encoder.bytes == [0, 11, 3, 0, 0, 0, 3, 1, 3, 2, 3, 3])
    }

    @Test func `An encoder grows and keeps what it holds`() throws {
        var encoder = WireEncoder(capacity: 1)
        let text = String(repeating: "0123456789", count: 1000)
        for _ in 0..<20 { encoder.str(text) }
        #expect(encoder.count == 20 * (5 + 10_000))
        try encoder.bytes.withUnsafeBytes { buffer throws in
            var decoder = WireDecoder(buffer)
            for _ in 0..<20 { #expect(try decoder.str() == text) }
            try decoder.finish()
        }
    }

    @Test(arguments: [10, 3 << 20])
    func `An encoder that is reset begins anew`(_ size: Int) throws {
        var encoder = WireEncoder()
        try encoder.value(.bytes([UInt8](repeating: 1, count: size)))
        encoder.reset()
        #expect(encoder.count == 0)
        try encoder.value("again")
        #expect(try PythonValue(wireForm: encoder.bytes) == "again")
    }

    @Test func `Several values lie one behind the other`() throws {
        var encoder = WireEncoder()
        encoder.str("name")
        try encoder.value([1, 2])
        encoder.float(0.5)
        try encoder.bytes.withUnsafeBytes { buffer throws in
            var decoder = WireDecoder(buffer)
            #expect(decoder.peekShortStr() == 4)
            #expect(try decoder.str() == "name")
            #expect(decoder.peekShortStr() == nil)
            #expect(try decoder.value() == [1, 2])
            #expect(throws: WireError.trailingBytes(offset: decoder.offset)) { try decoder.finish() }
            #expect(try decoder.value() == 0.5)
            #expect(decoder.remaining == 0)
            try decoder.finish()
        }
    }

    @Test(arguments: [[], [8], [8, 3, 0x61, 0x61], [9, 0, 0, 0, 0], [3, 1]] as [[UInt8]])
    func `Looking ahead sees no text that is not there whole`(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { buffer in
            let decoder = WireDecoder(buffer)
            #expect(decoder.peekShortStr() == nil)
        }
    }

    @Test func `Where a text is wanted nothing else will do`() {
        let bytes: [UInt8] = [3, 1]
        bytes.withUnsafeBytes { buffer in
            var decoder = WireDecoder(buffer)
            do throws(WireError) {
                let text = try decoder.str()
                Issue.record("read \(text)")
            } catch {
                #expect(error == .invalid(offset: 0, detail: "expected a str"))
            }
        }
    }

    @Test func `A buffer without memory is merely empty`() {
        var decoder = WireDecoder(UnsafeRawBufferPointer(start: nil, count: 0))
        #expect(decoder.remaining == 0)
        do throws(WireError) {
            let value = try decoder.value()
            Issue.record("read \(value)")
        } catch {
            #expect(error == .truncated(offset: 0))
        }
    }
}
