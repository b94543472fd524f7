import Marshalling
import Testing

/// What arrives may be anything: typed values end in a value or a ``WireError`` too, with memory in proportion to the frame.
@Suite struct HostileCodableTests {
    @Test func `Every prefix of a frame is refused`() throws {
        let bytes = try [RecordCodableTests.trip].wireForm()
        for length in bytes.indices {
            #expect(throws: WireError.self) { try [Trip](wireForm: Array(bytes[..<length])) }
        }
        #expect(throws: WireError.trailingBytes(offset: bytes.count)) { try [Trip](wireForm: bytes + [0]) }
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func `Frames with flipped bytes give a value or an error`(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: 600 + seed)
        let frame = try [RecordCodableTests.trip, Trip(name: "x", stops: [], note: "y")].wireForm()
        for _ in 0..<4000 {
            var bytes = frame
            for _ in 0...generator.below(3) {
                bytes[generator.below(bytes.count)] =
                    generator.below(2) == 0
                    ? UInt8(generator.below(28)) : UInt8(truncatingIfNeeded: generator.next())
            }
            _ = try? [Trip](wireForm: bytes)
            _ = try? PythonDecoder().decode([Event].self, from: bytes)
        }
    }

    @Test(arguments: [WireTag.list, .tuple, .dict, .floatList, .bytes, .set])
    func `A count of four thousand million is a lie`(_ tag: WireTag) {
        let bytes = [tag.rawValue, 0xFF, 0xFF, 0xFF, 0xFF] + [UInt8](repeating: 0, count: 64)
        #expect(throws: WireError.self) { try [Double?](wireForm: bytes) }
        #expect(throws: WireError.self) { try Set<String>(wireForm: bytes) }
        #expect(throws: WireError.self) { try [String: Trip](wireForm: bytes) }
        #expect(throws: WireError.self) { try Trip(wireForm: bytes) }
        #expect(throws: WireError.self) { try [UInt8](wireForm: bytes) }
        #expect(throws: WireError.self) { try PythonDecoder().decode([Event].self, from: bytes) }
    }

    private static func nested(_ depth: Int) -> [UInt8] {
        (0..<depth).flatMap { _ in [WireTag.list.rawValue, 1, 0, 0, 0] } + [WireTag.list.rawValue, 0, 0, 0, 0]
    }

    @Test func `Nesting is bounded in both directions`() throws {
        var tree = try Tree(wireForm: Self.nested(WireLimit.depth - 1))
        #expect(try tree.wireForm() == Self.nested(WireLimit.depth - 1))
        #expect(throws: WireError.tooDeep(limit: WireLimit.depth)) { try Tree(wireForm: Self.nested(WireLimit.depth)) }
        tree = Tree([tree])
        #expect(throws: WireError.tooDeep(limit: WireLimit.depth)) { try tree.wireForm() }
        #expect(throws: WireError.tooDeep(limit: WireLimit.depth)) {
            try PythonDecoder().decode(Branch.self, from: Self.nested(2000))
        }
    }

    @Test func `What is skipped may be as deep as it likes and costs nothing`() throws {
        let key = try "surplus".wireForm() + Self.nested(100_000)
        let name = try "name".wireForm() + "x".wireForm() + "stops".wireForm() + [WireTag.list.rawValue, 0, 0, 0, 0]
        let bytes = [WireTag.dict.rawValue, 3, 0, 0, 0] + key + name
        #expect(try Trip(wireForm: bytes) == Trip(name: "x", stops: []))
    }

    @Test func `Small frames that ask for endlessly much are refused`() {
        // Each list holds the one before it twice.
        var bytes: [UInt8] = [
            WireTag.list.rawValue, 40, 0, 0, 0, WireTag.shared.rawValue, WireTag.list.rawValue, 0, 0, 0, 0,
        ]
        for number in 0..<39 as Range<UInt8> {
            let again = [WireTag.again.rawValue, number, 0, 0, 0]
            bytes += [WireTag.shared.rawValue, WireTag.list.rawValue, 2, 0, 0, 0] + again + again
        }
        #expect(throws: WireError.self) { try Tree(wireForm: bytes) }
        #expect(throws: WireError.self) { try PythonDecoder().decode(Branch.self, from: bytes) }
        // A list that holds itself.
        let cycle = [WireTag.shared.rawValue, WireTag.list.rawValue, 1, 0, 0, 0, WireTag.again.rawValue, 0, 0, 0, 0]
        #expect(throws: WireError.tooDeep(limit: WireLimit.depth)) { try Tree(wireForm: cycle) }
        #expect(throws: WireError.tooDeep(limit: WireLimit.depth)) {
            try PythonDecoder().decode(Branch.self, from: cycle)
        }
    }
}
