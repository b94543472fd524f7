import ArgumentParser
import DSPex

/// `dspex signature check`: whether a signature can be read, and where not.
struct SignatureCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Ends with 0 when the signature can be read, and prints it; else with 2 and the place of the fault.",
        discussion: """
            dspex signature check "question, passages: list[str] -> answer: str, score: probability"
            """)

    @Argument(help: "What goes in and what comes out.")
    var signature: String

    func run() throws {
        Console.print(try Signature(signature).description)
    }
}
