import ArgumentParser

/// `dspex dspy`: what the installed DSPy has to offer.
struct DSPyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dspy", abstract: "Shows what the installed DSPy has to offer.",
        subcommands: [DSPyListCommand.self, DSPyShowCommand.self])
}
