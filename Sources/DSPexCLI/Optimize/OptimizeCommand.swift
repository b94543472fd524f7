import ArgumentParser
import DSPex
import Foundation
import Logging

/// `dspex optimize`: has one of DSPy's optimisers make a program better, and saves it.
struct OptimizeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "optimize",
        abstract: "Makes a program better on a data set, by one of DSPy's optimisers, and saves it.",
        discussion: """
            dspex optimize --optimizer BootstrapFewShot --signature "question -> answer" --data train.jsonl \\
                --metric exact --output program.json

            dspex dspy list --category optimization shows the optimisers, dspex dspy show NAME what they take. The result \
            is what DSPy's load and dspex program load read.
            """)

    @Option(help: "The optimiser: BootstrapFewShot, MIPROv2, GEPA, SIMBA, COPRO …")
    var optimizer: String

    @OptionGroup var options: ProgramOptions

    @OptionGroup var data: DataOptions

    @Option(help: "A data set of its own for measuring candidates and the result. Default: --data.")
    var validation: String?

    @Option(help: "Where the program is saved, as JSON.")
    var output: String

    @Option(
        help: ArgumentHelp(
            "An argument of the optimiser, as JSON, once for each: max_bootstrapped_demos=4.", valueName: "name=value"))
    var argument: [String] = []

    @Option(
        help: ArgumentHelp("An argument of its compile, as JSON, once for each.", valueName: "name=value"))
    var compileArgument: [String] = []

    @Option(help: "A saved program to begin with.")
    var program: String?

    @Option(help: "How many examples run at the same time.")
    var threads = 2

    @Flag(help: "Print one JSON object: {\"baseline\", \"score\", \"calls\", \"output\", …}.")
    var json = false

    func validate() throws {
        guard threads > 0 else { throw ValidationError("--threads must be 1 or more, not \(threads)") }
    }

    func run() async throws {
        let signature = try options.signature.parsed()
        let examples = try data.examples(signature)
        let validation = try self.validation.map { try DataSet(file: $0, signature: signature).examples } ?? []
        let optimiser = Optimiser(
            optimizer, arguments: try Self.arguments(argument, "--argument"),
            compileArguments: try Self.arguments(compileArgument, "--compile-argument"))
        let optimisation = ProgramRuntime.Optimisation(
            optimiser, on: examples, validation: validation, metric: try data.parsedMetric(signature), threads: threads)
        let state = try program.map { path throws(Failure) in try StateFile.read(path) }
        let configuration = try await options.configuration()
        let line = ProgressLine()
        line.show("starting Python and the model …", isImportant: true)
        let outcome = try await DSPex.run(configuration, logger: .quiet) { platform in
            defer { line.end() }
            let named = options.program(signature, on: platform.runtime)
            switch try state.map({ try named.loading($0) }) ?? named {
            case .twin(let program): return try await Self.optimise(program, optimisation, on: platform, line)
            case .python(let program):
                return OptimizeOutcome(
                    try await platform.optimise(program, by: optimisation) { line.show($0.progress) })
            }
        }
        guard let saved = outcome.state else {
            throw Failure(
                .failed, "the result cannot be saved as a state: \(outcome.warnings.joined(separator: "; "))")
        }
        try StateFile.write(saved, to: output)
        Console.print(
            json
                ? try outcome.json(optimizer: optimizer, metric: data.metric, output: output)
                : outcome.report(from: state, signature, metric: data.metric, output: output))
    }

    private static func optimise<Base: Program>(
        _ program: Base, _ optimisation: ProgramRuntime.Optimisation, on platform: Platform, _ line: ProgressLine
    ) async throws -> OptimizeOutcome {
        OptimizeOutcome(try await platform.optimise(program, by: optimisation) { line.show($0.progress) })
    }

    private static func arguments(_ given: [String], _ option: String) throws(Failure) -> [String: PythonArgument] {
        var arguments: [String: PythonArgument] = [:]
        for argument in given {
            guard let sign = argument.firstIndex(of: "=") else {
                throw Failure(.usage, "\(option) \(argument): expected name=value")
            }
            let text = String(argument[argument.index(after: sign)...])
            // What is no JSON is a text, so that quotes need not be quoted in a shell.
            arguments[String(argument[..<sign])] = .value((try? PythonValue(json: text)) ?? .string(text))
        }
        return arguments
    }
}

extension OptimisationProgress {
    /// How far it is, in one line.
    fileprivate var progress: String {
        let steps = "\(phase) \(step)" + (total.map { "/\($0)" } ?? "")
        let parts: [String?] = [
            steps, candidate > 0 ? "candidate \(candidate)" : nil,
            best.map { "best \(EvaluationResult.short($0))" }, "\(modelCalls) questions", line,
        ]
        return parts.compactMap(\.self).joined(separator: " · ")
    }
}
