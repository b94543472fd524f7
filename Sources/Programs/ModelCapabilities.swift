internal import Marshalling

/// What a model's server can do besides text. DSPy writes its requests accordingly.
public struct ModelCapabilities: Sendable, Hashable {
    /// Answers can be held to a JSON schema.
    public var responseSchema: Bool
    /// The model calls tools by itself.
    public var functionCalling: Bool
    /// The model reasons before it answers, and says how long on request.
    public var reasoning: Bool

    /// Makes a description; default nothing but text.
    public init(responseSchema: Bool = false, functionCalling: Bool = false, reasoning: Bool = false) {
        self.responseSchema = responseSchema
        self.functionCalling = functionCalling
        self.reasoning = reasoning
    }

    var pythonValue: PythonValue {
        [
            "response_schema": .bool(responseSchema), "function_calling": .bool(functionCalling),
            "reasoning": .bool(reasoning),
        ]
    }
}
