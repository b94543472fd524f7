import HTTPClient
import LanguageModels
import LoopbackServer
import Marshalling
import Synchronization
import Testing

@Suite("A model behind HTTP", .timeLimit(.minutes(1)))
struct HTTPLanguageModelTests {
    static let key: APIKey = "sk-very-secret"

    /// Runs a body with a model whose server behaves as the handler says.
    func withModel<Result: Sendable>(
        unix: Bool = false, timeout: Duration = .seconds(30), maximumResponse: Int = 1 << 20,
        _ handler: @escaping @Sendable (LoopbackConnection) async throws -> Void,
        _ body: @escaping @Sendable (HTTPLanguageModel, LoopbackServer) async throws -> Result
    ) async throws -> Result {
        try await LoopbackServer.with(unix: unix, handler) { server in
            try await withHTTPClient { client in
                let model = HTTPLanguageModel(
                    .init(
                        name: "m", provider: "test", baseURL: server.url + "/v1/", unixSocket: server.unixSocket,
                        apiKey: Self.key,
                        timeout: timeout, maximumResponse: maximumResponse), client: client)
                return try await body(model, server)
            }
        }
    }

    static func answer(_ connection: LoopbackConnection, _ lines: [String], done: Bool = true) async throws {
        try await connection.send(
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        for line in lines { try await connection.sendChunk("data: \(line)\n\n") }
        if done { try await connection.sendChunk("data: [DONE]\n\n") }
        try await connection.send("0\r\n\r\n")
    }

    static func chunk(_ delta: String, finish: String? = nil) -> String {
        let finish = finish.map { "\"\($0)\"" } ?? "null"
        return #"{"id":"r1","model":"served","choices":[{"index":0,"delta":\#(delta),"finish_reason":\#(finish)}]}"#
    }

    static let hello = [
        chunk(#"{"role":"assistant","content":null}"#), chunk(#"{"reasoning_content":"hm"}"#),
        chunk(#"{"content":"Hel"}"#),
        chunk(#"{"content":"lo"}"#), chunk("{}", finish: "stop"),
        #"{"id":"r1","model":"served","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5,"prompt_tokens_details":{"cached_tokens":1}}}"#,
    ]

    @Test("A streamed answer is collected, over TCP and over a Unix socket", arguments: [false, true])
    func responds(unix: Bool) async throws {
        let seen = Mutex<LoopbackConnection.Request?>(nil)
        try await withModel(unix: unix) { connection in
            while true {
                let request = try await connection.request()
                seen.withLock { $0 = request }
                try await Self.answer(connection, Self.hello)
            }
        } _: { model, server in
            for _ in 0..<5 {
                let response = try await model.respond(
                    to: .init("Hi", system: "Be brief.", options: .init(maxTokens: 9)))
                #expect(response.id == "r1" && response.model == "served" && response.text == "Hello")
                #expect(response.parts == [.thinking("hm"), .text("Hello")])
                #expect(response.finishReason == .stop)
                #expect(response.usage.totalTokens == 5 && response.usage.cacheReadTokens == 1)
            }
            #expect(server.connections <= 2)
        }
        let request = try #require(seen.withLock { $0 })
        #expect(request.line == "POST /v1/chat/completions HTTP/1.1")
        #expect(request.headers["authorization"] == "Bearer sk-very-secret")
        #expect(request.headers["content-type"] == "application/json")
        let body = try PythonValue(json: request.body)
        #expect(body["stream"] == true && body["stream_options"] == ["include_usage": true] && body["max_tokens"] == 9)
        #expect(body["messages"]?[1] == ["role": "user", "content": "Hi"])
    }

    @Test("Events come in order: a start, the pieces, an end")
    func streams() async throws {
        try await withModel { connection in
            _ = try await connection.request()
            try await Self.answer(connection, Self.hello)
        } _: { model, _ in
            var events: [LanguageModelEvent] = []
            for try await event in model.stream(.init("Hi")) { events.append(event) }
            #expect(events.first == .started(id: "r1", model: "served"))
            #expect(
                events.dropFirst().dropLast() == [
                    .thinking("hm", part: 0), .text("Hel", part: 1), .text("lo", part: 1),
                ])
            guard case .ended(.stop, let usage)? = events.last else {
                Issue.record("\(events)")
                return
            }
            #expect(usage.inputTokens == 3 && usage.outputTokens == 2)
        }
    }

    @Test("Tool calls in fragments become whole calls")
    func toolCalls() async throws {
        let lines = [
            Self.chunk(
                #"{"tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"add","arguments":"{\"b\":"}}]}"#
            ),
            Self.chunk(
                #"{"tool_calls":[{"index":0,"function":{"arguments":"2}"}},{"index":1,"id":"c2","function":{"name":"now","arguments":""}}]}"#
            ),
            Self.chunk("{}", finish: "tool_calls"),
        ]
        try await withModel { connection in
            _ = try await connection.request()
            try await Self.answer(connection, lines)
        } _: { model, _ in
            let response = try await model.respond(to: .init("Hi"))
            #expect(
                response.toolCalls == [
                    .init(id: "c1", name: "add", input: ["b": 2]), .init(id: "c2", name: "now", input: [:]),
                ])
            #expect(response.finishReason == .toolCall)
        }
    }

    @Test("A server that does not stream is understood too")
    func wholeCompletion() async throws {
        try await withModel { connection in
            _ = try await connection.request()
            try await connection.respond(
                200, ["Content-Type": "application/json; charset=utf-8"],
                #"{"id":"r2","model":"x","choices":[{"message":{"role":"assistant","content":"Hello","tool_calls":null},"finish_reason":"length","logprobs":{"content":[{"token":"Hello","logprob":-0.25,"bytes":[72],"top_logprobs":[]}]}}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}"#
            )
        } _: { model, _ in
            let response = try await model.respond(to: .init("Hi"))
            #expect(response.text == "Hello" && response.finishReason == .length && response.usage.totalTokens == 2)
            #expect(response.logProbabilities == [.init(.init(token: "Hello", logProbability: -0.25, bytes: [72]))])
        }
    }

    struct Failure: Sendable {
        var status: Int
        var headers: [String: String] = [:]
        var body: String
        var code: LanguageModelError.Code
        var contains: String
    }

    static let failures = [
        Failure(
            status: 401, headers: ["X-Request-ID": "req-7"],
            body:
                #"{"error":{"message":"Incorrect API key provided: sk-very-secret.","type":"invalid_request_error","code":"invalid_api_key"}}"#,
            code: .auth, contains: "Incorrect API key provided: [key]."),
        Failure(status: 403, body: "forbidden", code: .auth, contains: #"the server said "forbidden""#),
        Failure(status: 402, body: #"{"error":{"message":"pay"}}"#, code: .billing, contains: "pay"),
        Failure(
            status: 429, headers: ["Retry-After": "7"], body: #"{"error":{"message":"slow down","code":null}}"#,
            code: .rateLimit, contains: "slow down"),
        Failure(
            status: 429, body: #"{"error":{"message":"no credit","code":"insufficient_quota"}}"#, code: .billing,
            contains: "no credit"),
        Failure(
            status: 400, body: #"{"error":{"message":"too long","code":"context_length_exceeded"}}"#,
            code: .contextLength, contains: "too long"),
        Failure(
            status: 400,
            body: #"{"error":{"code":400,"message":"request exceeds the context","type":"exceed_context_size_error"}}"#,
            code: .contextLength, contains: "request exceeds the context"),
        Failure(
            status: 400, body: #"{"message":"This model's maximum context length is 10 tokens."}"#,
            code: .contextLength, contains: "maximum"),
        Failure(status: 400, body: #"{"error":"bad"}"#, code: .invalidRequest, contains: "bad"),
        Failure(status: 422, body: #"{"detail":"no such field"}"#, code: .invalidRequest, contains: "no such field"),
        Failure(
            status: 404, body: #"{"error":{"message":"The model `m` does not exist","code":"model_not_found"}}"#,
            code: .unsupportedModel, contains: "does not exist"),
        Failure(status: 404, body: "404 page not found", code: .invalidRequest, contains: "check the base URL"),
        Failure(status: 408, body: "", code: .timeout, contains: "the server said nothing more"),
        Failure(status: 504, body: "", code: .timeout, contains: "nothing"),
        Failure(status: 500, body: String(repeating: "x", count: 300_000), code: .server, contains: "xxx"),
        Failure(
            status: 503, headers: ["Retry-After": "7"], body: #"{"error":{"message":"loading model"}}"#, code: .server,
            contains: "loading"),
        Failure(
            status: 302, headers: ["Location": "https://elsewhere.example"], body: "", code: .provider,
            contains: "redirects"),
    ]

    @Test("Each failure has its code, its status and the server's words, never the key", arguments: failures)
    func fails(failure: Failure) async throws {
        try await withModel { connection in
            while true {
                _ = try await connection.request()
                try await connection.respond(failure.status, failure.headers, failure.body)
            }
        } _: { model, _ in
            let error = await #expect(throws: LanguageModelError.self) { try await model.respond(to: .init("Hi")) }
            #expect(error?.code == failure.code)
            #expect(error?.status == failure.status)
            #expect(error?.provider == "test")
            #expect(error?.message.contains(failure.contains) == true, "\(String(describing: error))")
            #expect(error?.message.count ?? 0 < 500)
            #expect(error?.requestID == failure.headers["X-Request-ID"])
            #expect(error?.retryAfter == (failure.headers["Retry-After"] == nil ? nil : .seconds(7)))
            #expect(!"\(String(describing: error)) \(String(reflecting: error))".contains("secret"))
        }
    }

    struct Nonsense: Sendable {
        var type: String
        var body: String
        var code: LanguageModelError.Code
        var contains: String
    }

    static let nonsense = [
        Nonsense(
            type: "text/html", body: "<html>hello sk-very-secret</html>", code: .provider,
            contains: "<html>hello [key]</html>"),
        Nonsense(type: "application/json", body: "[1, 2]", code: .provider, contains: "[1, 2]"),
        Nonsense(type: "application/json", body: #"{"a":1}"#, code: .provider, contains: #"{\"a\":1}"#),
        Nonsense(type: "application/json", body: "", code: .provider, contains: "no chat completion"),
        Nonsense(type: "text/event-stream", body: "", code: .provider, contains: "empty"),
        Nonsense(type: "text/event-stream", body: "data: garbage\n\n", code: .provider, contains: "garbage"),
        Nonsense(type: "text/event-stream", body: "data: \u{0}\n\n", code: .provider, contains: "no chat completion"),
        Nonsense(type: "text/event-stream", body: "data: [DONE]\n\n", code: .provider, contains: "empty"),
        Nonsense(
            type: "text/event-stream", body: "data: \(chunk(#"{"content":"Hel"}"#))\n\n", code: .transport,
            contains: "ended before the answer did"),
        Nonsense(
            type: "text/event-stream",
            body:
                "data: \(chunk(#"{"content":"Hel"}"#))\n\ndata: {\"error\":{\"code\":500,\"message\":\"slot lost\",\"type\":\"server_error\"}}\n\n",
            code: .server, contains: "slot lost"),
        Nonsense(
            type: "text/event-stream",
            body: "data: {\"error\":{\"code\":400,\"message\":\"long\",\"type\":\"exceed_context_size_error\"}}\n\n",
            code: .contextLength,
            contains: "long"),
        Nonsense(
            type: "text/event-stream",
            body: "data: \(chunk(#"{"tool_calls":[{"index":0,"function":{"arguments":"{}"}}]}"#))\n\ndata: [DONE]\n\n",
            code: .streamAssembly,
            contains: "never said which tool"),
        Nonsense(
            type: "text/event-stream",
            body:
                "data: \(chunk(#"{"tool_calls":[{"index":0,"function":{"name":"f","arguments":"{oops"}}]}"#))\n\ndata: [DONE]\n\n",
            code: .provider, contains: "{oops"),
        Nonsense(
            type: "text/event-stream", body: "data: \(String(repeating: "x", count: 2 << 20))", code: .provider,
            contains: "larger than"),
    ]

    @Test("An answer that is none is an error that shows what it was, bounded", arguments: nonsense)
    func garbage(nonsense: Nonsense) async throws {
        try await withModel { connection in
            _ = try await connection.request()
            try await connection.respond(200, ["Content-Type": nonsense.type], nonsense.body)
        } _: { model, _ in
            let error = await #expect(throws: LanguageModelError.self) { try await model.respond(to: .init("Hi")) }
            #expect(error?.code == nonsense.code)
            #expect(error?.message.contains(nonsense.contains) == true, "\(String(describing: error))")
            #expect(error?.message.count ?? 0 < 500)
        }
    }

    @Test("What streamed before the server broke off is delivered, then the failure")
    func closesMidStream() async throws {
        try await withModel { connection in
            _ = try await connection.request()
            try await connection.send(
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
            try await connection.sendChunk("data: \(Self.chunk(#"{"content":"Hel"}"#))\n\n")
        } _: { model, _ in
            var events: [LanguageModelEvent] = []
            var failure: LanguageModelError?
            do throws(LanguageModelError) {
                for try await event in model.stream(.init("Hi")) { events.append(event) }
            } catch { failure = error }
            #expect(events == [.started(id: "r1", model: "served"), .text("Hel", part: 0)])
            #expect(failure?.code == .transport)
        }
    }

    @Test(
        "A server that never answers, or stops in the middle, meets the deadline", arguments: [false, true],
        [false, true])
    func deadline(starts: Bool, ofRequest: Bool) async throws {
        try await withModel(timeout: ofRequest ? .seconds(30) : .milliseconds(150)) { connection in
            _ = try await connection.request()
            if starts {
                try await connection.send(
                    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
                try await connection.sendChunk("data: \(Self.chunk(#"{"content":"Hel"}"#))\n\n")
            }
            await connection.waitForClose()
        } _: { model, _ in
            var request = LanguageModelRequest("Hi")
            if ofRequest { request.deadline = .now.advanced(by: .milliseconds(150)) }
            let error = await #expect(throws: LanguageModelError.self) { try await model.respond(to: request) }
            #expect(error?.code == .timeout)
            #expect(error?.isRetryable == true)
        }
    }

    @Test("A server that is not there is a transport error; a URL that is none, a configuration error")
    func unreachable() async throws {
        let url = try await LoopbackServer.with { _ in
        } _: {
            $0.url
        }
        try await withHTTPClient { client in
            for (base, code) in [(url, LanguageModelError.Code.transport), ("nowhere", .notConfigured)] {
                let model = HTTPLanguageModel(.init(name: "m", baseURL: base, apiKey: Self.key), client: client)
                let error = await #expect(throws: LanguageModelError.self) { try await model.respond(to: .init("Hi")) }
                #expect(error?.code == code)
            }
        }
    }

    @Test("Cancelling the task, or leaving the stream, ends the generation", arguments: [false, true])
    func cancels(byLeaving: Bool) async throws {
        let (closed, closing) = AsyncStream.makeStream(of: Void.self)
        let (started, starting) = AsyncStream.makeStream(of: Void.self)
        try await withModel { connection in
            _ = try await connection.request()
            try await connection.send(
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
            try await connection.sendChunk("data: \(Self.chunk(#"{"content":"Hel"}"#))\n\n")
            starting.yield()
            await connection.waitForClose()
            closing.yield()
        } _: { model, _ in
            if byLeaving {
                for try await event in model.stream(.init("Hi")) {
                    if case .text = event { break }
                }
            } else {
                let task = Task { () -> LanguageModelError? in
                    do throws(LanguageModelError) {
                        _ = try await model.respond(to: .init("Hi"))
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

    @Test("An answer larger than allowed is given up")
    func tooLarge() async throws {
        try await withModel(maximumResponse: 100_000) { connection in
            _ = try await connection.request()
            try await connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
            while true { try await connection.send("data: \(Self.chunk(#"{"content":"again and "}"#))\n\n") }
        } _: { model, _ in
            let error = await #expect(throws: LanguageModelError.self) { try await model.respond(to: .init("Hi")) }
            #expect(error?.code == .provider)
            #expect(error?.message.contains("100000 bytes") == true)
        }
    }

    @Test("A model and its configuration never print the key")
    func secret() async throws {
        let client = HTTPClient()
        let configuration = HTTPLanguageModel.Configuration(
            name: "m", baseURL: "http://x", apiKey: Self.key, headers: ["X-Key": "very-secret"])
        let model = HTTPLanguageModel(configuration, client: client)
        for value in [model, configuration, Self.key] as [any Sendable] {
            var dumped = ""
            dump(value, to: &dumped)
            #expect(!"\(value) \(String(reflecting: value)) \(dumped)".contains("secret"))
        }
        await client.shutdown()
    }
}
