import Marshalling
import Testing

/// The wire form, byte by byte: what one version writes another must read, so a change here is a new protocol version.
@Suite struct WireFormTests {
    struct Example: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var value: PythonValue
        var bytes: [UInt8]

        init(_ testDescription: String, _ value: PythonValue, _ bytes: [UInt8]) {
            self.testDescription = testDescription
            self.value = value
            self.bytes = bytes
        }
    }

    static let examples: [Example] = scalars + texts + containers

    private static let scalars: [Example] = [
        .init("None", .none, [0]),
        .init("False", false, [1]),
        .init("True", true, [2]),
        .init("0", 0, [3, 0]),
        .init("127", 127, [3, 0x7F]),
        .init("-128", -128, [3, 0x80]),
        .init("128", 128, [4, 0x80, 0, 0, 0]),
        .init("-129", -129, [4, 0x7F, 0xFF, 0xFF, 0xFF]),
        .init("2**31 - 1", 2_147_483_647, [4, 0xFF, 0xFF, 0xFF, 0x7F]),
        .init("-2**31", -2_147_483_648, [4, 0, 0, 0, 0x80]),
        .init("2**31", 2_147_483_648, [5, 0, 0, 0, 0x80, 0, 0, 0, 0]),
        .init("-2**31 - 1", -2_147_483_649, [5, 0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF]),
        .init("2**63 - 1", .int(.max), [5] + [UInt8](repeating: 0xFF, count: 7) + [0x7F]),
        .init("-2**63", .int(.min), [5, 0, 0, 0, 0, 0, 0, 0, 0x80]),
        .init("2**63", big("9223372036854775808"), [6, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0]),
        .init(
            "-2**63 - 1", big("-9223372036854775809"),
            [6, 9, 0, 0, 0] + [UInt8](repeating: 0xFF, count: 7) + [0x7F, 0xFF]),
        .init("2**64", big("18446744073709551616"), [6, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]),
        .init("1.5", 1.5, [7, 0, 0, 0, 0, 0, 0, 0xF8, 0x3F]),
        .init("-0.0", .float(-0.0), [7, 0, 0, 0, 0, 0, 0, 0, 0x80]),
        .init("inf", .float(.infinity), [7, 0, 0, 0, 0, 0, 0, 0xF0, 0x7F]),
        .init("nan", .float(.nan), [7, 0, 0, 0, 0, 0, 0, 0xF8, 0x7F]),
    ]

    private static let texts: [Example] = [
        .init(
            "1 - 0j", .complex(PythonComplex(real: 1, imaginary: -0.0)),
            [18, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0, 0, 0, 0, 0, 0, 0, 0x80]),
        .init("a bytearray", .bytearray([7]), [19, 1, 0, 0, 0, 7]),
        .init(
            "half an emoji", PythonSurrogateString(bytes: [0xED, 0xA0, 0xBD]).map { .surrogateString($0) } ?? .none,
            [20, 3, 0, 0, 0, 0xED, 0xA0, 0xBD]),
        .init("an empty str", "", [8, 0]),
        .init("a str beyond ASCII", "é€", [8, 5, 0xC3, 0xA9, 0xE2, 0x82, 0xAC]),
        .init("a str of 255 bytes", .string(text(255)), [8, 0xFF] + [UInt8](repeating: 0x61, count: 255)),
        .init("a str of 256 bytes", .string(text(256)), [9, 0, 1, 0, 0] + [UInt8](repeating: 0x61, count: 256)),
        .init("empty bytes", .bytes([]), [10, 0, 0, 0, 0]),
        .init("bytes", .bytes([0, 0xFF]), [10, 2, 0, 0, 0, 0, 0xFF]),
    ]

    private static let containers: [Example] = [
        .init("an empty list", [], [11, 0, 0, 0, 0]),
        .init("a list", [1, .none], [11, 2, 0, 0, 0, 3, 1, 0]),
        .init(
            "a list of floats", [1.5, .float(-0.0)],
            [12, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xF8, 0x3F, 0, 0, 0, 0, 0, 0, 0, 0x80]),
        .init("floats and an int", [1.5, 1], [11, 2, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0xF8, 0x3F, 3, 1]),
        .init("an int and floats", [1, 1.5], [11, 2, 0, 0, 0, 3, 1, 7, 0, 0, 0, 0, 0, 0, 0xF8, 0x3F]),
        .init("an empty tuple", .tuple([]), [13, 0, 0, 0, 0]),
        .init("a tuple of floats", .tuple([1.5]), [13, 1, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0xF8, 0x3F]),
        .init("a set", .set([1, "a"]), [14, 2, 0, 0, 0, 3, 1, 8, 1, 0x61]),
        .init("a frozenset", .frozenset([true]), [15, 1, 0, 0, 0, 2]),
        .init("an empty dict", [:], [16, 0, 0, 0, 0]),
        .init("a dict keeps its order", ["b": 1, "a": 2], [16, 2, 0, 0, 0, 8, 1, 0x62, 3, 1, 8, 1, 0x61, 3, 2]),
        .init(
            "a dict with a tuple as key", .dict([.tuple([1, .none]): false]),
            [16, 1, 0, 0, 0, 13, 2, 0, 0, 0, 3, 1, 0, 1]),
        twice,
        .init("a shared list", .shared(PythonShared([1])), [22, 11, 1, 0, 0, 0, 3, 1]),
        .init("a registered type", .extended(name: "p", payload: [1]), [17, 8, 1, 0x70, 11, 1, 0, 0, 0, 3, 1]),
    ]

    private static let twice: Example = {
        let row = PythonShared([1])
        return .init(
            "one list twice", .tuple([.shared(row), .shared(row)]),
            [13, 2, 0, 0, 0, 22, 11, 1, 0, 0, 0, 3, 1, 23, 0, 0, 0, 0])
    }()

    private static func big(_ digits: String) -> PythonValue { PythonInteger(digits).map { .bigInt($0) } ?? .none }
    private static func text(_ count: Int) -> String { String(repeating: "a", count: count) }

    @Test(arguments: examples)
    func `A value is written as these bytes`(_ example: Example) throws {
        #expect(try example.value.wireForm() == example.bytes)
    }

    @Test(arguments: examples)
    func `These bytes are read as the value`(_ example: Example) throws {
        #expect(try PythonValue(wireForm: example.bytes).isIdentical(to: example.value))
    }

    @Test func `Every tag has an example`() {
        let tags = Set(Self.examples.compactMap { WireTag(rawValue: $0.bytes[0]) })
        // Those left out: a mark says nothing in Swift, `again` begins no frame, references and arrays need a pool.
        #expect(tags.union([.mark, .again, .reference, .array]).count == 26)
        #expect(tags.count == 22)
        #expect(WireTag(rawValue: 26) == nil)
    }

    @Test(
        arguments: [
            ([6, 0, 0, 0, 0], 0), ([6, 1, 0, 0, 0, 0x80], -128), ([6, 3, 0, 0, 0, 5, 0, 0], 5),
            ([6, 10, 0, 0, 0] + [UInt8](repeating: 0xFF, count: 10), -1),
            ([6, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0xFF], Int.min),
        ] as [([UInt8], Int)])
    func `A wide form of a number that fits 64 bits reads as a plain int`(_ bytes: [UInt8], _ number: Int) throws {
        #expect(try PythonValue(wireForm: bytes) == .int(number))
    }

    @Test func `An empty packed list is an empty list`() throws {
        #expect(try PythonValue(wireForm: [12, 0, 0, 0, 0]) == [])
    }

    @Test func `A short text in the long form is the same text`() throws {
        #expect(try PythonValue(wireForm: [9, 1, 0, 0, 0, 0x61]) == "a")
    }
}
