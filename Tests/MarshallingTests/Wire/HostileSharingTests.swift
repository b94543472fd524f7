import Marshalling
import Testing

/// Prefixes and numbers that nobody honest would write.
@Suite struct HostileSharingTests {
    private static func word(_ number: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }

    @Test(
        arguments: [21, 22] as [UInt8],
        [[0], [3, 1], [8, 0], [21, 11, 0, 0, 0, 0], [22], [23, 0, 0, 0, 0], [24], [26]] as [[UInt8]])
    func `A prefix stands before a container or nowhere`(_ prefix: UInt8, _ after: [UInt8]) {
        #expect(throws: WireError.invalid(offset: 1, detail: "a prefix stands before no container")) {
            try PythonValue(wireForm: [prefix] + after)
        }
    }

    @Test(arguments: [21, 22] as [UInt8])
    func `A prefix at the end is truncated`(_ prefix: UInt8) {
        #expect(throws: WireError.truncated(offset: 1)) { try PythonValue(wireForm: [prefix]) }
    }

    @Test func `A million prefixes cost no stack`() {
        #expect(throws: WireError.self) { try PythonValue(wireForm: [UInt8](repeating: 22, count: 1 << 20)) }
    }

    @Test(arguments: [0, 1, 2, 0xFFFF_FFFF] as [UInt32])
    func `A number that no shared container has is refused`(_ number: UInt32) {
        // Number 0 is a mark, which is not meant again; 1 comes later.
        let bytes = [13, 3, 0, 0, 0, 21, 11, 0, 0, 0, 0, 23] + Self.word(number) + [22, 11, 0, 0, 0, 0]
        #expect(throws: WireError.invalid(offset: 11, detail: "no shared container of this number has been read")) {
            try PythonValue(wireForm: bytes)
        }
    }

    @Test func `Marks are counted and otherwise without effect`() throws {
        let bytes: [UInt8] = [
            13, 4, 0, 0, 0, 21, 11, 0, 0, 0, 0, 22, 14, 0, 0, 0, 0, 21, 16, 0, 0, 0, 0, 23, 1, 0, 0, 0,
        ]
        let set = PythonShared(.set([]))
        #expect(
            try PythonValue(wireForm: bytes).isIdentical(
                to: .tuple([[], .shared(set), .dict([:]), .shared(set)])))
    }

    @Test(
        arguments: [
            [22, 11, 1, 0, 0, 0, 23, 0, 0, 0, 0], [22, 13, 1, 0, 0, 0, 23, 0, 0, 0, 0],
            [22, 14, 1, 0, 0, 0, 23, 0, 0, 0, 0], [22, 16, 1, 0, 0, 0, 23, 0, 0, 0, 0, 0],
            [22, 17, 8, 1, 0x78, 23, 0, 0, 0, 0],
            [22, 16, 1, 0, 0, 0, 22, 15, 1, 0, 0, 0, 23, 0, 0, 0, 0, 23, 1, 0, 0, 0],
        ] as [[UInt8]])
    func `Whatever contains itself is a value that can be handled`(_ bytes: [UInt8]) throws {
        // A set within itself could not be in Python; here it harms nobody.
        let value = try PythonValue(wireForm: bytes)
        #expect(try value == PythonValue(wireForm: bytes))
        #expect(try value.wireForm() == bytes)
        #expect(try value.hashValue == PythonValue(wireForm: bytes).hashValue)
        #expect(!"\(value)".isEmpty)
        #expect(throws: JSONError.self) { try value.jsonText() }
    }

    @Test(
        arguments: [
            [0x80], [0xED], [0xED, 0xA0], [0xED, 0xA0, 0x41], [0xED, 0xA0, 0x80, 0xFF], [0xC0, 0x80, 0xED, 0xA0, 0x80],
            [0xF4, 0x90, 0x80, 0x80],
        ] as [[UInt8]])
    func `A text with surrogates is UTF-8 otherwise`(_ text: [UInt8]) {
        #expect(throws: WireError.invalidUTF8(offset: 5)) {
            try PythonValue(wireForm: [20, UInt8(text.count), 0, 0, 0] + text)
        }
        #expect(PythonSurrogateString(bytes: text) == nil)
    }

    @Test func `A text without surrogates is a plain one, however it came`() throws {
        #expect(try PythonValue(wireForm: [20, 2, 0, 0, 0, 0x61, 0x62]) == "ab")
        #expect(PythonSurrogateString(bytes: [0x61]) == nil)
    }

    @Test func `Surrogates are shown as the replacement character`() {
        let text = PythonSurrogateString(bytes: [0x61, 0xED, 0xA0, 0x80, 0xED, 0xBF, 0xBF, 0xC3, 0xA9])
        #expect(text?.description == "a\u{FFFD}\u{FFFD}é")
        #expect(text.map { PythonValue.surrogateString($0).string } == .some(nil))
    }

    @Test(
        arguments: [[18], [18] + [UInt8](repeating: 0, count: 15), [19, 1, 0, 0, 0], [20, 1, 0, 0, 0], [23, 0, 0]]
            as [[UInt8]])
    func `What is cut short is refused`(_ bytes: [UInt8]) {
        #expect(throws: WireError.self) { try PythonValue(wireForm: bytes) }
    }
}
