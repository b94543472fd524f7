import FlyingSocks
import Foundation
import Synchronization

/// One connection of a ``LoopbackServer``.
public final class LoopbackConnection: Sendable {
    /// A request as it came.
    public struct Request: Sendable {
        /// The request line, as in `POST /v1/x HTTP/1.1`.
        public let line: String
        /// The header fields, names in lower case.
        public let headers: [String: String]
        /// The body by its Content-Length.
        public let body: [UInt8]
    }

    private let socket: AsyncSocket
    private let unread = Mutex<[UInt8]>([])

    init(_ socket: AsyncSocket) { self.socket = socket }

    /// The next request; throws when the client closes instead.
    public func request() async throws -> Request {
        var bytes = unread.withLock { $0 }
        let end = Array("\r\n\r\n".utf8)
        var headEnd = bytes.firstRange(of: end)
        while headEnd == nil {
            bytes += try await socket.read(atMost: 4096)
            headEnd = bytes.firstRange(of: end)
        }
        let bodyStart = headEnd?.upperBound ?? bytes.endIndex
        let lines = String(decoding: bytes[..<bodyStart], as: UTF8.self).components(separatedBy: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(
                in: .whitespaces)
        }
        let length = headers["content-length"].flatMap { Int($0) } ?? 0
        while bytes.count < bodyStart + length { bytes += try await socket.read(atMost: 4096) }
        let request = Request(line: lines[0], headers: headers, body: Array(bytes[bodyStart..<bodyStart + length]))
        let rest = Array(bytes[(bodyStart + length)...])
        unread.withLock { $0 = rest }
        return request
    }

    /// Sends text as it is.
    public func send(_ text: String) async throws { try await socket.write(Data(text.utf8)) }

    /// Sends bytes as they are.
    public func send(_ bytes: [UInt8]) async throws { try await socket.write(Data(bytes)) }

    /// Sends one piece of a chunked body.
    public func sendChunk(_ text: String) async throws {
        try await send(String(text.utf8.count, radix: 16) + "\r\n" + text + "\r\n")
    }

    /// Sends a whole response.
    public func respond(_ status: Int, _ headers: [String: String] = [:], _ body: String) async throws {
        var head = "HTTP/1.1 \(status) Test\r\nContent-Length: \(body.utf8.count)\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        try await send(head + "\r\n" + body)
    }

    /// Returns when the client has closed the connection.
    public func waitForClose() async {
        while (try? await socket.read(atMost: 4096)) != nil {}
    }
}
