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

    @Option(help: "Which program asks: Predict or ChainOfThought.")
    var module = "Predict"

    @Flag(help: "Let the model reason first: the same as --module ChainOfThought.")
    var chainOfThought = false

    @Option(help: "Who runs it: auto lets the router choose, native is Swift, python is DSPy in a worker.")
    var route: RouteChoice = .auto

    @Option(help: "How the prompt is written: chat, json, xml or compact_json. Default: what the configuration says.")
    var adapter: PromptAdapter?

    @Option(help: "The model, by its name in the configuration.")
    var model: String?

    @Option(help: "How many tokens the answer may have. Default: what the configuration says, else 256.")
    var maxTokens: Int?

    @Option(help: "How freely the model picks its words, 0 to 2. Default: what the configuration says, else 0.")
    var temperature: Double?

    @Flag(
        help:
            "Print one JSON object: {\"output\": {…}, \"route\", \"worker\", \"model\", \"tokens\", \"ms\", \"attempts\", \"cost\", \"trace\"}."
    )
    var json = false

    func validate() throws {
        if let maxTokens, maxTokens < 1 { throw ValidationError("--max-tokens must be 1 or more, not \(maxTokens)") }
        guard ["Predict", "ChainOfThought"].contains(module) else {
            throw ValidationError("--module must be Predict or ChainOfThought, not \(module)")
        }
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
        Console.note("starting the model …")
        let prediction = try await DSPex.run(configuration, logger: .quiet) { platform in
            if chainOfThought || module == "ChainOfThought" {
                return try await configured(platform.chainOfThought(signature))(inputs)
            }
            return try await configured(platform.predict(signature))(inputs)
        }
        Console.print(json ? try Self.json(prediction) : Self.report(prediction, signature))
    }

    /// The program with what the arguments say.
    private func configured<Asking: Program>(_ program: Asking) -> Asking {
        var program = program
        program.model = model
        program.adapter = adapter
        program.implementation = route.implementation
        return program
    }

    static func json(_ prediction: Prediction) throws(Failure) -> String {
        try PythonValue.dict([
            "output": .dict(prediction.outputs), "route": .string(prediction.route.description),
            "worker": prediction.worker.map { .int(Int($0)) } ?? .none, "model": .string(prediction.model),
            "tokens": prediction.totalTokens.map(PythonValue.int) ?? .none,
            "ms": .int(prediction.duration.milliseconds), "attempts": .int(prediction.attempts),
            "cost": prediction.cost.map(PythonValue.float) ?? .none, "trace": .string(prediction.traceID),
        ]).jsonOutput()
    }

    static func report(_ prediction: Prediction, _ signature: Signature) -> String {
        let fields = prediction.outputs.map { entry in
            let name = entry.key.string ?? ""
            return Typed.line(signature.field(named: name) ?? Field(name), entry.value)
        }
        return (fields + [prediction.summary]).joined(separator: "\n")
    }
}

/// Who runs a program, on the command line.
enum RouteChoice: String, ExpressibleByArgument, CaseIterable {
    case auto
    case native
    case python

    var implementation: Route.Implementation? { Route.Implementation(rawValue: rawValue) }
}

extension Platform.Configuration {
    /// Refuses a model that is not configured, before anything starts.
    func checkModel(_ name: String?) throws(Failure) {
        let known = Set(models.keys).union([Self.embeddedModel])
        guard let name, !known.contains(name) else { return }
        throw Failure(.usage, "\(RoutingError.unknownModel(name, known: known.sorted()))")
    }
}
