/// The dialects of JSON Schema that model providers hold a structured answer to.
public enum SchemaDialect: String, Sendable, Hashable, CaseIterable {
    /// Draft 2020-12 as pydantic writes it, nothing changed.
    case draft202012 = "2020-12"
    /// OpenAI's structured outputs, which DSPy asks for too: every property is required, no other is allowed, and there are no
    /// defaults.
    case openAI = "openai"
    /// Anthropic's structured outputs: no property but the named ones, and no bounds of numbers, texts and lists.
    case anthropic
    /// Gemini's response schema: no references, `anyOf` with null is `nullable`, constants are enumerations of texts, and the order
    /// of properties is told apart.
    case gemini
}
