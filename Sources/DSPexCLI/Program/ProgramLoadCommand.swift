import ArgumentParser
import DSPex
import Logging

/// `dspex program load`: a saved program in its native twin.
struct ProgramLoadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Loads a program that DSPy has saved, and asks it.",
        discussion: """
            dspex program load program.json --signature "question -> answer" --module ChainOfThought \\
                --input question="Who wrote Dune?" --route native

            Without --input it says whether the program can be loaded, and what it then asks with. A state that does not \
            belong to the signature is refused with the reason (exit 2).
            """)

    @Argument(help: "The file that DSPy's save(\"….json\") or dspex optimize has written.")
    var file: String

    @OptionGroup var options: ProgramOptions

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("An input, once for each field.", valueName: "field=value"))
    var input: [String] = []

    @Flag(help: "Load it although another version of DSPy saved it.")
    var allowVersionMismatch = false

    @Flag(help: "Print one JSON object, as dspex predict does.")
    var json = false

    func run() async throws {
        let signature = try options.signature.parsed()
        let inputs = input.isEmpty ? nil : try InputArgument.parse(input, for: signature)
        let state = try StateFile.read(file)
        let configuration = try await options.configuration()
        try await DSPex.run(configuration, logger: .quiet) { platform in
            let program: CommandProgram
            do {
                program = try options.program(signature, on: platform.runtime)
                    .loading(state, allowsVersionMismatch: allowVersionMismatch)
            } catch let error as ProgramStateError {
                throw Failure(.usage, "\(file): \(error)")
            }
            guard let inputs else { return try report(signature, state) }
            Console.note("starting the model …")
            let prediction = try await program(inputs)
            Console.print(json ? try prediction.jsonOutput() : prediction.report(signature))
        }
    }

    /// What was loaded, for a person or as JSON.
    private func report(_ signature: Signature, _ state: ProgramState) throws {
        guard json else {
            return Console.print("\(options.moduleName) of '\(signature)'\n\n\(ProgramShowCommand.report(state))")
        }
        Console.print(
            try PythonValue.dict([
                "module": .string(options.moduleName), "signature": .string(signature.description),
                "instructions": .list(state.predictors.map { .string($0.state.instructions) }),
                "demos": .int(state.predictors.reduce(0) { $0 + $1.state.demos.count }),
            ]).jsonOutput())
    }
}
