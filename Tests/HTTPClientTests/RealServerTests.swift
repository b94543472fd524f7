import FlyingFox
import FlyingSocks
import Foundation
import Testing

import func HTTPClient.withHTTPClient

@Suite("Against a server that is not ours", .timeLimit(.minutes(1)))
struct RealServerTests {
    @Test("A request reaches a real server and its response comes back", arguments: [false, true])
    func flyingFox(unix: Bool) async throws {
        let path = NSTemporaryDirectory() + "fox-\(UUID().uuidString.prefix(13)).sock"
        let server =
            try unix
            ? HTTPServer(address: .unix(path: path)) : HTTPServer(address: .inet(ip4: "127.0.0.1", port: 0))
        await server.appendRoute("POST /echo") { request in
            HTTPResponse(
                statusCode: .created,
                headers: [.contentType: request.headers[.contentType] ?? "", .init("X-Two"): "a b"],
                body: try await request.bodyData)
        }
        let running = Task { try await server.run() }
        defer {
            running.cancel()
            unlink(path)
        }
        try await server.waitUntilListening()
        var port: UInt16 = 80
        if case .ip4(_, let listening) = await server.listeningAddress { port = listening }
        let url = unix ? "http://localhost/echo" : "http://127.0.0.1:\(port)/echo"
        try await withHTTPClient { client in
            for size in [0, 1, 5000, 300_000] {
                let body = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
                let response = try await client.execute(
                    ClientRequest(
                        method: "POST", url: url, headers: ["Content-Type": "application/x-test"], body: body,
                        unixSocket: unix ? path : nil),
                    maximumBody: 1 << 20)
                #expect(response.status == 201)
                #expect(response.headers["content-TYPE"] == "application/x-test")
                #expect(response.headers["x-two"] == "a b")
                #expect(response.body == body)
            }
            let missing = try await client.execute(
                ClientRequest(url: url, unixSocket: unix ? path : nil), maximumBody: 1 << 20)
            #expect(missing.status == 404)
        }
        await server.stop()
    }
}
