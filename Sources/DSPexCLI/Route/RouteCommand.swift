import ArgumentParser
import DSPex

/// `dspex route`: where a program would run, and why, without running it.
struct RouteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "route",
        abstract: "Shows where a program would run and how that comes about, without running it.",
        discussion: """
            dspex route ChainOfThought --requires tools --input-size 20000
            """)

    @Argument(help: "The program, by the name of DSPy's class, or an operation of a pool's handler.")
    var name: String

    @Option(help: "Who must run it: auto lets the router choose.")
    var route: RouteChoice = .auto

    @Option(help: "The model, by its name in the configuration.")
    var model: String?

    @Option(help: "The pool, by its name in the configuration.")
    var pool: String?

    @Option(
        parsing: .upToNextOption,
        help: "What it must be able to do: streaming, structured-output, tools.")
    var requires: [Requirement] = []

    @Option(help: "How large the inputs are, in bytes.")
    var inputSize = 0

    @Flag(help: "Whether the call may be made twice, so that the router may explore.")
    var idempotent = false

    @Flag(help: "Print one JSON object.")
    var json = false

    /// What a program may have to be able to do.
    enum Requirement: String, ExpressibleByArgument, CaseIterable {
        case streaming
        case structuredOutput = "structured-output"
        case tools

        var capability: ProgramCapabilities {
            switch self {
            case .streaming: .streaming
            case .structuredOutput: .structuredOutput
            case .tools: .tools
            }
        }
    }

    func run() async throws {
        let capabilities = requires.reduce(into: ProgramCapabilities()) { $0.formUnion($1.capability) }
        let request = Router.Request(
            kind: ProgramKind(name), model: model, pool: pool, implementation: route.implementation,
            requirements: .init(capabilities), inputSize: inputSize, isIdempotent: idempotent)
        let configuration = try await Platform.Configuration.load()
        let chosen = try await DSPex.run(configuration, logger: .quiet) { try await $0.route(request) }
        Console.print(json ? try chosen.json.jsonOutput() : chosen.explain)
    }
}

extension Route {
    fileprivate var json: PythonValue {
        [
            "program": .string(kind.name), "implementation": .string(implementation.rawValue),
            "path": .string(modulePath), "pool": pool.map(PythonValue.string) ?? .none, "model": .string(model),
            "timeout_s": .float(timeout / .seconds(1)), "confidence": .float(confidence), "reason": .string(reason),
            "candidates": .list(
                candidates.map { candidate in
                    [
                        "implementation": .string(candidate.implementation.rawValue),
                        "score": .float(candidate.score),
                        "contributions": .list(
                            candidate.contributions.map {
                                ["what": .string($0.what), "points": .float($0.points), "why": .string($0.why)]
                            }),
                    ]
                }),
        ]
    }
}
