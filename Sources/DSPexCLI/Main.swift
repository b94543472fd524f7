import ArgumentParser
import Foundation

/// The entry: argument-parser's own would exit with 64 on bad usage.
@main
enum Main {
    static func main() async {
        let arguments = ArrowArguments.protect(Array(CommandLine.arguments.dropFirst()))
        do {
            var command = try DSPexCommand.parseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            exit(Failure.report(error).rawValue)
        }
    }
}
