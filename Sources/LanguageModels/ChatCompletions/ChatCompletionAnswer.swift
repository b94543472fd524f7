import HTTPClient
import Marshalling
import Synchronization

/// One answer on its way: sends the request when the first event is asked for, then reads no faster than it is asked.
final class ChatCompletionAnswer: Sendable {
    private enum Phase {
        case unsent
        /// A response whose body is being read as an event stream.
        case streaming(HTTPResponseStream.Body)
        case over
    }

    private enum Step {
        case deliver(LanguageModelEvent)
        case send
        case read(HTTPResponseStream.Body)
        case over
    }

    private struct State {
        var phase = Phase.unsent
        var ready: [LanguageModelEvent] = []
        var delivered = 0
        var failures: ChatCompletionFailure
        var decoder: ChatCompletionDecoder
        var parser: ServerSentEventParser
        var received = 0
        /// The first bytes, for the message when they turn out to be no event stream.
        var beginning: [UInt8] = []
        var isEventless = true

        mutating func step() -> Step {
            if delivered < ready.count {
                defer { delivered += 1 }
                return .deliver(ready[delivered])
            }
            ready.removeAll(keepingCapacity: true)
            delivered = 0
            switch phase {
            case .unsent: return .send
            case .streaming(let body): return .read(body)
            case .over: return .over
            }
        }
    }

    private let request: LanguageModelRequest
    private let configuration: HTTPLanguageModel.Configuration
    private let client: HTTPClient
    private let state: Mutex<State>

    /// How much of an error's body is read.
    private static let errorLimit = 64 << 10

    init(_ request: LanguageModelRequest, _ configuration: HTTPLanguageModel.Configuration, _ client: HTTPClient) {
        self.request = request
        self.configuration = configuration
        self.client = client
        let failures = ChatCompletionFailure(configuration)
        state = Mutex(
            State(
                failures: failures, decoder: ChatCompletionDecoder(failures),
                parser: ServerSentEventParser(limit: configuration.maximumResponse)))
    }

    /// The next event; nil after the last. Callers come one after the other.
    func next() async throws(LanguageModelError) -> LanguageModelEvent? {
        do throws(LanguageModelError) {
            while true {
                switch state.withLock({ $0.step() }) {
                case .deliver(let event): return event
                case .over: return nil
                case .send: try await send()
                case .read(let body): try await read(body)
                }
            }
        } catch {
            // Letting go of the body ends the transfer, and with it the generation.
            state.withLock { $0.phase = .over }
            throw error
        }
    }

    private func send() async throws(LanguageModelError) {
        var failures = ChatCompletionFailure(configuration)
        let body = try ChatCompletionRequest(request, configuration).body()
        var headers = configuration.headers
        headers["Content-Type"] = "application/json"
        headers["Accept"] = "text/event-stream, application/json"
        if let key = configuration.apiKey { headers["Authorization"] = "Bearer \(key.value)" }
        let base =
            configuration.baseURL.hasSuffix("/") ? String(configuration.baseURL.dropLast()) : configuration.baseURL
        let request = HTTPRequest(
            method: "POST", url: base + "/chat/completions", headers: headers, body: body,
            unixSocket: configuration.unixSocket,
            deadline: request.deadline ?? .now.advanced(by: configuration.timeout))

        let response: HTTPResponseStream
        do throws(HTTPClientError) {
            response = try await client.stream(request)
        } catch {
            throw failures.transport(error)
        }
        failures.requestID = response.headers["x-request-id"]
        guard response.status == 200 else {
            let text = await beginning(of: response.body, limit: Self.errorLimit)
            throw failures.response(response.status, response.headers, text)
        }
        let decoder = ChatCompletionDecoder(failures)
        guard response.headers["content-type"]?.lowercased().hasPrefix("application/json") != true else {
            return try await readWhole(response.body, decoder, failures)
        }
        state.withLock {
            $0.failures = failures
            $0.decoder = decoder
            $0.phase = .streaming(response.body)
        }
    }

    /// The answer of a server that does not stream.
    private func readWhole(
        _ body: HTTPResponseStream.Body, _ decoder: ChatCompletionDecoder, _ failures: ChatCompletionFailure
    ) async throws(LanguageModelError) {
        var decoder = decoder
        var text: [UInt8] = []
        do throws(HTTPClientError) {
            var iterator = body.makeAsyncIterator()
            while let bytes = try await iterator.next() {
                text += bytes
                guard text.count <= configuration.maximumResponse else { break }
            }
        } catch {
            throw failures.transport(error)
        }
        guard text.count <= configuration.maximumResponse else { throw tooLarge(failures) }
        let events = try decoder.decode(whole: text) + [try decoder.end()]
        state.withLock {
            $0.ready = events
            $0.phase = .over
        }
    }

    private func read(_ body: HTTPResponseStream.Body) async throws(LanguageModelError) {
        let failures = state.withLock(\.failures)
        let bytes: [UInt8]?
        do throws(HTTPClientError) {
            var iterator = body.makeAsyncIterator()
            bytes = try await iterator.next()
        } catch {
            // An answer that had said its last word is whole, however the connection ends.
            guard error.code == .closedEarly, state.withLock(\.decoder.hasFinished) else {
                throw failures.transport(error)
            }
            bytes = nil
        }
        try state.withLock { state throws(LanguageModelError) in
            guard let bytes else {
                // Something came, but not one event of it: say what it was.
                if state.received > 0, state.isEventless { throw failures.garbage(state.beginning) }
                state.ready.append(try state.decoder.end())
                state.phase = .over
                return
            }
            state.received += bytes.count
            guard state.received <= configuration.maximumResponse else { throw tooLarge(failures) }
            if state.beginning.count < 1024 { state.beginning += bytes.prefix(1024) }
            for event in try events(bytes, &state.parser, failures) {
                state.isEventless = false
                state.ready += try state.decoder.decode(event.data)
            }
            if state.decoder.isDone {
                state.ready.append(try state.decoder.end())
                state.phase = .over
                body.discardRest()
            }
        }
    }

    private func events(
        _ bytes: [UInt8], _ parser: inout ServerSentEventParser, _ failures: ChatCompletionFailure
    ) throws(LanguageModelError) -> [ServerSentEvent] {
        do {
            return try parser.feed(bytes)
        } catch {
            switch error {
            case .tooLong: throw tooLarge(failures)
            case .invalidUTF8: throw failures.error(.provider, "the answer is not UTF-8")
            }
        }
    }

    private func tooLarge(_ failures: ChatCompletionFailure) -> LanguageModelError {
        failures.error(.provider, "the answer is larger than the \(configuration.maximumResponse) bytes allowed")
    }

    /// As much of an error's body as can be had.
    private func beginning(of body: HTTPResponseStream.Body, limit: Int) async -> [UInt8] {
        var text: [UInt8] = []
        var iterator = body.makeAsyncIterator()
        while text.count < limit, let bytes = try? await iterator.next() { text += bytes.prefix(limit - text.count) }
        return text
    }
}
