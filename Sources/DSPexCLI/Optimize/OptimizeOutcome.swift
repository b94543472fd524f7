import DSPex

/// What an optimiser has made of a program, without the program's type.
struct OptimizeOutcome {
    var state: ProgramState?
    var score, baseline: Double?
    var metricCalls, modelCalls: Int
    var warnings: [String]
    var duration: Duration

    init<Base>(_ result: Optimised<Base>) {
        (state, score, baseline) = (result.state, result.score, result.baseline)
        (metricCalls, modelCalls) = (result.metricCalls, result.modelCalls)
        (warnings, duration) = (result.warnings, result.duration)
    }

    /// The program before and after, in a table, and what it took.
    ///
    /// - Parameter earlier: The saved program that the optimiser began with; nil for a new one.
    func report(from earlier: ProgramState?, _ signature: Signature, metric: String, output: String) -> String {
        let table = TextTable(
            [
                .init("program", isFixed: true), .init(metric, isRightAligned: true, isFixed: true),
                .init("demos", isRightAligned: true, isFixed: true), .init("instructions"),
            ],
            rows: [
                Self.row("before", baseline, earlier, instructions: signature.effectiveInstructions),
                Self.row("after", score, state, instructions: ""),
            ])
        let took = [
            "saved as \(output)", "\(modelCalls) questions to models, \(metricCalls) scores", duration.inSeconds,
        ]
        let notes = warnings.map { "note: \($0)\n" }.joined()
        return "\(table.text(width: Terminal.width))\n\n\(notes)\(took.joined(separator: " · "))"
    }

    private static func row(
        _ name: String, _ score: Double?, _ state: ProgramState?, instructions: String
    ) -> [String] {
        let predictors = state?.predictors.map(\.state) ?? []
        return [
            name, score.map(EvaluationResult.short) ?? "not measured",
            "\(predictors.reduce(0) { $0 + $1.demos.count })", predictors.first?.instructions ?? instructions,
        ]
    }

    /// The outcome as `dspex optimize --json` prints it.
    func json(optimizer: String, metric: String, output: String) throws(Failure) -> String {
        try PythonValue.dict([
            "optimizer": .string(optimizer), "metric": .string(metric),
            "baseline": baseline.map(PythonValue.float) ?? .none, "score": score.map(PythonValue.float) ?? .none,
            "calls": ["metric": .int(metricCalls), "models": .int(modelCalls)],
            "ms": .int(duration.milliseconds), "output": .string(output),
            "warnings": .list(warnings.map(PythonValue.string)),
        ]).jsonOutput()
    }
}
