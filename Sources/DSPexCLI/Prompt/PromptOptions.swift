public import ArgumentParser
public import DSPex

/// What `prompt` and `parse` both take.
struct PromptOptions: ParsableArguments {
    @OptionGroup var signature: SignatureOptions

    @Option(help: "How the prompt is written: chat, json, xml or compact_json.")
    var adapter: PromptAdapter = .chat

    @Flag(help: "Mend DSPy's known faults: attachments and markers in inputs, the text null for an Optional[str].")
    var strict = false

    var mode: ParsingMode { strict ? .strict : .compatible }
}

extension PromptAdapter: ExpressibleByArgument {}
