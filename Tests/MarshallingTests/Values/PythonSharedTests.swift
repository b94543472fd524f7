import Testing

@testable import Marshalling

/// One object in several places, and in itself.
@Suite struct PythonSharedTests {
    @Test func `Whoever reads need not care what is shared`() {
        let row = PythonShared(["id": 1, "tags": ["a"]])
        let value: PythonValue = [.shared(row), .shared(row)]
        #expect(value[1]?["id"] == 1)
        #expect(value[0]?["tags"]?[0]?.string == "a")
        #expect(value[0]?.typeName == "dict")
        #expect(value[0]?.unshared == ["id": 1, "tags": ["a"]])
        #expect(PythonValue.shared(PythonShared(7)).int == 7)
        #expect(value == [["id": 1, "tags": ["a"]], ["id": 1, "tags": ["a"]]])
        #expect(value.hashValue == ([["id": 1, "tags": ["a"]], ["id": 1, "tags": ["a"]]] as PythonValue).hashValue)
    }

    @Test func `What is one object and what is only equal is told apart by identity`() {
        let row = PythonShared([1])
        #expect(PythonShared(.shared(row)) == row)
        #expect(PythonShared([1]) != row)
        #expect(PythonValue.shared(PythonShared([1])) == .shared(row))
        #expect("\(row)" == "shared list")
    }

    @Test func `One object is written once and read as one`() throws {
        let row = PythonShared([1, 2])
        let value: PythonValue = ["a": .shared(row), "b": [.shared(row), .shared(PythonShared([1, 2]))]]
        let back = try PythonValue(wireForm: value.wireForm())
        #expect(back.isIdentical(to: value))
        #expect(!back.isIdentical(to: ["a": .shared(row), "b": [[1, 2], [1, 2]]]))
    }

    @Test func `An atom that is shared is written as itself`() throws {
        let value: PythonValue = [.shared(PythonShared(1)), .shared(PythonShared("a"))]
        #expect(try value.wireForm() == ([1, "a"] as PythonValue).wireForm())
    }

    @Test func `Two values of one encoder share their objects`() throws {
        let row = PythonShared([1])
        var encoder = WireEncoder()
        try encoder.value(.shared(row))
        try encoder.value(.tuple([.shared(row)]))
        #expect(encoder.bytes == [22, 11, 1, 0, 0, 0, 3, 1, 13, 1, 0, 0, 0, 23, 0, 0, 0, 0])
        encoder.reset()
        try encoder.value(.shared(row))
        #expect(encoder.bytes == [22, 11, 1, 0, 0, 0, 3, 1])
    }

    // MARK: Cycles

    private static func loop() -> PythonShared { PythonShared { itself in ["name": "root", "me": .shared(itself)] } }

    @Test func `A value can contain itself, there and back`() throws {
        let loop = Self.loop()
        let value = PythonValue.shared(loop)
        #expect(value["me"]?["me"]?["me"]?["name"] == "root")
        let back = try PythonValue(wireForm: value.wireForm())
        #expect(back["me"]?["me"]?["name"] == "root")
        #expect(back.isIdentical(to: value))
        #expect(try back.wireForm() == value.wireForm())
    }

    @Test func `Values that contain themselves are compared and hashed in finite time`() {
        let (left, right) = (PythonValue.shared(Self.loop()), PythonValue.shared(Self.loop()))
        #expect(left == right)
        #expect(left.hashValue == right.hashValue)
        #expect(left != .shared(PythonShared { itself in ["name": "other", "me": .shared(itself)] }))
        #expect(left != ["name": "root", "me": "leaf"])
        // Unrolled once it is the same, as far as anybody can walk.
        let unrolled: PythonValue = ["name": "root", "me": left]
        #expect(unrolled == left)
        #expect(left == unrolled)
        #expect(unrolled.hashValue == left.hashValue)
    }

    @Test func `A cycle keeps nothing alive`() throws {
        weak var storage: PythonShared.Storage?
        weak var decoded: PythonShared.Storage?
        do {
            let loop = Self.loop()
            storage = loop.storage
            let back = try PythonValue(wireForm: PythonValue.shared(loop).wireForm())
            guard case .shared(let shared) = back else { return #expect(Bool(false), "\(back)") }
            decoded = shared.storage
            #expect(storage != nil && decoded != nil)
            withExtendedLifetime((loop, back)) {}
        }
        #expect(storage == nil)
        #expect(decoded == nil)
    }

    @Test func `The way back into what is gone leads nowhere, and says so`() throws {
        let back = try #require(PythonValue.shared(Self.loop())["me"])
        #expect(back.unshared == PythonValue.none)
        #expect(back["name"] == Optional<PythonValue>.none)
        #expect(back == PythonValue.none)
        #expect(throws: WireError.noWireForm(type: "a part of a cycle whose whole is gone", path: "")) {
            try back.wireForm()
        }
    }

    @Test func `What is nothing but itself is None`() {
        #expect(PythonShared { .shared($0) }.value == PythonValue.none)
        let row = PythonShared([1])
        #expect(PythonShared { _ in .shared(row) } == row)
    }

    @Test func `A cycle has no JSON form`() throws {
        #expect(throws: JSONError.self) { try PythonValue.shared(Self.loop()).jsonText() }
        let row = PythonShared([1])
        #expect(try PythonValue.list([.shared(row), .shared(row)]).jsonText() == "[[1],[1]]")
    }

    // MARK: What is small on the wire and huge when written out

    /// Lists of twice the one before: `count` bytes for each, and 2^levels of them when written out.
    private static func laughs(_ levels: Int, kind: UInt8 = 11) -> [UInt8] {
        var bytes: [UInt8] = [11] + word(levels)
        for level in 0..<levels {
            bytes += [22, kind] + word(2)
            bytes += level == 0 ? [3, 1, 3, 1] : ([23] + word(level - 1)) + ([23] + word(level - 1))
        }
        return bytes
    }

    private static func word(_ number: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) } }

    @Test(.timeLimit(.minutes(1)), arguments: [11, 13, 14, 15] as [UInt8])
    func `A thousand million laughs are read, compared, hashed and written in no time`(_ kind: UInt8) throws {
        let value = try PythonValue(wireForm: Self.laughs(200, kind: kind))
        let other = try PythonValue(wireForm: Self.laughs(200, kind: kind))
        #expect(value == other)
        #expect(value.hashValue == other.hashValue)
        #expect(try value.wireForm().count < 5000)
        #expect("\(value)".utf8.count < 100_000)
        #expect(try value != PythonValue(wireForm: Self.laughs(199, kind: kind)))
    }

    @Test(.timeLimit(.minutes(1)))
    func `Laughs that begin at another level are compared in no time as well`() throws {
        // Where one side is shared the other is not, so no pair of shared objects is ever met.
        let value = try PythonValue(wireForm: Self.laughs(120))
        let last = try #require(value.elements?.last)
        let inner = try #require(last.elements?.first)
        #expect(last == [inner, inner])
        #expect(PythonValue.list([last, last]) != last)
    }

    @Test(.timeLimit(.minutes(1)))
    func `Laughs have no JSON form once they pass its limit`() throws {
        let laughs = try #require(try PythonValue(wireForm: Self.laughs(60)).elements?.last)
        var writer = JSONWriter(style: .compact, mostRepeated: 10_000)
        #expect(throws: JSONError.self) { try writer.write(laughs) }
    }

    @Test(arguments: [(511, true), (512, false), (5000, false)])
    func `Nesting through what is shared counts`(_ levels: Int, _ accepted: Bool) {
        // A list of one that holds the one before, each at the same depth in the frame.
        var bytes: [UInt8] = [11] + Self.word(levels)
        for level in 0..<levels {
            bytes += [22, 11] + Self.word(1) + (level == 0 ? [0] : [23] + Self.word(level - 1))
        }
        #expect(((try? PythonValue(wireForm: bytes)) != nil) == accepted)
    }
}
