/// What a model can do beyond answering with text. A request for anything else is refused before it is sent.
public struct LanguageModelCapabilities: Sendable, Hashable {
    /// Whether the answer can be bound to a JSON Schema.
    public var responseSchema: Bool
    /// Whether the model calls tools.
    public var functionCalling: Bool
    /// Whether the effort of thinking can be set.
    public var reasoning: Bool

    /// Makes capabilities; each is false unless given.
    public init(responseSchema: Bool = false, functionCalling: Bool = false, reasoning: Bool = false) {
        self.responseSchema = responseSchema
        self.functionCalling = functionCalling
        self.reasoning = reasoning
    }
}
