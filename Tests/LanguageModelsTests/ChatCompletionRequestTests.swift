import Marshalling
import Testing

@testable import LanguageModels

@Suite("The body of a chat completions call")
struct ChatCompletionRequestTests {
    let configuration = HTTPLanguageModel.Configuration(
        name: "m", model: "provider-m", baseURL: "http://x",
        capabilities: .init(responseSchema: true, functionCalling: true, reasoning: true))

    @Test("A full request is written field by field")
    func full() throws {
        let request = try LanguageModelRequest(lm15: PythonValue(json: LM15RequestTests.full))
        let body = try ChatCompletionRequest(request, configuration).value()
        let expected = #"""
            {"model":"provider-m","messages":[{"role":"system","content":"a\nb"},{"role":"user","content":[{"type":"text","text":"look"},{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo=","detail":"low"}}]},{"role":"assistant","content":"calling","tool_calls":[{"id":"c1","type":"function","function":{"name":"add","arguments":"{\"b\":2,\"a\":1}"}}]},{"role":"tool","tool_call_id":"c1","content":"3"},{"role":"tool","tool_call_id":"c1","content":"[error] boom"},{"role":"system","content":"now be exact"},{"role":"user","content":"{\"k\":[1,null]}"}],"stream":true,"stream_options":{"include_usage":true},"max_tokens":5,"temperature":1.0,"top_p":0.5,"top_k":3,"seed":0,"frequency_penalty":0.0,"presence_penalty":-1.0,"stop":["x","y"],"logprobs":true,"top_logprobs":2,"response_format":{"type":"json_object"},"tools":[{"type":"function","function":{"name":"add","description":"adds","parameters":{"type":"object","properties":{"b":{"type":"integer"},"a":{"type":"integer"}}}}}],"tool_choice":{"type":"function","function":{"name":"add"}},"parallel_tool_calls":false,"reasoning_effort":"low","prompt_cache_key":"k","service_tier":"flex","user":"u","store":false,"logit_bias":{"5":1}}
            """#
        #expect(try body.jsonText() == expected)
    }

    @Test("A schema keeps the order of its keys")
    func schema() throws {
        let request = try LanguageModelRequest(lm15: PythonValue(json: LM15RequestTests.simple))
        let text = String(decoding: try ChatCompletionRequest(request, configuration).body(), as: UTF8.self)
        #expect(
            text.contains(
                #""response_format":{"type":"json_schema","json_schema":{"name":"DSPyProgramOutputs","schema":{"type":"object","properties":{"zeta":{"type":"string"},"alpha":{"type":"integer","minimum":0}},"required":["zeta","alpha"],"additionalProperties":false},"strict":true}}"#
            ))
    }

    @Test("A model's default options fill what a request leaves open, and its own name for the limit is used")
    func defaults() throws {
        var configuration = configuration
        configuration.defaultOptions = GenerationOptions(maxTokens: 7, temperature: 0, stop: ["s"], seed: 1)
        configuration.maxTokensField = "max_completion_tokens"
        let request = LanguageModelRequest("q", options: .init(temperature: 0.5))
        let body = try ChatCompletionRequest(request, configuration).value()
        #expect(body["max_completion_tokens"] == 7)
        #expect(body["max_tokens"] == nil)
        #expect(body["temperature"] == 0.5)
        #expect(body["stop"] == ["s"])
        #expect(body["seed"] == 1)
    }

    static let refusals: [(LanguageModelRequest, LanguageModelError.Code, String)] = [
        (
            .init(messages: [
                .init(role: .user, parts: [.media(.init(kind: .audio, mediaType: "audio/wav", source: .url("u")))])
            ]),
            .unsupportedFeature,
            "messages[0].parts[0]: a part of kind audio has no place in chat completions; text and images do"
        ),
        (
            .init(messages: [
                .init(
                    role: .user,
                    parts: [.text("a"), .media(.init(kind: .image, mediaType: "", source: .file(id: "f")))])
            ]),
            .unsupportedFeature,
            "messages[0].parts[1]: chat completions takes no image by its file id; give a URL or the data"
        ),
        (
            .init(messages: [
                .init(role: .assistant, parts: [.media(.init(kind: .image, mediaType: "", source: .url("u")))])
            ]),
            .unsupportedFeature, "messages[0].parts[0]: a image part has no place in a model's message"
        ),
        (
            .init(messages: [.init(role: .tool, parts: [.text("x")])]), .invalidRequest,
            "messages[0].parts[0] must be a tool result, not text"
        ),
        (
            .init(messages: [.user("x")], tools: [.builtin(name: "web_search", configuration: nil)]),
            .unsupportedFeature,
            "tools: the provider's own tool 'web_search' has no form in chat completions"
        ),
        (
            .init(messages: [.init(role: .user, parts: [.data(.bytes([1]))])]), .invalidRequest,
            "messages[0].parts[0] cannot be written as JSON: $: bytes has no JSON form"
        ),
    ]

    @Test("What the protocol cannot carry is refused by its place", arguments: refusals)
    func refused(request: LanguageModelRequest, code: LanguageModelError.Code, message: String) {
        let error = #expect(throws: LanguageModelError.self) {
            try ChatCompletionRequest(request, configuration).value()
        }
        #expect(error?.code == code)
        #expect(error?.message == message)
    }

    @Test("What the model cannot do is refused before it is sent")
    func capabilities() {
        var configuration = configuration
        configuration.capabilities = .init()
        var thinking = LanguageModelRequest("q")
        thinking.options.reasoning = .init(effort: "high")
        let requests = [
            LanguageModelRequest("q", options: .init(responseFormat: .jsonSchema(name: nil, schema: [:], strict: nil))),
            LanguageModelRequest(
                messages: [.user("q")], tools: [.function(name: "f", description: nil, parameters: [:])]), thinking,
        ]
        for request in requests {
            let error = #expect(throws: LanguageModelError.self) {
                try ChatCompletionRequest(request, configuration).value()
            }
            #expect(error?.code == .unsupportedFeature)
        }
    }

    @Test("An extension cannot replace what the request sets")
    func extensions() {
        var request = LanguageModelRequest("q")
        request.options.extensions = ["stream": false]
        let error = #expect(throws: LanguageModelError.self) {
            try ChatCompletionRequest(request, configuration).value()
        }
        #expect(error?.code == .invalidRequest)
    }
}
