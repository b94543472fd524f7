import Marshalling

extension GenerationOptions {
    /// Reads what `config_to_dict` of lm15 writes.
    init(lm15 object: LM15Object) throws(LanguageModelError) {
        try object.only([
            "max_tokens", "temperature", "top_p", "top_k", "stop", "response_format", "tool_choice", "reasoning",
            "cache", "seed",
            "frequency_penalty", "presence_penalty", "service_tier", "user_id", "store", "logprobs", "probabilities",
            "extensions",
        ])
        self.init(
            maxTokens: try object.int("max_tokens"), temperature: try object.double("temperature"),
            topP: try object.double("top_p"), stop: try object.strings("stop"), seed: try object.int("seed"),
            responseFormat: try object.object("response_format").map(ResponseFormat.init(lm15:)))
        topK = try object.int("top_k")
        frequencyPenalty = try object.double("frequency_penalty")
        presencePenalty = try object.double("presence_penalty")
        toolChoice = try object.object("tool_choice").map(LanguageModelToolChoice.init(lm15:))
        reasoning = try object.object("reasoning").map(Reasoning.init(lm15:))
        cache = try object.dict("cache").map { .dict($0) }
        serviceTier = try object.string("service_tier")
        userID = try object.string("user_id")
        store = try object.bool("store")
        logProbabilities = try object.int("logprobs")
        extensions = try object.dict("extensions") ?? [:]
        // "if_available" may be left unmet; "required" may not.
        if try object.string("probabilities") == "required" {
            throw .init(.unsupportedFeature, "\(object.at("probabilities")) cannot be required here")
        }
    }
}

extension GenerationOptions.ResponseFormat {
    fileprivate init(lm15 object: LM15Object) throws(LanguageModelError) {
        switch try object.required("type") {
        case "json_object":
            try object.only(["type"])
            self = .jsonObject
        case "json_schema":
            try object.only(["type", "name", "schema", "strict"])
            guard let schema = try object.dict("schema") else {
                throw .init(.invalidRequest, "\(object.at("schema")) is missing")
            }
            self = .jsonSchema(
                name: try object.string("name"), schema: .dict(schema), strict: try object.bool("strict"))
        case let other:
            throw .init(
                .invalidRequest, "\(object.at("type")) is \(other.excerpt); it must be json_object or json_schema")
        }
    }
}

extension LanguageModelToolChoice {
    fileprivate init(lm15 object: LM15Object) throws(LanguageModelError) {
        try object.only(["mode", "allowed", "parallel"])
        self.init(
            mode: try object.word("mode", Mode.self) ?? .auto, allowed: try object.strings("allowed"),
            parallel: try object.bool("parallel"))
    }
}

extension GenerationOptions.Reasoning {
    fileprivate init(lm15 object: LM15Object) throws(LanguageModelError) {
        try object.only(["effort", "thinking_budget", "summary"])
        self.init(
            effort: try object.required("effort"), thinkingBudget: try object.int("thinking_budget"),
            summary: try object.string("summary"))
    }
}
