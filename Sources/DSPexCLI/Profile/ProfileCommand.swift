import ArgumentParser

/// `dspex profile`: where time goes.
struct ProfileCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profile", abstract: "Shows where time goes.", subcommands: [ProfileMarshalCommand.self])
}
