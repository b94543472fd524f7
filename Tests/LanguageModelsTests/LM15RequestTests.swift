import LanguageModels
import Marshalling
import Testing

@Suite("Reading DSPy's requests")
struct LM15RequestTests {
    /// Both as written by `request_to_dict` of dspy 3.4.1.
    static let simple = #"""
        {"model": "host/m", "messages": [{"role": "user", "parts": [{"type": "text", "text": "Hi"}]}], "system": "Be brief.", "config": {"max_tokens": 100, "temperature": 0.3, "response_format": {"type": "json_schema", "name": "DSPyProgramOutputs", "strict": true, "schema": {"type": "object", "properties": {"zeta": {"type": "string"}, "alpha": {"type": "integer", "minimum": 0}}, "required": ["zeta", "alpha"], "additionalProperties": false}}}}
        """#
    static let full = #"""
        {"model": "m", "messages": [{"role": "user", "parts": [{"type": "text", "text": "look"}, {"type": "image", "media_type": "image/png", "data": "iVBORw0KGgo=", "detail": "low"}]}, {"role": "assistant", "parts": [{"type": "thinking", "text": "hm"}, {"type": "text", "text": "calling"}, {"type": "tool_call", "id": "c1", "name": "add", "input": {"b": 2, "a": 1}}]}, {"role": "tool", "parts": [{"type": "tool_result", "id": "c1", "content": [{"type": "text", "text": "3"}]}]}, {"role": "tool", "parts": [{"type": "tool_result", "id": "c1", "name": "add", "content": [{"type": "text", "text": "boom"}], "is_error": true}]}, {"role": "developer", "parts": [{"type": "text", "text": "now be exact"}]}, {"role": "user", "parts": [{"type": "data", "value": {"k": [1, null]}}]}], "system": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}], "tools": [{"type": "function", "name": "add", "description": "adds", "parameters": {"type": "object", "properties": {"b": {"type": "integer"}, "a": {"type": "integer"}}}}], "config": {"max_tokens": 5, "temperature": 1.0, "top_p": 0.5, "top_k": 3, "stop": ["x", "y"], "response_format": {"type": "json_object"}, "tool_choice": {"mode": "required", "allowed": ["add"], "parallel": false}, "reasoning": {"effort": "low"}, "cache": {"mode": "auto", "key": "k"}, "seed": 0, "frequency_penalty": 0.0, "presence_penalty": -1.0, "service_tier": "flex", "user_id": "u", "store": false, "logprobs": 2, "extensions": {"logit_bias": {"5": 1}}}}
        """#

    @Test("What DSPy's adapters send is read whole, schema keys in order")
    func simple() throws {
        let request = try LanguageModelRequest(lm15: PythonValue(json: Self.simple))
        #expect(request.model == "host/m")
        #expect(request.system == [.text("Be brief.")])
        #expect(request.messages == [.user("Hi")])
        #expect(request.tools.isEmpty)
        #expect(request.options.maxTokens == 100)
        #expect(request.options.temperature == 0.3)
        guard case .jsonSchema("DSPyProgramOutputs"?, let schema, true?) = request.options.responseFormat else {
            Issue.record("\(String(describing: request.options.responseFormat))")
            return
        }
        #expect(schema["properties"]?.dict?.keys == ["zeta", "alpha"])
    }

    @Test("Every part and option of a full request arrives")
    func full() throws {
        let request = try LanguageModelRequest(lm15: PythonValue(json: Self.full))
        #expect(request.system == [.text("a"), .text("b")])
        #expect(request.messages.map(\.role) == [.user, .assistant, .tool, .tool, .developer, .user])
        #expect(
            request.messages[0].parts[1]
                == .media(.init(kind: .image, mediaType: "image/png", source: .base64("iVBORw0KGgo="), detail: "low")))
        #expect(
            request.messages[1].parts
                == [
                    .thinking("hm"), .text("calling"),
                    .toolCall(.init(id: "c1", name: "add", input: ["b": 2, "a": 1])),
                ])
        #expect(
            request.messages[3].parts
                == [.toolResult(.init(id: "c1", name: "add", content: [.text("boom")], isError: true))])
        #expect(request.messages[5].parts == [.data(["k": [1, .none]])])
        #expect(request.tools.map(\.name) == ["add"])
        let options = request.options
        #expect(options.topP == 0.5 && options.topK == 3 && options.stop == ["x", "y"] && options.seed == 0)
        #expect(options.frequencyPenalty == 0 && options.presencePenalty == -1 && options.responseFormat == .jsonObject)
        #expect(options.toolChoice == .init(mode: .required, allowed: ["add"], parallel: false))
        #expect(options.reasoning == .init(effort: "low"))
        #expect(options.cache == ["mode": "auto", "key": "k"])
        #expect(options.serviceTier == "flex" && options.userID == "u" && options.store == false)
        #expect(options.logProbabilities == 2 && options.extensions == ["logit_bias": ["5": 1]])
    }

    static let refusals: [(PythonValue, LanguageModelError.Code, String)] = [
        ([], .invalidRequest, "the request must be a dict, not list"),
        (["messages": []], .invalidRequest, "model is missing"),
        (["model": "m"], .invalidRequest, "messages is empty"),
        (["model": 1, "messages": []], .invalidRequest, "model must be a str, not int"),
        (["model": "m", "messages": "x"], .invalidRequest, "messages must be a list, not str"),
        (["model": "m", "messages": [["role": "user"]]], .invalidRequest, "messages[0].parts is empty"),
        (
            ["model": "m", "messages": [["role": "boss", "parts": ["x"]]]], .invalidRequest,
            #"messages[0].role is "boss"; it must be one of user, assistant, tool, developer"#
        ),
        (
            ["model": "m", "messages": [["role": "user", "parts": [["type": "smell"]]]]], .invalidRequest,
            #"messages[0].parts[0].type is "smell", which is no kind of part"#
        ),
        (
            ["model": "m", "messages": [["role": "user", "parts": [["type": "image", "path": "/etc/passwd"]]]]],
            .unsupportedFeature, "messages[0].parts[0].path cannot be carried"
        ),
        (
            ["model": "m", "messages": [["role": "user", "parts": [["type": "image"]]]]], .invalidRequest,
            "messages[0].parts[0] must have one of data, url and file_id"
        ),
        (
            [
                "model": "m",
                "messages": [["role": "user", "parts": [["type": "text", "text": "x", "continuation": [[:]]]]]],
            ],
            .unsupportedFeature, "messages[0].parts[0].continuation cannot be carried"
        ),
        (
            ["model": "m", "messages": [["role": "user", "parts": ["x"]]], "config": ["top_q": 1]], .unsupportedFeature,
            "config.top_q cannot be carried"
        ),
        (
            ["model": "m", "messages": [["role": "user", "parts": ["x"]]], "config": ["max_tokens": "many"]],
            .invalidRequest, "config.max_tokens must be an int, not str"
        ),
        (
            [
                "model": "m", "messages": [["role": "user", "parts": ["x"]]],
                "config": ["response_format": ["type": "xml"]],
            ],
            .invalidRequest, #"config.response_format.type is "xml"; it must be json_object or json_schema"#
        ),
        (
            ["model": "m", "messages": [["role": "user", "parts": ["x"]]], "config": ["probabilities": "required"]],
            .unsupportedFeature, "config.probabilities cannot be required here"
        ),
    ]

    @Test("What is malformed or has no place is refused by its path", arguments: refusals)
    func refused(value: PythonValue, code: LanguageModelError.Code, message: String) {
        let error = #expect(throws: LanguageModelError.self) { try LanguageModelRequest(lm15: value) }
        #expect(error?.code == code)
        #expect(error?.message == message)
    }
}
