import Marshalling
import Testing

@Suite struct PythonIntegerTests {
    @Test(arguments: [
        "0", "1", "-1", "9", "10", "127", "128", "-128", "-129", "255", "256", "999999999", "1000000000", "-1000000000",
        "1000000001", "4294967295", "4294967296", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
        "-9223372036854775809", "18446744073709551616", "100000000000000000000000000000000000000000000000000",
        "-123456789012345678901234567890123456789012345678901234567890",
    ])
    func `Decimal digits come back`(_ digits: String) throws {
        let number = try #require(PythonInteger(digits))
        #expect(number.description == digits)
        #expect(number.isNegative == digits.hasPrefix("-"))
    }

    @Test(arguments: PythonValue.boundaryIntegers)
    func `The bytes are those of the machine`(_ number: Int) throws {
        let wide = withUnsafeBytes(of: number.littleEndian) { PythonInteger(littleEndianBytes: $0) }
        #expect(wide.description == String(number))
        #expect(PythonInteger(String(number)) == wide)
    }

    @Test(arguments: 0..<10 as Range<UInt64>)
    func `Random numbers of up to 60 bytes come back through their digits`(_ seed: UInt64) {
        var generator = SeededGenerator(seed: 400 + seed)
        for _ in 0..<50 {
            let number = PythonInteger(littleEndianBytes: generator.bytes(generator.below(60)))
            if PythonInteger(number.description) != number {
                Issue.record("\(number.littleEndianBytes) became \(number)")
            }
        }
    }

    @Test(
        arguments: [
            ([], [0]), ([0, 0, 0], [0]), ([0xFF, 0xFF], [0xFF]), ([0x7F, 0], [0x7F]), ([0x80, 0], [0x80, 0]),
            ([0x80, 0xFF], [0x80]), ([0x7F, 0xFF], [0x7F, 0xFF]), ([1, 0, 0, 0, 0, 0, 0, 0, 0], [1]),
            ([0, 0xFF, 0xFF], [0, 0xFF]),
        ] as [([UInt8], [UInt8])])
    func `Superfluous sign bytes are dropped, and no others`(_ given: [UInt8], _ kept: [UInt8]) {
        #expect(PythonInteger(littleEndianBytes: given).littleEndianBytes == kept)
    }

    @Test(arguments: [
        ("+5", "5"), ("-0", "0"), ("+0", "0"), ("00012", "12"), ("-0000000000000000000000000000007", "-7"),
    ])
    func `Signs and leading zeros are understood`(_ text: String, _ digits: String) {
        #expect(PythonInteger(text)?.description == digits)
    }

    @Test(arguments: [
        "", "-", "+", "--1", "+-1", "1-", "1.0", "1e3", " 1", "1 ", "0x10", "1_000", "٣", "one", "\u{0}1",
    ])
    func `Any other text is no number`(_ text: String) {
        #expect(PythonInteger(text) == nil)
    }

    @Test func `Equal numbers are equal however they were made`() {
        let short = PythonInteger(littleEndianBytes: [5])
        #expect(short == PythonInteger(littleEndianBytes: [5, 0, 0]))
        #expect(short == PythonInteger("5"))
        #expect(Set([short, PythonInteger(littleEndianBytes: [5, 0])]).count == 1)
    }
}
