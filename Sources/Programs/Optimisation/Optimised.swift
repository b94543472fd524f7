internal import Marshalling

/// What an optimiser has made of a program.
public struct Optimised<Base: Sendable>: Sendable {
    /// The program with the new state; as it was when there is no ``state``.
    public var program: Base
    /// What DSPy saves of the result, which loads into the same kind of program here and there; nil when no state can make the result of
    /// the program, and then ``warnings`` say why.
    public var state: ProgramState?
    /// The mean score of the result; nil when the optimiser does not measure.
    public var score: Double?
    /// The mean score of the program as it was, on the same data; nil when the optimiser does not measure.
    public var baseline: Double?
    /// The best score that the optimiser reports itself, in its own unit; nil when it does not.
    public var reported: Double?
    /// How often the metric was asked.
    public var metricCalls: Int
    /// How often models were asked.
    public var modelCalls: Int
    /// The last lines that DSPy printed.
    public var log: [String]
    /// What to know about the result.
    public var warnings: [String]
    /// How long it took.
    public var duration: Duration
}

extension Optimised {
    /// Reads what `dspex_worker.optimisers.optimise` returns.
    init(
        _ answer: PythonValue, duration: Duration, loading: (ProgramState) throws -> Base, else unchanged: Base
    ) throws {
        let state = try answer["state"].flatMap { $0.isNone ? nil : try ProgramState($0) }
        self.init(
            program: try state.map(loading) ?? unchanged, state: state,
            score: answer["score"]?.double.map { $0 / 100 }, baseline: answer["baseline"]?.double.map { $0 / 100 },
            reported: answer["reported"]?.double, metricCalls: answer["calls"]?["metric"]?.int ?? 0,
            modelCalls: answer["calls"]?["lm"]?.int ?? 0,
            log: answer["log"]?.elements?.compactMap(\.string) ?? [],
            warnings: answer["warnings"]?.elements?.compactMap(\.string) ?? [], duration: duration)
    }
}
