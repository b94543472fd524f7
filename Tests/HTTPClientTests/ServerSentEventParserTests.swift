import HTTPClient
import Testing

@Suite("Server-sent events")
struct ServerSentEventParserTests {
    static let stream =
        "\u{FEFF}: a comment\ndata: one\n\nevent: named\r\ndata:two\r\ndata:  three\r\n\r\ndata\rid: 7\r\rretry: 5\nunknown: x\ndata: ü🦆\n\nevent: empty\n\ndata: cut short"
    static let events: [ServerSentEvent] = [
        .init(data: "one"), .init(name: "named", data: "two\n three"), .init(data: "", id: "7"),
        .init(data: "ü🦆", id: "7"),
    ]

    @Test("Events are the same wherever the bytes are cut")
    func cutAnywhere() throws {
        let bytes = Array(Self.stream.utf8)
        for cut in 0...bytes.count {
            var parser = ServerSentEventParser()
            let first = try parser.feed(bytes[..<cut])
            let events = first + (try parser.feed(bytes[cut...]))
            #expect(events == Self.events, "cut at \(cut)")
        }
    }

    @Test("Events are the same byte by byte")
    func byteByByte() throws {
        var parser = ServerSentEventParser()
        var events: [ServerSentEvent] = []
        for byte in Self.stream.utf8 { events += try parser.feed([byte]) }
        #expect(events == Self.events)
    }

    @Test("A line beyond the limit is refused before it is kept")
    func longLine() throws {
        var parser = ServerSentEventParser(limit: 100)
        _ = try parser.feed(Array(repeating: UInt8(ascii: "x"), count: 100))
        #expect(throws: ServerSentEventError.tooLong(limit: 100)) { try parser.feed([UInt8(ascii: "x")]) }
    }

    @Test("Many data lines together are bounded too")
    func longData() throws {
        var parser = ServerSentEventParser(limit: 100)
        #expect(throws: ServerSentEventError.tooLong(limit: 100)) {
            try parser.feed(Array(String(repeating: "data: 0123456789\n", count: 20).utf8))
        }
    }

    @Test("Bytes that are no UTF-8 are refused")
    func invalid() {
        var parser = ServerSentEventParser()
        #expect(throws: ServerSentEventError.invalidUTF8) {
            try parser.feed(Array("data: ".utf8) + [0xFF] + Array("\n\n".utf8))
        }
    }
}
