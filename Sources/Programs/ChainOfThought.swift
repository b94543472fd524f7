public import LanguageModels
public import Marshalling
public import Signatures

/// Has the model reason before it answers: an output `reasoning` comes before those of the signature. Mirrors
/// `dspy.ChainOfThought` (`dspy/predict/chain_of_thought.py`), which runs it.
///
/// ```swift
/// let sum = platform.chainOfThought(try Signature("question -> answer: int"))
/// let prediction = try await sum(["question": "What is 1 plus 2?"])
/// print(prediction.reasoning ?? "", prediction["answer"]?.int ?? 0)
/// ```
///
/// A signature whose *input* is called `reasoning` is refused, as DSPy would drop that input without a word.
public struct ChainOfThought: Program {
    /// `dspy.ChainOfThought`
    public static let kind = ProgramKind.chainOfThought

    /// What goes in and what comes out.
    public var signature: Signature
    /// Worked examples that the model is shown; see ``Program/demos``.
    public var demos: [PythonDictionary]
    /// The model's name; nil for the platform's default model.
    public var model: String?
    /// The pool whose workers run it; nil lets the router choose.
    public var pool: String?
    /// Who must run it, Swift or Python; nil lets the router choose.
    public var implementation: Route.Implementation?
    /// How the prompt is written; nil for the platform's default adapter.
    public var adapter: PromptAdapter?
    /// How the model writes its answer.
    public var options: GenerationOptions
    /// How long one call may take; nil for the platform's default.
    public var timeout: Duration?
    /// What it runs on.
    public let runtime: ProgramRuntime

    /// Makes a program; nothing starts before its first call.
    public init(
        _ signature: Signature, on runtime: ProgramRuntime, demos: [PythonDictionary] = [], model: String? = nil,
        pool: String? = nil, implementation: Route.Implementation? = nil, adapter: PromptAdapter? = nil,
        options: GenerationOptions = .init(),
        timeout: Duration? = nil
    ) {
        self.signature = signature
        self.runtime = runtime
        self.demos = demos
        self.model = model
        self.pool = pool
        self.implementation = implementation
        self.adapter = adapter
        self.options = options
        self.timeout = timeout
    }
}
