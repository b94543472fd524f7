public import ArgumentParser
public import DSPex

/// What `prompt` and `parse` both take.
struct PromptOptions: ParsableArguments {
    @Option(help: "What goes in and what comes out.")
    var signature: String

    @Option(help: "The task in words. Default: what DSPy writes.")
    var instructions: String?

    @Option(help: "How the prompt is written: chat, json, xml or compact_json.")
    var adapter: PromptAdapter = .chat

    @Flag(help: "Mend DSPy's known faults: attachments and markers in inputs, the text null for an Optional[str].")
    var strict = false

    var mode: ParsingMode { strict ? .strict : .compatible }

    func parsedSignature() throws -> Signature { try Signature(signature, instructions: instructions) }
}

extension PromptAdapter: ExpressibleByArgument {}
