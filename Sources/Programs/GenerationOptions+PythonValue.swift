public import LanguageModels
public import Marshalling

extension GenerationOptions {
    /// The keyword arguments of DSPy's `config`. What DSPy decides by itself (the response's format, tools) has no place in it.
    public var pythonValue: PythonDictionary {
        var config = PythonDictionary()
        config["temperature"] = temperature.map(PythonValue.float)
        config["max_tokens"] = maxTokens.map(PythonValue.int)
        config["top_p"] = topP.map(PythonValue.float)
        config["top_k"] = topK.map(PythonValue.int)
        if !stop.isEmpty { config["stop"] = .list(stop.map(PythonValue.string)) }
        config["seed"] = seed.map(PythonValue.int)
        config["frequency_penalty"] = frequencyPenalty.map(PythonValue.float)
        config["presence_penalty"] = presencePenalty.map(PythonValue.float)
        config["reasoning_effort"] = reasoning.map { .string($0.effort) }
        config["service_tier"] = serviceTier.map(PythonValue.string)
        config["user"] = userID.map(PythonValue.string)
        return config
    }
}

extension LanguageModelCapabilities {
    /// The capabilities as the Python half takes them.
    var pythonValue: PythonValue {
        [
            "response_schema": .bool(responseSchema), "function_calling": .bool(functionCalling),
            "reasoning": .bool(reasoning),
        ]
    }
}

extension LanguageModelUsage {
    /// Reads DSPy's `prompt_tokens`, `completion_tokens` and `total_tokens`; nil when there is none of them.
    init?(dspy value: PythonValue?) {
        guard let value else { return nil }
        let input = value["prompt_tokens"]?.int
        let output = value["completion_tokens"]?.int
        let total = value["total_tokens"]?.int
        guard input != nil || output != nil || total != nil else { return nil }
        self.init(inputTokens: input, outputTokens: output, totalTokens: total ?? (input ?? 0) + (output ?? 0))
    }
}
