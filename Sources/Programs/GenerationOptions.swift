public import Marshalling

/// How the model writes its answer. What is nil is left to the model.
public struct GenerationOptions: Sendable, Hashable {
    /// How freely the next token is picked, from 0 (always the likeliest) up.
    public var temperature: Double?
    /// How many tokens the answer may have.
    public var maxTokens: Int?
    /// Where the model's chance starts, so that an answer can be had again.
    public var seed: Int?

    /// Makes options.
    public init(temperature: Double? = nil, maxTokens: Int? = nil, seed: Int? = nil) {
        self.temperature = temperature
        self.maxTokens = maxTokens
        self.seed = seed
    }

    /// These options, with what is nil taken from others.
    public func merging(_ defaults: GenerationOptions) -> GenerationOptions {
        GenerationOptions(
            temperature: temperature ?? defaults.temperature, maxTokens: maxTokens ?? defaults.maxTokens,
            seed: seed ?? defaults.seed)
    }

    /// The keyword arguments of DSPy's `config`.
    public var pythonValue: PythonDictionary {
        var config = PythonDictionary()
        config["temperature"] = temperature.map(PythonValue.float)
        config["max_tokens"] = maxTokens.map(PythonValue.int)
        config["seed"] = seed.map(PythonValue.int)
        return config
    }
}
