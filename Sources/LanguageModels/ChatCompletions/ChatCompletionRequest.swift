import Marshalling

/// Turns a request into the body of a chat completions call. What that protocol has no place for is an error that names it.
struct ChatCompletionRequest {
    private let configuration: HTTPLanguageModel.Configuration
    private let request: LanguageModelRequest
    private let options: GenerationOptions

    init(_ request: LanguageModelRequest, _ configuration: HTTPLanguageModel.Configuration) {
        self.request = request
        self.configuration = configuration
        options = request.options.completed(by: configuration.defaultOptions)
    }

    func body() throws(LanguageModelError) -> [UInt8] {
        let body = try value()
        do {
            return try body.jsonBytes()
        } catch {
            throw .init(
                .invalidRequest, "the request cannot be written as JSON: \(error)", provider: configuration.provider)
        }
    }

    func value() throws(LanguageModelError) -> PythonValue {
        try checkCapabilities()
        var body: PythonDictionary = ["model": .string(configuration.model), "messages": .list(try messages())]
        body["stream"] = true
        body["stream_options"] = ["include_usage": true]
        if let limit = options.maxTokens { body[.string(configuration.maxTokensField)] = .int(limit) }
        if let temperature = options.temperature { body["temperature"] = .float(temperature) }
        if let topP = options.topP { body["top_p"] = .float(topP) }
        if let topK = options.topK { body["top_k"] = .int(topK) }
        if let seed = options.seed { body["seed"] = .int(seed) }
        if let penalty = options.frequencyPenalty { body["frequency_penalty"] = .float(penalty) }
        if let penalty = options.presencePenalty { body["presence_penalty"] = .float(penalty) }
        if !options.stop.isEmpty { body["stop"] = .list(options.stop.map { .string($0) }) }
        if let alternatives = options.logProbabilities {
            body["logprobs"] = true
            if alternatives > 0 { body["top_logprobs"] = .int(alternatives) }
        }
        if let format = try responseFormat() { body["response_format"] = format }
        if !request.tools.isEmpty { body["tools"] = .list(try request.tools.map(tool)) }
        if let choice = try toolChoice() { body["tool_choice"] = choice }
        if let parallel = options.toolChoice?.parallel { body["parallel_tool_calls"] = .bool(parallel) }
        if let effort = try reasoningEffort() { body["reasoning_effort"] = .string(effort) }
        if let key = try cacheKey() { body["prompt_cache_key"] = .string(key) }
        if let tier = options.serviceTier { body["service_tier"] = .string(tier) }
        if let user = options.userID { body["user"] = .string(user) }
        if let store = options.store { body["store"] = .bool(store) }
        for entry in options.extensions {
            guard body[entry.key] == nil else {
                throw .init(
                    .invalidRequest, "config.extensions.\(entry.key.string ?? "?") is set by the request itself")
            }
            body[entry.key] = entry.value
        }
        return .dict(body)
    }

    private func checkCapabilities() throws(LanguageModelError) {
        let able = configuration.capabilities
        if case .jsonSchema? = options.responseFormat, !able.responseSchema {
            throw unsupported(
                "config.response_format", "the model '\(configuration.name)' does not answer by a JSON Schema")
        }
        if !request.tools.isEmpty, !able.functionCalling {
            throw unsupported("tools", "the model '\(configuration.name)' does not call tools")
        }
        if options.reasoning != nil, !able.reasoning {
            throw unsupported("config.reasoning", "the model '\(configuration.name)' has no setting for its effort")
        }
    }

    // MARK: Options

    private func responseFormat() throws(LanguageModelError) -> PythonValue? {
        switch options.responseFormat {
        case nil, .text?: return nil
        case .jsonObject?: return ["type": "json_object"]
        case .jsonSchema(let name, let schema, let strict)?:
            var inner: PythonDictionary = ["name": .string(name ?? "response"), "schema": schema]
            if let strict { inner["strict"] = .bool(strict) }
            return ["type": "json_schema", "json_schema": .dict(inner)]
        }
    }

    private func tool(_ tool: LanguageModelTool) throws(LanguageModelError) -> PythonValue {
        guard case .function(let name, let description, let parameters) = tool else {
            throw unsupported("tools", "the provider's own tool '\(tool.name)' has no form in chat completions")
        }
        var function: PythonDictionary = ["name": .string(name)]
        if let description { function["description"] = .string(description) }
        function["parameters"] = parameters
        return ["type": "function", "function": .dict(function)]
    }

    private func toolChoice() throws(LanguageModelError) -> PythonValue? {
        guard let choice = options.toolChoice else { return nil }
        guard !choice.allowed.isEmpty, choice.mode != .none else { return .string(choice.mode.rawValue) }
        let allowed = choice.allowed.map { name -> PythonValue in
            ["type": "function", "function": ["name": .string(name)]]
        }
        if allowed.count == 1, choice.mode == .required { return allowed[0] }
        return [
            "type": "allowed_tools", "allowed_tools": ["mode": .string(choice.mode.rawValue), "tools": .list(allowed)],
        ]
    }

    private func reasoningEffort() throws(LanguageModelError) -> String? {
        guard let reasoning = options.reasoning else { return nil }
        if reasoning.thinkingBudget != nil {
            throw unsupported(
                "config.reasoning.thinking_budget", "chat completions has no budget for thinking; give an effort")
        }
        if let summary = reasoning.summary, summary != "auto" {
            throw unsupported("config.reasoning.summary", "chat completions has no levels of summary")
        }
        return reasoning.effort == "off" ? "none" : reasoning.effort
    }

    /// Most of the cache's settings are wishes that a provider which caches by itself meets by itself.
    private func cacheKey() throws(LanguageModelError) -> String? {
        guard let cache = options.cache else { return nil }
        let object = try LM15Object(cache, at: "config.cache")
        try object.only(["mode", "key", "prefix", "prefix_until_index"])
        return try object.string("key")
    }

    // MARK: Messages

    private func messages() throws(LanguageModelError) -> [PythonValue] {
        var messages: [PythonValue] = []
        if !request.system.isEmpty {
            messages.append([
                "role": "system", "content": .string(try joined(request.system, at: "system", "a system message")),
            ])
        }
        for (index, message) in request.messages.enumerated() {
            let path = "messages[\(index)]"
            switch message.role {
            case .user: messages.append(["role": "user", "content": try content(message.parts, at: path + ".parts")])
            // The newer name for a system message, which the older one means to every server.
            case .developer:
                messages.append(["role": "system", "content": try content(message.parts, at: path + ".parts")])
            case .assistant: messages.append(try assistant(message.parts, at: path + ".parts"))
            case .tool: messages += try toolResults(message.parts, at: path + ".parts")
            }
        }
        return messages
    }

    private func content(_ parts: [LanguageModelPart], at path: String) throws(LanguageModelError) -> PythonValue {
        if parts.count == 1, let only = try text(parts[0], at: "\(path)[0]") { return .string(only) }
        var blocks: [PythonValue] = []
        for (index, part) in parts.enumerated() {
            if case .media(let media) = part {
                blocks.append(try image(media, at: "\(path)[\(index)]"))
            } else if let text = try text(part, at: "\(path)[\(index)]") {
                blocks.append(["type": "text", "text": .string(text)])
            } else {
                throw unsupported("\(path)[\(index)]", "a \(part.kind) part has no place in such a message")
            }
        }
        return .list(blocks)
    }

    /// The text of parts in a place that takes text only.
    private func joined(_ parts: [LanguageModelPart], at path: String, _ place: String) throws(LanguageModelError)
        -> String
    {
        var texts: [String] = []
        for (index, part) in parts.enumerated() {
            guard let text = try text(part, at: "\(path)[\(index)]") else {
                throw unsupported("\(path)[\(index)]", "a \(part.kind) part has no place in \(place)")
            }
            texts.append(text)
        }
        return texts.joined(separator: "\n")
    }

    /// A part that is text, or can honestly be said in text; nil for the others.
    private func text(_ part: LanguageModelPart, at path: String) throws(LanguageModelError) -> String? {
        switch part {
        case .text(let text): text
        case .data(let value): try json(value, at: path)
        case .citation(let text, let url, let title): [title, url, text].compactMap { $0 }.joined(separator: " — ")
        case .media, .toolCall, .toolResult, .thinking, .refusal: nil
        }
    }

    private func image(_ media: LanguageModelMedia, at path: String) throws(LanguageModelError) -> PythonValue {
        guard media.kind == .image else {
            throw unsupported(
                path, "a part of kind \(media.kind.rawValue) has no place in chat completions; text and images do")
        }
        var url: PythonDictionary = [:]
        switch media.source {
        case .url(let address): url["url"] = .string(address)
        case .base64(let data): url["url"] = .string("data:\(media.mediaType);base64,\(data)")
        case .file: throw unsupported(path, "chat completions takes no image by its file id; give a URL or the data")
        }
        if let detail = media.detail { url["detail"] = .string(detail) }
        return ["type": "image_url", "image_url": .dict(url)]
    }

    private func assistant(_ parts: [LanguageModelPart], at path: String) throws(LanguageModelError) -> PythonValue {
        var texts: [String] = []
        var calls: [PythonValue] = []
        for (index, part) in parts.enumerated() {
            switch part {
            case .refusal(let text): texts.append(text)
            // What the model thought earlier is not told to it again: that is how the protocol is meant.
            case .thinking: break
            case .toolCall(let call):
                let arguments = try json(call.input, at: "\(path)[\(index)].input")
                calls.append([
                    "id": .string(call.id), "type": "function",
                    "function": ["name": .string(call.name), "arguments": .string(arguments)],
                ])
            default:
                guard let text = try text(part, at: "\(path)[\(index)]") else {
                    throw unsupported("\(path)[\(index)]", "a \(part.kind) part has no place in a model's message")
                }
                texts.append(text)
            }
        }
        var message: PythonDictionary = [
            "role": "assistant", "content": texts.isEmpty ? .none : .string(texts.joined(separator: "\n")),
        ]
        if !calls.isEmpty { message["tool_calls"] = .list(calls) }
        return .dict(message)
    }

    private func toolResults(_ parts: [LanguageModelPart], at path: String) throws(LanguageModelError) -> [PythonValue]
    {
        var messages: [PythonValue] = []
        for (index, part) in parts.enumerated() {
            guard case .toolResult(let result) = part else {
                throw .init(.invalidRequest, "\(path)[\(index)] must be a tool result, not \(part.kind)")
            }
            let content = try joined(result.content, at: "\(path)[\(index)].content", "a tool's result")
            // The protocol has no mark for a failed tool.
            let text = (result.isError ? "[error] " : "") + content
            messages.append(["role": "tool", "tool_call_id": .string(result.id), "content": .string(text)])
        }
        return messages
    }

    private func json(_ value: PythonValue, at path: String) throws(LanguageModelError) -> String {
        do {
            return try value.jsonText()
        } catch {
            throw .init(
                .invalidRequest, "\(path) cannot be written as JSON: \(error)", provider: configuration.provider)
        }
    }

    private func unsupported(_ place: String, _ why: String) -> LanguageModelError {
        .init(.unsupportedFeature, "\(place): \(why)", provider: configuration.provider)
    }
}
