import ArgumentParser
import DSPex

/// The signature on the command line, wherever there is one.
struct SignatureOptions: ParsableArguments {
    @Option(help: "What goes in and what comes out: \"question, passages: list[str] -> answer, score: float\".")
    var signature: String

    @Option(help: "The task in words. Default: what DSPy writes.")
    var instructions: String?

    func parsed() throws(SignatureError) -> Signature { try Signature(signature, instructions: instructions) }
}
