/// Cuts the bytes of a `text/event-stream` (WHATWG HTML, section 9.2) into events, however the network cut them before.
///
/// Lines end with CR, LF or both; comments and unknown fields are skipped; an event that the stream's end cuts short is dropped,
/// as the standard says. Unlike there, bytes that are not UTF-8 are an error, as they would be a corrupted answer.
public struct ServerSentEventParser: Sendable {
    private let limit: Int
    private var line: [UInt8] = []
    private var data: [UInt8] = []
    private var hasData = false
    private var name = ""
    private var id = ""
    private var lastWasCarriageReturn = false
    private var isFirstLine = true

    /// Makes a parser.
    /// - Parameter limit: how many bytes a line, and the data of one event, may have; default 16 MiB.
    public init(limit: Int = 16 << 20) {
        self.limit = limit
    }

    /// Takes the next bytes of the stream and returns the events that they complete.
    public mutating func feed(_ bytes: some Sequence<UInt8>) throws(ServerSentEventError) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        for byte in bytes {
            switch byte {
            case 0x0A where lastWasCarriageReturn:
                lastWasCarriageReturn = false
            case 0x0A, 0x0D:
                lastWasCarriageReturn = byte == 0x0D
                if let event = try endLine() { events.append(event) }
            default:
                lastWasCarriageReturn = false
                guard line.count < limit else { throw .tooLong(limit: limit) }
                line.append(byte)
            }
        }
        return events
    }

    private mutating func endLine() throws(ServerSentEventError) -> ServerSentEvent? {
        defer {
            line.removeAll(keepingCapacity: true)
            isFirstLine = false
        }
        if isFirstLine, line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        guard !line.isEmpty else { return try dispatch() }
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
        var value = line[min(colon + 1, line.endIndex)...]
        if value.first == 0x20 { value.removeFirst() }
        switch String(decoding: line[..<colon], as: UTF8.self) {
        case "data":
            guard data.count + value.count < limit else { throw .tooLong(limit: limit) }
            if hasData { data.append(0x0A) }
            data.append(contentsOf: value)
            hasData = true
        case "event":
            name = try text(value)
        case "id" where !value.contains(0):
            id = try text(value)
        default:
            break
        }
        return nil
    }

    private mutating func dispatch() throws(ServerSentEventError) -> ServerSentEvent? {
        defer {
            data.removeAll(keepingCapacity: true)
            hasData = false
            name = ""
        }
        guard hasData else { return nil }
        return ServerSentEvent(name: name.isEmpty ? "message" : name, data: try text(data), id: id)
    }

    private func text(_ bytes: some Sequence<UInt8>) throws(ServerSentEventError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .invalidUTF8 }
        return text
    }
}
