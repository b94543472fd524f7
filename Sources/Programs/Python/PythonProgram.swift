public import LanguageModels
public import Marshalling
internal import Signatures

/// Any of DSPy's programs, by its path, run by DSPy in a worker: `ReAct`, `BestOfN`, `ProgramOfThought`, `Parallel` …
///
/// ```swift
/// let agent = platform.dspy("ReAct", try Signature("question -> answer"), arguments: ["tools": [.tool(weather)]])
/// let prediction = try await agent(["question": "Do I need an umbrella in Bern?"])
/// print(prediction["answer"]?.string ?? "", prediction.trajectory?.steps.count ?? 0, prediction.route)
/// ```
///
/// Its closures run in this process; what they throw and Python lets through is thrown by the call as itself. Code that a model writes
/// runs in the platform's sandbox.
public struct PythonProgram: Module {
    /// What runs.
    public var target: PythonTarget
    /// Worked examples, for a program with a single predictor; those of others are part of the target's state.
    public var demos: [PythonDictionary] = []
    /// The model's name; nil for the platform's default model.
    public var model: String?
    /// The pool whose workers run it; nil for the one that is meant for its kind.
    public var pool: String?
    /// How the prompt is written; nil for the platform's default adapter.
    public var adapter: PromptAdapter?
    /// How the model writes its answer.
    public var options = GenerationOptions()
    /// How long one call may take; nil for the platform's default.
    public var timeout: Duration?
    /// How many threads a program that has several may have. Default: DSPy's, 8.
    public var threads: Int?
    /// After how many errors a program that survives some gives up. Default: DSPy's, 10.
    public var mostErrors: Int?
    /// What it runs on.
    public let runtime: ProgramRuntime

    /// Makes a program; nothing starts before its first call.
    public init(_ target: PythonTarget, on runtime: ProgramRuntime) {
        self.target = target
        self.runtime = runtime
    }

    /// Those inside are Python's.
    public var predictors: [NamedPredictor] { [] }

    /// Runs the program once.
    ///
    /// - Parameters:
    ///   - inputs: Those of its signature, and whatever else its `forward` takes by name.
    ///   - deadline: When the answer must be there at the latest. The program's ``timeout`` holds as well.
    /// - Throws: ``ProgramError``, what a closure of yours threw, or `CancellationError` when the task is cancelled.
    public func callAsFunction(
        _ inputs: PythonDictionary, deadline: ContinuousClock.Instant?
    ) async throws -> Prediction {
        try await self(
            Dictionary(inputs.compactMap { entry in entry.key.string.map { ($0, .value(entry.value)) } }) { $1 },
            deadline: deadline)
    }

    /// Runs the program once, with inputs that are not all plain values.
    public func callAsFunction(
        _ inputs: [String: PythonArgument], deadline: ContinuousClock.Instant? = nil
    ) async throws -> Prediction {
        try await runtime.run(self, inputs, deadline: deadline)
    }

    /// The same program with what DSPy, or an optimiser, has saved.
    public func loading(_ state: ProgramState, allowsVersionMismatch: Bool = false) -> PythonProgram {
        var copy = self
        copy.target.state = state
        copy.target.allowsVersionMismatch = allowsVersionMismatch
        return copy
    }

    /// What DSPy would save of this program.
    ///
    /// - Throws: ``ProgramError`` when Python refuses it, ``ProgramStateError`` for a state that cannot be read.
    public func state(deadline: ContinuousClock.Instant? = nil) async throws -> ProgramState {
        try await runtime.state(of: self, deadline: deadline)
    }
}
