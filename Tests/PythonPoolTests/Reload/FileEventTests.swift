import Testing

@testable import PythonPool

/// What the kernel writes about watched folders.
@Suite struct FileEventTests {
    private static func bytes(_ watch: Int32, _ kind: FileEvent.Kind, _ name: [UInt8]) -> [UInt8] {
        [UInt32(bitPattern: watch), kind.rawValue, 7, UInt32(name.count)].flatMap { number in
            (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        } + name
    }

    @Test func `Events follow one another, and their names end at the first zero`() {
        let bytes =
            Self.bytes(3, [.made, .isFolder], Array("pkg".utf8) + [0, 0, 0, 0, 0])
            + Self.bytes(-1, .overflow, []) + Self.bytes(700_000, .written, Array("é.py".utf8) + [0])
        #expect(
            FileEvent.read(bytes) == [
                FileEvent(watch: 3, kind: [.made, .isFolder], name: "pkg"),
                FileEvent(watch: -1, kind: .overflow, name: ""),
                FileEvent(watch: 700_000, kind: .written, name: "é.py"),
            ])
    }

    @Test func `What is cut off at any place gives the events before it`() {
        let first = Self.bytes(1, .written, Array("a.py".utf8))
        let bytes = first + Self.bytes(2, .deleted, Array("b.py".utf8))
        for length in bytes.indices {
            #expect(FileEvent.read(bytes[..<length]).count == (length >= first.count ? 1 : 0))
        }
        #expect(FileEvent.read(bytes).count == 2)
    }

    @Test func `A length beyond all bounds ends the reading`() {
        #expect(FileEvent.read(Self.bytes(1, .written, []).dropLast(4) + [255, 255, 255, 255]) == [])
    }

    @Test func `A name that is no Unicode is still a name`() {
        #expect(FileEvent.read(Self.bytes(1, .written, [0xFF, 0x2E, 0x70, 0x79])).first?.name == "\u{FFFD}.py")
    }
}
