import ArgumentParser
import DSPex
import Logging

/// `dspex evaluate`: how good a program is on a data set.
struct EvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Runs a program on a data set and scores its answers.",
        discussion: """
            dspex evaluate --signature "question -> answer: int" --data questions.jsonl --metric exact

            The data set is a file of JSON lines, or CSV whose first line names the columns. An answer that failed scores 0.
            """)

    @OptionGroup var options: ProgramOptions

    @OptionGroup var data: DataOptions

    @Option(help: "A saved program that is loaded first: what DSPy's save(\"….json\") or dspex optimize has written.")
    var program: String?

    @Option(help: "How many examples run at the same time.")
    var threads = 4

    @Flag(
        help:
            "Print one JSON object: {\"metric\", \"score\", \"interval\", \"failures\", \"tokens\", \"ms\", \"results\": […]}."
    )
    var json = false

    func validate() throws {
        guard threads > 0 else { throw ValidationError("--threads must be 1 or more, not \(threads)") }
    }

    func run() async throws {
        let signature = try options.signature.parsed()
        let examples = try data.examples(signature)
        let metric = try data.parsedMetric(signature)
        let state = try program.map { path throws(Failure) in try StateFile.read(path) }
        let configuration = try await options.configuration()
        let line = ProgressLine()
        line.show("starting the model …", isImportant: true)
        let result = try await DSPex.run(configuration, logger: .quiet) { platform in
            let named = options.program(signature, on: platform.runtime)
            let program = try state.map { try named.loading($0) } ?? named
            let evaluation = Evaluation(examples, metric: metric, concurrency: threads)
            defer { line.end() }
            return try await evaluation(
                progress: { progress in
                    line.show(
                        "\(progress.done)/\(progress.total) · \(metric.name) \(EvaluationResult.short(progress.score))"
                            + (progress.failures > 0 ? " · \(progress.failures) failed" : ""),
                        isImportant: progress.done == progress.total)
                }
            ) { try await program($0.inputs(of: signature)) }
        }
        Console.print(json ? try result.json.jsonOutput() : result.report(signature))
        if !examples.isEmpty, result.failures.count == examples.count {
            throw Failure(.failed, "every example failed")
        }
    }
}

extension EvaluationResult {
    /// The table and what it comes to.
    func report(_ signature: Signature) -> String {
        "\(table(for: signature).text(width: Terminal.width))\n\n\(self)"
    }

    /// The result as `dspex evaluate --json` prints it.
    var json: PythonValue {
        [
            "metric": .string(metric), "score": .float(score),
            "interval": interval.map {
                ["lower": .float($0.lower), "upper": .float($0.upper), "method": .string($0.method.rawValue)]
            } ?? .none,
            "examples": .int(items.count), "failures": .int(failures.count),
            "tokens": usage?.totalTokens.map(PythonValue.int) ?? .none,
            "cost": cost.map(PythonValue.float) ?? .none, "ms": .int(duration.milliseconds),
            "results": .list(items.map(\.json)),
        ]
    }
}

extension EvaluationResult.Item {
    fileprivate var json: PythonValue {
        [
            "line": example.line.map(PythonValue.int) ?? .none, "example": .dict(example.fields),
            "output": prediction.map { .dict($0.outputs) } ?? .none, "score": .float(score),
            "feedback": feedback.map(PythonValue.string) ?? .none,
            "error": error.map { .string("\($0)") } ?? .none,
            "route": prediction.map { .string($0.route.description) } ?? .none,
        ]
    }
}
