import ArgumentParser

/// `dspex program`: programs that DSPy has saved.
struct ProgramCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "program", abstract: "Shows programs that DSPy has saved, and runs them without Python.",
        subcommands: [ProgramShowCommand.self, ProgramLoadCommand.self])
}
