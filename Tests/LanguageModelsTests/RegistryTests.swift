import LanguageModels
import Marshalling
import PythonPool
import Synchronization
import Testing

/// Answers every question with itself, or with a failure.
struct EchoModel: LanguageModel {
    var name = "echo"
    var provider = "test"
    var capabilities = LanguageModelCapabilities()
    var failure: LanguageModelError?
    let seen = Seen()

    final class Seen: Sendable {
        let request = Mutex<LanguageModelRequest?>(nil)
    }

    func stream(_ request: LanguageModelRequest) -> LanguageModelEventStream {
        seen.request.withLock { $0 = request }
        if let failure { return LanguageModelEventStream { { () async throws(LanguageModelError) in throw failure } } }
        return LanguageModelEventStream(
            LanguageModelResponse(
                id: "r", model: name, parts: request.messages.flatMap(\.parts), usage: .init(inputTokens: 1)))
    }
}

@Suite("The host's models")
struct RegistryTests {
    static let payload: PythonValue = [
        "model": "echo",
        "request": ["model": "host/echo", "messages": [["role": "user", "parts": [["type": "text", "text": "hi"]]]]],
    ]

    @Test("An unknown name says which names there are")
    func unknown() {
        var models = LanguageModels([EchoModel(), EchoModel(name: "b")])
        models.add(EchoModel(name: "a"))
        #expect(models.names == ["a", "b", "echo"])
        let error = #expect(throws: LanguageModelError.self) { try models["x\ny"] }
        #expect(error?.code == .unsupportedModel)
        #expect(error?.message == #"there is no model "x\ny"; the models are a, b, echo"#)
    }

    @Test("An upcall is answered in DSPy's form, and its deadline becomes the request's")
    func complete() async throws {
        let model = EchoModel()
        let deadline = ContinuousClock.now.advanced(by: .seconds(5))
        let value = try await LanguageModels([model]).complete(Self.payload, deadline: deadline)
        #expect(
            try value.jsonText()
                == #"{"id":"r","model":"echo","message":{"role":"assistant","parts":[{"type":"text","text":"hi"}]},"finish_reason":"stop","usage":{"input_tokens":1}}"#
        )
        #expect(model.seen.request.withLock { $0?.deadline } == deadline)
    }

    @Test("A streaming upcall gets one event after the other")
    func stream() async throws {
        var types: [String] = []
        for try await event in try LanguageModels([EchoModel()]).stream(Self.payload) {
            types.append(event["type"]?.string ?? "")
        }
        #expect(types == ["start", "delta", "end"])
    }

    @Test("A failure keeps its type through both ways")
    func failure() async throws {
        let failure = LanguageModelError(.rateLimit, "slow", provider: "p", retryAfter: .seconds(2))
        let models = LanguageModels([EchoModel(failure: failure)])
        #expect(await #expect(throws: LanguageModelError.self) { try await models.complete(Self.payload) } == failure)
        let streamed = await #expect(throws: LanguageModelError.self) {
            for try await _ in try models.stream(Self.payload) {}
        }
        #expect(streamed == failure)
    }

    static let malformedPayloads: [(PythonValue, LanguageModelError.Code)] = [
        (.none, .invalidRequest), (["model": "echo"], .invalidRequest), (["request": [:]], .invalidRequest),
        (["model": "nobody", "request": [:]], .unsupportedModel), (["model": "echo", "request": [:]], .invalidRequest),
    ]

    @Test("A malformed payload is refused", arguments: malformedPayloads)
    func malformed(payload: PythonValue, code: LanguageModelError.Code) async {
        let error = await #expect(throws: LanguageModelError.self) {
            try await LanguageModels([EchoModel()]).complete(payload)
        }
        #expect(error?.code == code)
        let streamed = #expect(throws: LanguageModelError.self) { try LanguageModels([EchoModel()]).stream(payload) }
        #expect(streamed?.code == code)
    }
}
