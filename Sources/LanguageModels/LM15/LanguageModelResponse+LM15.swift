public import Marshalling

extension LanguageModelResponse {
    /// What `response_from_dict` of DSPy's lm15 reads.
    public var lm15: PythonValue {
        var dict: PythonDictionary = [:]
        if let id, !id.isEmpty { dict["id"] = .string(id) }
        dict["model"] = .string(model)
        dict["message"] = ["role": "assistant", "parts": .list(parts.map(\.lm15))]
        dict["finish_reason"] = .string(finishReason.rawValue)
        if let usage = usage.lm15 { dict["usage"] = usage }
        if !logProbabilities.isEmpty { dict["logprobs"] = .list(logProbabilities.map(\.lm15)) }
        return .dict(dict)
    }
}

extension LanguageModelUsage {
    /// What `usage_to_dict` writes; nil when nothing was reported.
    var lm15: PythonValue? {
        let counts: [(PythonValue, Int?)] = [
            ("input_tokens", inputTokens), ("output_tokens", outputTokens), ("total_tokens", totalTokens),
            ("cache_read_tokens", cacheReadTokens), ("cache_write_tokens", cacheWriteTokens),
            ("reasoning_tokens", reasoningTokens), ("input_audio_tokens", inputAudioTokens),
            ("output_audio_tokens", outputAudioTokens),
        ]
        let entries = counts.compactMap { key, count in
            count.map { PythonDictionary.Entry(key: key, value: .int($0)) }
        }
        return entries.isEmpty ? nil : .dict(PythonDictionary(entries))
    }
}

extension TokenLogProbability {
    /// What `token_logprob_to_dict` writes.
    var lm15: PythonValue {
        var dict = chosen.lm15
        if !top.isEmpty { dict["top"] = .list(top.map { .dict($0.lm15) }) }
        return .dict(dict)
    }
}

extension TokenLogProbability.Alternative {
    fileprivate var lm15: PythonDictionary {
        var dict: PythonDictionary = ["token": .string(token), "logprob": .float(logProbability)]
        if let bytes { dict["bytes"] = .list(bytes.map { .int(Int($0)) }) }
        return dict
    }
}
