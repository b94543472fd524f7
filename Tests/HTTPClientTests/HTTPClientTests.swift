import Foundation
import HTTPClient
import LoopbackServer
import Synchronization
import Testing

/// FlyingFox has types of the same names.
typealias ClientRequest = HTTPRequest

@Suite("The HTTP client", .timeLimit(.minutes(1)))
struct HTTPClientTests {
    @Test("Method, headers and body are sent as given")
    func asGiven() async throws {
        let seen = Mutex<[LoopbackConnection.Request]>([])
        try await LoopbackServer.with { connection in
            while true {
                let request = try await connection.request()
                seen.withLock { $0.append(request) }
                try await connection.respond(request.line.hasPrefix("HEAD") ? 204 : 200, [:], "")
            }
        } _: { server in
            try await withHTTPClient { client in
                for method in ["GET", "POST", "PUT", "DELETE", "PATCH"] {
                    let body = method == "GET" ? [] : Array(method.utf8)
                    _ = try await client.execute(
                        .init(
                            method: method, url: server.url + "/p?q=1", headers: ["X-Empty": "", "Accept": "a/b"],
                            body: body),
                        maximumBody: 0)
                }
                _ = try await client.execute(.init(method: "POST", url: server.url), maximumBody: 0)
            }
        }
        let requests = seen.withLock { $0 }
        #expect(
            requests.map(\.line).prefix(5)
                == ["GET", "POST", "PUT", "DELETE", "PATCH"].map { "\($0) /p?q=1 HTTP/1.1" }[...])
        #expect(
            requests.map { String(decoding: $0.body, as: UTF8.self) } == ["", "POST", "PUT", "DELETE", "PATCH", ""])
        for request in requests {
            #expect(request.headers["expect"] == nil && request.headers["content-type"] == nil)
            #expect(request.headers["user-agent"] == "dspex-swift")
        }
        #expect(requests.first?.headers["x-empty"] == "")
        #expect(requests.first?.headers["accept"] == "a/b")
    }

    @Test("A streamed body arrives piece by piece", arguments: [false, true])
    func streams(unix: Bool) async throws {
        try await LoopbackServer.with(unix: unix) { connection in
            _ = try await connection.request()
            try await connection.send(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: text/event-stream\r\n\r\n")
            try await connection.sendChunk("data: 0\n\n")
            // Each piece is sent only when the client has shown, by a request on another connection, that it has read the last.
            await connection.waitForClose()
        } _: { server in
            try await withHTTPClient { client in
                let stream = try await client.stream(.init(url: server.url + "/", unixSocket: server.unixSocket))
                #expect(stream.status == 200)
                #expect(stream.headers["content-type"] == "text/event-stream")
                var body = stream.body.makeAsyncIterator()
                let first = try await body.next()
                #expect(first == Array("data: 0\n\n".utf8))
            }
        }
    }

    @Test("A body larger than the watermark makes the server wait until it is read, and arrives whole")
    func backpressure() async throws {
        let size = 64 << 20
        let sent = Mutex(0)
        try await LoopbackServer.with { connection in
            _ = try await connection.request()
            try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
            let piece = [UInt8](repeating: 7, count: 1 << 18)
            for _ in 0..<(size / piece.count) {
                try await connection.send(piece)
                sent.withLock { $0 += piece.count }
            }
        } _: { server in
            try await withHTTPClient(.init(streamWatermark: 1 << 20)) { client in
                let stream = try await client.stream(.init(url: server.url))
                // While nothing is read, a second transfer makes the driver turn many times; the server still cannot send it all.
                var body = stream.body.makeAsyncIterator()
                var total = try await body.next()?.count ?? 0
                for _ in 0..<20 { await Task.yield() }
                #expect(sent.withLock { $0 } < size)
                while let bytes = try await body.next() {
                    #expect(bytes.count <= (1 << 20) + (1 << 14))
                    total += bytes.count
                }
                #expect(total == size)
            }
        }
    }

    @Test(
        "Dropping a stream, or cancelling the task that reads it, closes the connection",
        arguments: ["drop", "cancel", "execute"])
    func aborts(how: String) async throws {
        let (closed, closing) = AsyncStream.makeStream(of: Void.self)
        let (started, starting) = AsyncStream.makeStream(of: Void.self)
        try await LoopbackServer.with { connection in
            _ = try await connection.request()
            try await connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            try await connection.sendChunk("first")
            starting.yield()
            await connection.waitForClose()
            closing.yield()
        } _: { server in
            try await withHTTPClient { client in
                switch how {
                case "drop":
                    var stream: HTTPResponseStream? = try await client.stream(.init(url: server.url))
                    #expect(stream?.status == 200)
                    stream = nil
                case "cancel":
                    let task = Task { () -> HTTPClientError? in
                        do {
                            for try await _ in try await client.stream(.init(url: server.url)).body {}
                            return nil
                        } catch { return error as? HTTPClientError }
                    }
                    for await _ in started { break }
                    task.cancel()
                    #expect(await task.value?.code == .cancelled)
                default:
                    let task = Task { () -> HTTPClientError? in
                        do throws(HTTPClientError) {
                            _ = try await client.execute(.init(url: server.url), maximumBody: 100)
                            return nil
                        } catch { return error }
                    }
                    for await _ in started { break }
                    task.cancel()
                    #expect(await task.value?.code == .cancelled)
                }
                for await _ in closed { break }
            }
        }
    }

    @Test("A cancelled task sends nothing further and gets the code cancelled")
    func cancelledBefore() async throws {
        try await LoopbackServer.with {
            await $0.waitForClose()
        } _: { server in
            try await withHTTPClient { client in
                let task = Task { () -> HTTPClientError? in
                    withUnsafeCurrentTask { $0?.cancel() }
                    do throws(HTTPClientError) {
                        _ = try await client.execute(.init(url: server.url), maximumBody: 100)
                        return nil
                    } catch { return error }
                }
                #expect(await task.value?.code == .cancelled)
            }
        }
    }

    @Test("A server that never answers meets the deadline", arguments: ["nothing", "head", "body"])
    func deadline(answer: String) async throws {
        try await LoopbackServer.with { connection in
            _ = try await connection.request()
            if answer != "nothing" { try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n") }
            if answer == "body" { try await connection.send("12345") }
            await connection.waitForClose()
        } _: { server in
            try await withHTTPClient { client in
                let start = ContinuousClock.now
                let error = await #expect(throws: HTTPClientError.self) {
                    try await client.execute(
                        .init(url: server.url, deadline: start.advanced(by: .milliseconds(150))), maximumBody: 100)
                }
                #expect(error?.code == .timeout)
                #expect(ContinuousClock.now - start >= .milliseconds(150))
                let past = await #expect(throws: HTTPClientError.self) {
                    try await client.execute(.init(url: server.url, deadline: start), maximumBody: 100)
                }
                #expect(past?.code == .timeout)
            }
        }
    }

    @Test(
        "A response that breaks off is an error, never a short body",
        arguments: [
            ("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this", HTTPClientError.Code.closedEarly),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n20\r\nhalf", .closedEarly),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\nfirst", .closedEarly),
            ("", .closedEarly), ("garbage that is no HTTP at all\r\n\r\n", .invalidResponse),
        ] as [(String, HTTPClientError.Code)])
    func breaksOff(response: String, code: HTTPClientError.Code) async throws {
        try await LoopbackServer.with { connection in
            _ = try await connection.request()
            try await connection.send(response)
        } _: { server in
            try await withHTTPClient { client in
                let error = await #expect(throws: HTTPClientError.self) {
                    try await client.execute(.init(url: server.url), maximumBody: 1000)
                }
                #expect(error?.code == code, "\(String(describing: error))")
                #expect(error?.host == "127.0.0.1")
            }
        }
    }

    @Test("A stream that breaks off hands over what came, then throws")
    func streamBreaksOff() async throws {
        try await LoopbackServer.with { connection in
            _ = try await connection.request()
            try await connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n20\r\nhalf")
        } _: { server in
            try await withHTTPClient { client in
                var body = try await client.stream(.init(url: server.url)).body.makeAsyncIterator()
                var read: [UInt8] = []
                var failure: HTTPClientError?
                do throws(HTTPClientError) {
                    while let bytes = try await body.next() { read += bytes }
                } catch { failure = error }
                #expect(String(decoding: read, as: UTF8.self) == "firsthalf")
                #expect(failure?.code == .closedEarly)
                #expect(try await body.next() == nil)
            }
        }
    }

    @Test("A body without end is given up at the maximum")
    func hugeBody() async throws {
        try await LoopbackServer.with { connection in
            _ = try await connection.request()
            try await connection.send("HTTP/1.1 200 OK\r\n\r\n")
            while true { try await connection.send([UInt8](repeating: 1, count: 1 << 16)) }
        } _: { server in
            try await withHTTPClient { client in
                let error = await #expect(throws: HTTPClientError.self) {
                    try await client.execute(.init(url: server.url), maximumBody: 1 << 20)
                }
                #expect(error?.code == .tooLarge)
                #expect(error?.description == "127.0.0.1: the response is larger than the 1048576 bytes allowed")
            }
        }
    }

    @Test("Sixty-four requests at once share connections with the next sixty-four")
    func manyAtOnce() async throws {
        try await LoopbackServer.with { connection in
            while true {
                let request = try await connection.request()
                try await connection.respond(200, [:], String(decoding: request.body, as: UTF8.self))
            }
        } _: { server in
            try await withHTTPClient(.init(maximumConnectionsPerHost: 64)) { client in
                for _ in 0..<3 {
                    try await withThrowingTaskGroup { group in
                        for index in 0..<64 {
                            group.addTask {
                                let body = Array("request \(index)".utf8)
                                let response = try await client.execute(
                                    .init(method: "POST", url: server.url, body: body), maximumBody: 100)
                                #expect(response.body == body)
                            }
                        }
                        try await group.waitForAll()
                    }
                }
                #expect(server.connections <= 64)
            }
        }
    }

    @Test("One after the other, requests use one connection")
    func keepAlive() async throws {
        try await LoopbackServer.with { connection in
            while true {
                _ = try await connection.request()
                try await connection.respond(200, [:], "ok")
            }
        } _: { server in
            try await withHTTPClient { client in
                for _ in 0..<20 { _ = try await client.execute(.init(url: server.url), maximumBody: 10) }
                #expect(server.connections == 1)
            }
        }
    }

    @Test("A stream whose rest is discarded leaves its connection to the next request")
    func discardRest() async throws {
        try await LoopbackServer.with { connection in
            while true {
                _ = try await connection.request()
                try await connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                try await connection.sendChunk("all that matters")
                try await connection.send("0\r\n\r\n")
            }
        } _: { server in
            try await withHTTPClient { client in
                for _ in 0..<10 {
                    do {
                        let stream = try await client.stream(.init(url: server.url))
                        var body = stream.body.makeAsyncIterator()
                        _ = try await body.next()
                        stream.body.discardRest()
                    }
                    _ = try await client.execute(.init(url: server.url), maximumBody: 100)
                }
                // A discarded end may still be on its way when the next request starts; then, and only then, it opens another.
                #expect(server.connections <= 3)
            }
        }
    }

    @Test("A discarded rest without end is cut off")
    func discardEndless() async throws {
        let (closed, closing) = AsyncStream.makeStream(of: Void.self)
        try await LoopbackServer.with { connection in
            _ = try await connection.request()
            try await connection.send("HTTP/1.1 200 OK\r\n\r\n")
            defer { closing.yield() }
            while true { try await connection.send([UInt8](repeating: 1, count: 1 << 16)) }
        } _: { server in
            try await withHTTPClient { client in
                let stream = try await client.stream(.init(url: server.url))
                stream.body.discardRest()
                for await _ in closed { break }
            }
        }
    }

    @Test("The limit of connections per host is kept, and a waiting request meets its deadline")
    func connectionLimit() async throws {
        let (started, starting) = AsyncStream.makeStream(of: Void.self)
        try await LoopbackServer.with { connection in
            _ = try await connection.request()
            starting.yield()
            await connection.waitForClose()
        } _: { server in
            try await withHTTPClient(.init(maximumConnectionsPerHost: 1)) { client in
                let first = Task { try? await client.execute(.init(url: server.url), maximumBody: 10) }
                for await _ in started { break }
                let error = await #expect(throws: HTTPClientError.self) {
                    try await client.execute(
                        .init(url: server.url, deadline: .now.advanced(by: .milliseconds(100))), maximumBody: 10)
                }
                #expect(error?.code == .timeout)
                #expect(server.connections == 1)
                first.cancel()
                #expect(await first.value == nil)
            }
        }
    }

    @Test("Shutting down fails what is in flight, and what comes later")
    func shutdown() async throws {
        let (started, starting) = AsyncStream.makeStream(of: Void.self)
        try await LoopbackServer.with { connection in
            _ = try await connection.request()
            starting.yield()
            await connection.waitForClose()
        } _: { server in
            let client = HTTPClient()
            let tasks = (0..<4).map { _ in
                Task { () -> HTTPClientError? in
                    do throws(HTTPClientError) {
                        _ = try await client.execute(.init(url: server.url), maximumBody: 10)
                        return nil
                    } catch { return error }
                }
            }
            var count = 0
            for await _ in started {
                count += 1
                if count == 4 { break }
            }
            async let other: Void = client.shutdown()
            await client.shutdown()
            await other
            for task in tasks { #expect(await task.value?.code == .shutdown) }
            let late = await #expect(throws: HTTPClientError.self) {
                try await client.execute(.init(url: server.url), maximumBody: 10)
            }
            #expect(late?.code == .shutdown)
            await client.shutdown()
        }
    }

    @Test("Many clients come and go with requests in flight")
    func comeAndGo() async throws {
        try await LoopbackServer.with { connection in
            while true {
                _ = try await connection.request()
                try await connection.respond(200, [:], "ok")
            }
        } _: { server in
            await withTaskGroup { group in
                for index in 0..<40 {
                    group.addTask {
                        let client = HTTPClient()
                        let task = Task { try? await client.execute(.init(url: server.url), maximumBody: 10) }
                        if index.isMultiple(of: 2) { await client.shutdown() }
                        if index.isMultiple(of: 3) { task.cancel() }
                        _ = await task.value
                    }
                }
            }
        }
    }

    @Test(
        "What cannot be requested is refused before anything is sent",
        arguments: [
            ("", HTTPClientError.Code.invalidURL), ("no url", .invalidURL), ("http://", .invalidURL),
            ("file:///etc/passwd", .invalidURL),
            ("ftp://example.org/x", .invalidURL), ("http://a b/", .invalidURL), ("http://[::1/", .invalidURL),
        ] as [(String, HTTPClientError.Code)])
    func refused(url: String, code: HTTPClientError.Code) async throws {
        try await withHTTPClient { client in
            let error = await #expect(throws: HTTPClientError.self) {
                try await client.execute(.init(url: url), maximumBody: 10)
            }
            #expect(error?.code == code)
        }
    }

    @Test("Headers and methods that would break the request are refused", arguments: ["a\r\nX: y", "a\0", "a\nb"])
    func injection(value: String) async throws {
        try await withHTTPClient { client in
            let url = "http://127.0.0.1:9"
            for request in [
                HTTPRequest(url: url, headers: ["X": value]), HTTPRequest(url: url, headers: [value: "x"]),
                HTTPRequest(method: value, url: url),
                HTTPRequest(method: "", url: url),
            ] {
                let error = await #expect(throws: HTTPClientError.self) {
                    try await client.execute(request, maximumBody: 10)
                }
                #expect(error?.code == .invalidRequest)
            }
        }
    }

    @Test("Errors name the host and what failed, never credentials or the path")
    func unreachable() async throws {
        let refusing = try await LoopbackServer.with { _ in
        } _: {
            $0.url
        }
        try await withHTTPClient { client in
            let url = refusing.replacingOccurrences(of: "http://", with: "http://user:secret@") + "/path?token=secret"
            let connect = await #expect(throws: HTTPClientError.self) {
                try await client.execute(.init(url: url), maximumBody: 10)
            }
            #expect(connect?.code == .connect)
            #expect(connect?.label == "http.connect")
            let text = String(describing: connect)
            #expect(text.contains("127.0.0.1") && !text.contains("secret") && !text.contains("path"))

            let socket = await #expect(throws: HTTPClientError.self) {
                try await client.execute(
                    .init(url: "http://localhost/", unixSocket: "/nonexistent/x.sock"), maximumBody: 10)
            }
            #expect(socket?.code == .connect)
            #expect(socket?.host == "localhost (unix:/nonexistent/x.sock)")

            let name = await #expect(throws: HTTPClientError.self) {
                try await client.execute(.init(url: "http://does-not-exist.invalid/"), maximumBody: 10)
            }
            #expect(name?.code == .resolve)

            let long = await #expect(throws: HTTPClientError.self) {
                try await client.execute(
                    .init(url: "http://localhost/", unixSocket: "/" + String(repeating: "x", count: 200)),
                    maximumBody: 10)
            }
            #expect(long?.code == .invalidURL)
        }
    }

    @Test("A server without TLS on the other end of https is a tls error")
    func notTLS() async throws {
        try await LoopbackServer.with { connection in
            try await connection.send("HTTP/1.1 400 Bad Request\r\n\r\n")
        } _: { server in
            try await withHTTPClient { client in
                let error = await #expect(throws: HTTPClientError.self) {
                    try await client.execute(
                        .init(url: server.url.replacingOccurrences(of: "http:", with: "https:")), maximumBody: 10)
                }
                #expect(error?.code == .tls)
            }
        }
    }
}
