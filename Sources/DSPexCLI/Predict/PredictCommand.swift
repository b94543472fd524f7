import ArgumentParser
import DSPex
import Logging

/// `dspex predict`: one prediction by a signature given on the command line.
struct PredictCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict",
        abstract: "Asks a model once, by a signature.",
        discussion: """
            dspex predict --signature "text -> count: int" --input text="There are 7 apples." \\
                --instructions "Extract the number in the text."

            A text is taken as it is; lists are written as JSON; 'None' stands for an optional value that is not there.
            """)

    @Option(help: "What goes in and what comes out: \"question, passages: list[str] -> answer, score: float\".")
    var signature: String

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("An input, once for each field.", valueName: "field=value"))
    var input: [String] = []

    @Option(help: "The task in words.")
    var instructions: String?

    @Flag(help: "Let the model reason first.")
    var chainOfThought = false

    @Option(help: "The model, by its name in the configuration.")
    var model: String?

    @Option(help: "How many tokens the answer may have. Default: what the configuration says, else 256.")
    var maxTokens: Int?

    @Option(help: "How freely the model picks its words, 0 to 2. Default: what the configuration says, else 0.")
    var temperature: Double?

    @Flag(help: "Print one JSON object: {\"output\": {…}, \"route\", \"worker\", \"model\", \"tokens\", \"ms\"}.")
    var json = false

    func validate() throws {
        if let maxTokens, maxTokens < 1 { throw ValidationError("--max-tokens must be 1 or more, not \(maxTokens)") }
        if let temperature, !(0...2).contains(temperature) {
            throw ValidationError("--temperature must be from 0 to 2, not \(temperature)")
        }
    }

    func run() async throws {
        // Everything that the arguments can be wrong about is found before anything is started.
        let signature = try Signature(self.signature, instructions: instructions)
        let inputs = try InputArgument.parse(input, for: signature)
        var configuration = try await Platform.Configuration.load()
        configuration.options.maxTokens = maxTokens ?? configuration.options.maxTokens ?? 256
        configuration.options.temperature = temperature ?? configuration.options.temperature ?? 0
        try configuration.checkModel(model)
        Console.note("starting Python and the model …")
        let prediction = try await DSPex.run(configuration, logger: .quiet) { platform in
            if chainOfThought {
                var program = platform.chainOfThought(signature)
                program.model = model
                return try await program(inputs)
            }
            var program = platform.predict(signature)
            program.model = model
            return try await program(inputs)
        }
        Console.print(json ? try Self.json(prediction) : Self.report(prediction, signature))
    }

    private static func json(_ prediction: Prediction) throws(Failure) -> String {
        try PythonValue.dict([
            "output": .dict(prediction.outputs), "route": .string(prediction.route.description),
            "worker": .int(Int(prediction.worker)), "model": .string(prediction.model),
            "tokens": prediction.totalTokens.map(PythonValue.int) ?? .none,
            "ms": .int(prediction.duration.milliseconds),
        ]).jsonOutput()
    }

    private static func report(_ prediction: Prediction, _ signature: Signature) -> String {
        let fields = prediction.outputs.map { entry in
            let name = entry.key.string ?? ""
            return Typed.line(signature.field(named: name) ?? Field(name), entry.value)
        }
        return (fields + [prediction.summary]).joined(separator: "\n")
    }
}

extension Platform.Configuration {
    /// Refuses a model that is not configured, before anything starts.
    fileprivate func checkModel(_ name: String?) throws(Failure) {
        let known = Set(models.keys).union([Self.embeddedModel])
        guard let name, !known.contains(name) else { return }
        throw Failure(.usage, "\(RoutingError.unknownModel(name, known: known.sorted()))")
    }
}
