import ArgumentParser

/// `dspex signature`: what a signature means, without asking anyone.
struct SignatureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "signature",
        abstract: "Checks a signature, or shows it in another form.",
        subcommands: [SignatureCheckCommand.self, SignatureShowCommand.self])
}
