import ArgumentParser
import DSPex
import Foundation

/// `dspex parse`: what a program would read in a model's text.
struct ParseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parse",
        abstract: "Reads a model's text from stdin and prints the outputs as one JSON object.",
        discussion: """
            echo '{"answer": "8"}' | dspex parse --signature "question -> answer: int" --adapter json

            Ends with 1, and says why, when the text cannot be read.
            """)

    @OptionGroup var task: PromptOptions

    func run() throws {
        let signature = try task.signature.parsed()
        let bytes = try FileHandle.standardInput.readToEnd() ?? Data()
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Failure(.usage, "the text on stdin is no UTF-8")
        }
        let outputs: PythonDictionary
        do {
            outputs = try Prompt(signature, adapter: task.adapter).parse(text, mode: task.mode)
        } catch {
            throw Failure(.failed, "\(error)")
        }
        Console.print(try signature.plainOutputs(outputs).pythonJSONText(indent: nil))
    }
}
