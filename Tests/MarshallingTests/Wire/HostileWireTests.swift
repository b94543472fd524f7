import Marshalling
import Testing

/// What arrives may be anything: every test here ends in a value or a ``WireError``, and reads nothing outside the
/// frame.
@Suite struct HostileWireTests {
    @Test(arguments: WireFormTests.examples)
    func `Every frame that is cut short is refused`(_ example: WireFormTests.Example) {
        for length in example.bytes.indices {
            #expect(throws: WireError.self) { try PythonValue(wireForm: Array(example.bytes[..<length])) }
        }
    }

    @Test func `An empty frame is truncated`() {
        #expect(throws: WireError.truncated(offset: 0)) { try PythonValue(wireForm: []) }
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func `Every prefix of a random frame is refused`(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: 100 + seed)
        for _ in 0..<20 {
            let bytes = try PythonValue.random(using: &generator).wireForm()
            for length in bytes.indices where (try? PythonValue(wireForm: Array(bytes[..<length]))) != nil {
                Issue.record("\(length) bytes of \(bytes) were accepted")
            }
        }
    }

    @Test(arguments: WireFormTests.examples)
    func `A byte too many is refused`(_ example: WireFormTests.Example) {
        #expect(throws: WireError.trailingBytes(offset: example.bytes.count)) {
            try PythonValue(wireForm: example.bytes + [0])
        }
    }

    @Test(arguments: 26...255 as ClosedRange<UInt8>)
    func `A byte that is no tag is refused where it stands`(_ tag: UInt8) {
        #expect(throws: WireError.unknownTag(offset: 0, tag: tag)) { try PythonValue(wireForm: [tag]) }
        #expect(throws: WireError.unknownTag(offset: 5, tag: tag)) { try PythonValue(wireForm: [11, 1, 0, 0, 0, tag]) }
    }

    // MARK: Lengths and counts

    /// The tags whose count is 32 bits wide, and the bytes that each of what they count takes at least.
    static let counted: [(tag: WireTag, unit: Int)] = [
        (.bigInt, 1), (.str32, 1), (.bytes, 1), (.list, 1), (.floatList, 8), (.tuple, 1), (.set, 1), (.frozenset, 1),
        (.dict, 2), (.bytearray, 1), (.surrogateStr, 1),
    ]

    @Test(arguments: counted)
    func `A count of four thousand million is a lie`(_ tag: WireTag, _ unit: Int) {
        let bytes = [tag.rawValue, 0xFF, 0xFF, 0xFF, 0xFF] + [UInt8](repeating: 0, count: 64)
        #expect(throws: WireError.lyingLength(offset: 1, claimed: 0xFFFF_FFFF, available: 64 / unit)) {
            try PythonValue(wireForm: bytes)
        }
    }

    @Test(arguments: counted)
    func `A count of one more than there can be is a lie`(_ tag: WireTag, _ unit: Int) {
        let bytes = [tag.rawValue, UInt8(64 / unit + 1), 0, 0, 0] + [UInt8](repeating: 0, count: 64)
        #expect(throws: WireError.lyingLength(offset: 1, claimed: 64 / unit + 1, available: 64 / unit)) {
            try PythonValue(wireForm: bytes)
        }
    }

    @Test func `The length of a short text is checked too`() {
        #expect(throws: WireError.lyingLength(offset: 1, claimed: 3, available: 2)) {
            try PythonValue(wireForm: [8, 3, 0x61, 0x61])
        }
    }

    @Test func `A lie inside a container is found where it stands`() {
        #expect(throws: WireError.lyingLength(offset: 8, claimed: 9, available: 1)) {
            try PythonValue(wireForm: [11, 2, 0, 0, 0, 3, 1, 10, 9, 0, 0, 0, 0x61])
        }
    }

    @Test(arguments: [WireTag.list, .tuple, .set, .frozenset, .dict])
    func `Containers that each claim all that is left cost little`(_ tag: WireTag) {
        // Every count is possible when it is read, so only what follows shows that it was none.
        let depth = 400
        let size = depth * 5 + 40_000
        var bytes: [UInt8] = []
        while bytes.count < depth * 5 {
            let left = (size - bytes.count - 5) / (tag == .dict ? 2 : 1)
            bytes.append(tag.rawValue)
            for shift in stride(from: 0, to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: left >> shift)) }
        }
        bytes += [UInt8](repeating: 0, count: size - bytes.count)
        #expect(throws: WireError.truncated(offset: size)) { try PythonValue(wireForm: bytes) }
    }

    // MARK: Texts

    static let brokenTexts: [[UInt8]] = [
        [0x80], [0xFF], [0xC3], [0xC0, 0x80], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
        [0xF0, 0x9F, 0xA6], [0x61, 0xE2, 0x82],
    ]

    @Test(arguments: brokenTexts)
    func `A text that is no UTF-8 is refused, wherever it stands`(_ text: [UInt8]) {
        let short = [8, UInt8(text.count)] + text
        #expect(throws: WireError.invalidUTF8(offset: 2)) { try PythonValue(wireForm: short) }
        #expect(throws: WireError.invalidUTF8(offset: 5)) {
            try PythonValue(wireForm: [9, UInt8(text.count), 0, 0, 0] + text)
        }
        #expect(throws: WireError.invalidUTF8(offset: 7)) { try PythonValue(wireForm: [16, 1, 0, 0, 0] + short + [0]) }
        #expect(throws: WireError.invalidUTF8(offset: 3)) { try PythonValue(wireForm: [17] + short + [0]) }
    }

    @Test(arguments: [[3, 1], [10, 1, 0, 0, 0, 0x61], [11, 0, 0, 0, 0], [0]] as [[UInt8]])
    func `The name of a converter is a text and nothing else`(_ name: [UInt8]) {
        #expect(throws: WireError.invalid(offset: 1 + name.count, detail: "the name of a converter is no str")) {
            try PythonValue(wireForm: [17] + name + [0])
        }
    }

    // MARK: Mutations

    @Test(arguments: 0..<8 as Range<UInt64>)
    func `Frames with flipped bytes give a value or an error`(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: 200 + seed)
        let frames = try (0..<50).map { _ in try PythonValue.random(using: &generator, depth: 3).wireForm() }
            .filter { $0.count < 300 }
        var accepted = 0
        for _ in 0..<25_000 {
            var bytes = frames[generator.below(frames.count)]
            for _ in 0...generator.below(3) {
                let place = generator.below(bytes.count)
                switch generator.below(4) {
                case 0: bytes[place] ^= 1 << UInt8(generator.below(8))
                case 1: bytes[place] = UInt8(generator.below(28))
                case 2: bytes[place] = UInt8(truncatingIfNeeded: generator.next())
                default: bytes[place] = 0xFF
                }
            }
            do throws(WireError) {
                let value = try PythonValue(wireForm: bytes)
                accepted += 1
                // What was accepted is a value like any other: it can be written and read again.
                if accepted % 16 == 0, try !PythonValue(wireForm: value.wireForm()).isIdentical(to: value) {
                    Issue.record("\(bytes) reads as \(value), which does not come back")
                }
            } catch {}
        }
        #expect(accepted > 1000, "the mutations leave hardly a frame intact: \(accepted)")
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `Pure noise gives a value or an error`(_ seed: UInt64) {
        var generator = SeededGenerator(seed: 300 + seed)
        for _ in 0..<10_000 {
            var bytes = generator.bytes(generator.below(24))
            if !bytes.isEmpty { bytes[0] %= 26 }
            _ = try? PythonValue(wireForm: bytes)
        }
    }
}
