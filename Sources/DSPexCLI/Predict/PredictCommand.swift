import ArgumentParser
import DSPex
import Logging

/// `dspex predict`: one prediction by a signature given on the command line.
struct PredictCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict",
        abstract: "Asks a model once, by a signature.",
        discussion: """
            dspex predict --signature "text -> count: int" --input text="There are 7 apples." \\
                --instructions "Extract the number in the text."

            A text is taken as it is; lists are written as JSON; 'None' stands for an optional value that is not there.
            """)

    @OptionGroup var options: ProgramOptions

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("An input, once for each field.", valueName: "field=value"))
    var input: [String] = []

    @Flag(
        help:
            "Print one JSON object: {\"output\": {…}, \"route\", \"worker\", \"model\", \"tokens\", \"ms\", \"attempts\", \"cost\", \"trace\"}."
    )
    var json = false

    func run() async throws {
        // Everything that the arguments can be wrong about is found before anything is started.
        let signature = try options.signature.parsed()
        let inputs = try InputArgument.parse(input, for: signature)
        let configuration = try await options.configuration()
        Console.note("starting the model …")
        let prediction = try await DSPex.run(configuration, logger: .quiet) { platform in
            try await options.program(signature, on: platform.runtime)(inputs)
        }
        Console.print(json ? try prediction.jsonOutput() : prediction.report(signature))
    }
}
