import LanguageModels
import Marshalling
import Testing

@Suite("Writing DSPy's responses and events")
struct LM15ResponseTests {
    @Test("A response is written as response_from_dict reads it")
    func response() throws {
        var usage = LanguageModelUsage(inputTokens: 10, outputTokens: 5, totalTokens: 15)
        usage.cacheReadTokens = 0
        let response = LanguageModelResponse(
            id: "r1", model: "m",
            parts: [.thinking("hm"), .text("hi"), .toolCall(.init(id: "c", name: "f", input: ["b": 1, "a": 2]))],
            finishReason: .toolCall, usage: usage,
            logProbabilities: [
                .init(
                    .init(token: "hi", logProbability: -0.5, bytes: [104, 105]),
                    top: [.init(token: "ho", logProbability: -1)])
            ])
        #expect(
            try response.lm15.jsonText()
                == #"{"id":"r1","model":"m","message":{"role":"assistant","parts":[{"type":"thinking","text":"hm"},{"type":"text","text":"hi"},{"type":"tool_call","id":"c","name":"f","input":{"b":1,"a":2}}]},"finish_reason":"tool_call","usage":{"input_tokens":10,"output_tokens":5,"total_tokens":15,"cache_read_tokens":0},"logprobs":[{"token":"hi","logprob":-0.5,"bytes":[104,105],"top":[{"token":"ho","logprob":-1.0}]}]}"#
        )
        #expect(
            try LanguageModelResponse(model: "m", parts: [.text("")]).lm15.jsonText()
                == #"{"model":"m","message":{"role":"assistant","parts":[{"type":"text","text":""}]},"finish_reason":"stop"}"#
        )
    }

    static let events: [(LanguageModelEvent, String)] = [
        (.started(id: "r1", model: "m"), #"{"type":"start","id":"r1","model":"m"}"#),
        (.started(id: nil, model: nil), #"{"type":"start"}"#),
        (.text("hi", part: 0), #"{"type":"delta","delta":{"type":"text","part_index":0,"text":"hi"}}"#),
        (
            .text("hi", part: 0, logProbabilities: [.init(.init(token: "hi", logProbability: -0.5))]),
            #"{"type":"delta","delta":{"type":"text","part_index":0,"text":"hi","logprobs":[{"token":"hi","logprob":-0.5}]}}"#
        ),
        (.thinking("hm", part: 1), #"{"type":"delta","delta":{"type":"thinking","part_index":1,"text":"hm"}}"#),
        (.refusal("no", part: 1), #"{"type":"delta","delta":{"type":"text","part_index":1,"text":"no"}}"#),
        (
            .toolCall(id: "c1", name: "add", input: "{", part: 2),
            #"{"type":"delta","delta":{"type":"tool_call","part_index":2,"input":"{","id":"c1","name":"add"}}"#
        ),
        (
            .toolCall(id: nil, name: nil, input: "}", part: 2),
            #"{"type":"delta","delta":{"type":"tool_call","part_index":2,"input":"}"}}"#
        ),
        (
            .ended(.length, usage: .init(inputTokens: 3, outputTokens: 2, totalTokens: 5)),
            #"{"type":"end","finish_reason":"length","usage":{"input_tokens":3,"output_tokens":2,"total_tokens":5}}"#
        ),
        (.ended(.stop, usage: .init()), #"{"type":"end","finish_reason":"stop"}"#),
    ]

    @Test("An event is written as stream_event_from_dict reads it", arguments: events)
    func event(event: LanguageModelEvent, text: String) throws {
        #expect(try event.lm15.jsonText() == text)
    }

    @Test("A whole response replayed as events makes the same response")
    func replay() async throws {
        let response = LanguageModelResponse(
            id: "r", model: "m",
            parts: [
                .thinking("hm"), .text("a"), .refusal("no"),
                .toolCall(.init(id: "c", name: "f", input: ["z": 1, "a": [.none]])),
            ],
            finishReason: .toolCall, usage: .init(inputTokens: 1))
        #expect(try await LanguageModelEventStream(response).collect(model: "?") == response)
        let unstreamable = LanguageModelResponse(model: "m", parts: [.data(1)])
        let error = await #expect(throws: LanguageModelError.self) {
            try await LanguageModelEventStream(unstreamable).collect(model: "?")
        }
        #expect(error?.code == .unsupportedFeature)
    }

    @Test("An error tells Python its code and what is known")
    func upcallDetails() {
        let error = LanguageModelError(
            .rateLimit, "slow down", provider: "p", status: 429, retryAfter: .milliseconds(1500), requestID: "r",
            providerCode: "x")
        #expect(error.upcallCode == "rate_limit")
        #expect(
            error.upcallDetails == [
                "code": "rate_limit", "message": "slow down", "provider": "p", "status": 429, "retry_after": 1.5,
                "request_id": "r",
                "provider_code": "x",
            ])
        #expect(error.label == "lm.rate_limit" && error.isRetryable)
        #expect(LanguageModelError(.auth, "x").upcallDetails == ["code": "auth", "message": "x"])
    }
}
