import ArgumentParser
import DSPex

/// Which program runs, and how: what `predict`, `program load`, `evaluate` and `optimize` have in common.
struct ProgramOptions: ParsableArguments {
    @OptionGroup var signature: SignatureOptions

    @Option(
        help:
            "Which program asks: Predict, ChainOfThought, or another of DSPy's that needs nothing but a signature, such as ProgramOfThought."
    )
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

    func validate() throws {
        if let maxTokens, maxTokens < 1 { throw ValidationError("--max-tokens must be 1 or more, not \(maxTokens)") }
        if route == .native, !isTwin {
            throw ValidationError("--route native: Swift runs Predict and ChainOfThought here, not \(module)")
        }
        if chainOfThought, !isTwin {
            throw ValidationError("--chain-of-thought and --module \(module) exclude each other")
        }
        if let temperature, !(0...2).contains(temperature) {
            throw ValidationError("--temperature must be from 0 to 2, not \(temperature)")
        }
    }

    /// The configuration with what the arguments say.
    func configuration() async throws -> Platform.Configuration {
        var configuration = try await Platform.Configuration.load()
        configuration.options.maxTokens = maxTokens ?? configuration.options.maxTokens ?? 256
        configuration.options.temperature = temperature ?? configuration.options.temperature ?? 0
        try configuration.checkModel(model)
        return configuration
    }

    /// The class that asks.
    var moduleName: String { chainOfThought ? "ChainOfThought" : module }

    /// Whether Swift has the program too.
    private var isTwin: Bool { ["Predict", "ChainOfThought"].contains(module) }

    /// The program that the arguments describe.
    func program(_ signature: Signature, on runtime: ProgramRuntime) -> CommandProgram {
        guard isTwin else {
            var program = PythonProgram(PythonTarget(module, signature: signature), on: runtime)
            program.model = model
            program.adapter = adapter
            return .python(program)
        }
        var program: any Program =
            moduleName == "ChainOfThought" ? ChainOfThought(signature, on: runtime) : Predict(signature, on: runtime)
        program.model = model
        program.adapter = adapter
        program.implementation = route.implementation
        return .twin(program)
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
