public import LanguageModels

/// A model's answer that could not be read into the outputs. It was paid for; keep the text.
public struct MalformedResponse: Error, Sendable, Hashable {
    /// What the model wrote.
    public var text: String
    /// The tokens it took, when the worker knew.
    public var usage: LanguageModelUsage?
    /// The adapter that could not read it.
    public var adapter: String
    /// The outputs that were expected.
    public var expected: [String]
    /// Those that were found.
    public var parsed: [String]
    /// What was wrong, in the adapter's words.
    public var message: String
    /// How often the model was asked. DSPy asks again, in another form, when it cannot read an answer.
    public var attempts: Int
    /// The process id of the worker that ran the program; nil when none did.
    public var worker: Int32?

    /// Makes an error, for tests and for other implementations.
    public init(
        text: String, usage: LanguageModelUsage? = nil, adapter: String = "", expected: [String] = [],
        parsed: [String] = [],
        message: String = "", attempts: Int = 1, worker: Int32? = nil
    ) {
        self.text = text
        self.usage = usage
        self.adapter = adapter
        self.expected = expected
        self.parsed = parsed
        self.message = message
        self.attempts = attempts
        self.worker = worker
    }
}

extension MalformedResponse: CustomStringConvertible {
    /// What was expected, what was found, and the beginning of the text.
    public var description: String {
        let excerpt = text.count > 400 ? text.prefix(400) + "…" : text[...]
        let found = parsed.isEmpty ? "none" : parsed.joined(separator: ", ")
        return """
            the model's answer could not be read by \(adapter.isEmpty ? "the adapter" : adapter): expected \
            \(expected.joined(separator: ", ")), found \(found)
            the model wrote: \(excerpt)
            Ask a larger model, show worked examples, or allow more tokens when the text is cut off.
            """
    }
}
