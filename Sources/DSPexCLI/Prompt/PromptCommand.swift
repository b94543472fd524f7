import ArgumentParser
import DSPex

/// `dspex prompt`: what a program would send to a model, without sending it.
struct PromptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prompt",
        abstract: "Prints the messages that a program would send to a model.",
        discussion: """
            dspex prompt --signature "question -> answer: int" --adapter chat --inputs inputs.json --demos demos.json

            The messages are those of DSPy's adapter.format, byte for byte: one JSON array of {"role", "content"}.
            """)

    @OptionGroup var task: PromptOptions

    @Option(help: "A JSON file with the inputs: one object.")
    var inputs: String

    @Option(help: "A JSON file with worked examples: an array of objects.")
    var demos: String?

    @Option(
        help:
            "A JSON file with the turns of the conversation so far, for the input of type dspy.History: an array of objects."
    )
    var history: String?

    func run() throws {
        let signature = try task.signature.parsed()
        var values = try JSONFile.object(at: inputs, "--inputs")
        if let history {
            guard let field = signature.inputs.first(where: { $0.type == .dspy(.history) }) else {
                throw Failure(.usage, "--history: the signature has no input of type dspy.History")
            }
            values[.string(field.name)] = .list(try JSONFile.array(at: history, "--history"))
        }
        let examples = try demos.map { path throws(Failure) in try JSONFile.objects(at: path, "--demos") } ?? []
        let prompt = Prompt(signature, adapter: task.adapter)
        let messages = prompt.messages(inputs: values, demos: examples, mode: task.mode)
        Console.print(try PythonValue.list(messages.map(\.pythonValue)).pythonJSONText(indent: 2))
    }
}
