import Marshalling

/// Turns the chunks of a streamed chat completion into events; also a whole completion, from a server that does not stream.
struct ChatCompletionDecoder {
    private enum Piece: Hashable {
        case text
        case thinking
        case refusal
        case toolCall(Int)
    }

    private let failures: ChatCompletionFailure
    private var hasStarted = false
    private var places: [Piece: Int] = [:]
    private var finishReason: String?
    private var usage = LanguageModelUsage()
    /// Whether the server has said that nothing follows.
    private(set) var isDone = false
    /// Whether the model has said why it ended.
    var hasFinished: Bool { finishReason != nil }

    init(_ failures: ChatCompletionFailure) {
        self.failures = failures
    }

    /// The events of one `data:` line.
    mutating func decode(_ data: String) throws(LanguageModelError) -> [LanguageModelEvent] {
        guard !isDone else { return [] }
        if data == "[DONE]" {
            isDone = true
            return []
        }
        return try decode(chunk: try parsed(Array(data.utf8)), member: "delta")
    }

    /// The events of a body that is one whole completion.
    mutating func decode(whole body: [UInt8]) throws(LanguageModelError) -> [LanguageModelEvent] {
        let events = try decode(chunk: try parsed(body), member: "message")
        isDone = true
        return events
    }

    /// The last event, when nothing more comes.
    func end() throws(LanguageModelError) -> LanguageModelEvent {
        guard hasStarted else { throw failures.error(.provider, "the answer is empty") }
        guard isDone || finishReason != nil else {
            throw failures.error(.transport, "the connection ended before the answer did")
        }
        let hasToolCall = places.keys.contains { if case .toolCall = $0 { true } else { false } }
        let reason: LanguageModelResponse.FinishReason =
            switch finishReason {
            case _ where hasToolCall: .toolCall
            case "length": .length
            case "content_filter": .contentFilter
            case "error": .error
            default: .stop
            }
        return .ended(reason, usage: usage)
    }

    private func parsed(_ text: [UInt8]) throws(LanguageModelError) -> PythonDictionary {
        guard let value = try? PythonValue(json: text), case .dict(let dict) = value else {
            throw failures.garbage(text)
        }
        return dict
    }

    private mutating func decode(
        chunk: PythonDictionary, member: PythonValue
    ) throws(LanguageModelError) -> [LanguageModelEvent] {
        if let error = chunk["error"], !error.isNone { throw failures.reported(error) }
        guard let choices = chunk["choices"]?.elements else {
            throw failures.garbage((try? PythonValue.dict(chunk).jsonBytes()) ?? [])
        }
        var events: [LanguageModelEvent] = []
        if !hasStarted {
            hasStarted = true
            events.append(.started(id: chunk["id"]?.string, model: chunk["model"]?.string))
        }
        if let counted = chunk["usage"], case .dict = counted { usage = LanguageModelUsage(chatCompletion: counted) }
        // One answer is asked for, so there is one choice; a chunk with the usage alone has none.
        guard let choice = choices.first else { return events }
        if let reason = choice["finish_reason"]?.string, !reason.isEmpty { finishReason = reason }
        guard let delta = choice[member] else { return events }
        if let text = Self.text(delta["reasoning_content"] ?? delta["reasoning"]) {
            events.append(.thinking(text, part: place(of: .thinking)))
        }
        if let text = Self.text(delta["content"]) {
            let tokens = (choice["logprobs"]?["content"]?.elements ?? []).compactMap(
                TokenLogProbability.init(chatCompletion:))
            events.append(.text(text, part: place(of: .text), logProbabilities: tokens))
        }
        if let text = Self.text(delta["refusal"]) { events.append(.refusal(text, part: place(of: .refusal))) }
        for (position, call) in (delta["tool_calls"]?.elements ?? []).enumerated() {
            let index = call["index"]?.int ?? position
            let id = call["id"]?.string.flatMap { $0.isEmpty ? nil : $0 }
            let name = call["function"]?["name"]?.string.flatMap { $0.isEmpty ? nil : $0 }
            let input = call["function"]?["arguments"]?.string ?? ""
            events.append(.toolCall(id: id, name: name, input: input, part: place(of: .toolCall(index))))
        }
        return events
    }

    private mutating func place(of piece: Piece) -> Int {
        if let place = places[piece] { return place }
        let place = places.count
        places[piece] = place
        return place
    }

    /// A text, or the text blocks that some servers make of it; nil when there is none.
    private static func text(_ value: PythonValue?) -> String? {
        let text =
            switch value {
            case .string(let text)?: text
            case .list(let blocks)?: blocks.compactMap { $0["text"]?.string }.joined()
            default: ""
            }
        return text.isEmpty ? nil : text
    }
}

extension LanguageModelUsage {
    fileprivate init(chatCompletion usage: PythonValue) {
        self.init(
            inputTokens: usage["prompt_tokens"]?.int, outputTokens: usage["completion_tokens"]?.int,
            totalTokens: usage["total_tokens"]?.int)
        let prompt = usage["prompt_tokens_details"]
        let completion = usage["completion_tokens_details"]
        cacheReadTokens = prompt?["cached_tokens"]?.int
        cacheWriteTokens = prompt?["cache_write_tokens"]?.int
        inputAudioTokens = prompt?["audio_tokens"]?.int
        reasoningTokens = completion?["reasoning_tokens"]?.int
        outputAudioTokens = completion?["audio_tokens"]?.int
    }
}

extension TokenLogProbability {
    fileprivate init?(chatCompletion value: PythonValue) {
        guard let chosen = Alternative(chatCompletion: value) else { return nil }
        self.init(chosen, top: (value["top_logprobs"]?.elements ?? []).compactMap(Alternative.init(chatCompletion:)))
    }
}

extension TokenLogProbability.Alternative {
    fileprivate init?(chatCompletion value: PythonValue) {
        guard let token = value["token"]?.string, let probability = value["logprob"]?.double else { return nil }
        let bytes = value["bytes"]?.elements?.compactMap { $0.int.flatMap { UInt8(exactly: $0) } }
        self.init(token: token, logProbability: probability, bytes: bytes)
    }
}
