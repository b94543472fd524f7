import ArgumentParser
import DSPex

/// `dspex signature show`: a signature in another form.
struct SignatureShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows a signature as JSON, as a class of DSPy's, as a JSON Schema or as Swift.",
        discussion: """
            dspex signature show "text -> label: Literal['good', 'bad'], score: probability" --as swift
            """)

    /// The forms.
    enum Form: String, ExpressibleByArgument, CaseIterable {
        case json
        case dspy
        case jsonSchema = "json-schema"
        case swift
    }

    @Argument(help: "What goes in and what comes out.")
    var signature: String

    @Option(name: .customLong("as"), help: "The form.")
    var form: Form = .json

    @Option(help: "The task in words. Default: what DSPy writes.")
    var instructions: String?

    func run() throws {
        let signature = try Signature(self.signature, instructions: instructions)
        switch form {
        case .json: Console.print(try signature.listing.pythonJSONText(indent: 2))
        case .dspy: Console.print(PythonSource.of(signature))
        case .jsonSchema: Console.print(try signature.jsonSchema.pythonJSONText(indent: 2))
        case .swift: Console.print(SwiftSource.of(signature))
        }
    }
}

extension Signature {
    /// `{"instructions", "fields": [{"name", "side", "type", "description", "constraints"}]}`, types as DSPy's prompts spell them.
    var listing: PythonValue {
        let sides = inputs.map { ($0, "input") } + outputs.map { ($0, "output") }
        return [
            "instructions": .string(effectiveInstructions),
            "fields": .list(
                sides.map { field, side in
                    [
                        "name": .string(field.name), "side": .string(side), "type": .string(field.type.promptName),
                        "description": field.description.map(PythonValue.string) ?? .none,
                        "constraints": field.allConstraints.prompt.map(PythonValue.string) ?? .none,
                    ]
                }),
        ]
    }
}
