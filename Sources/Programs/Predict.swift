public import LanguageModels
public import Marshalling
public import Signatures

/// Asks the model for the outputs in one step. Mirrors `dspy.Predict` (`dspy/predict/predict.py`), which runs it.
///
/// ```swift
/// let count = platform.predict(try Signature("text -> count: int", instructions: "Extract the number in the text."))
/// try await count(["text": "We saw 42 birds."])["count"]?.int        // 42
/// ```
public struct Predict: Program {
    /// `dspy.Predict`
    public static let kind = ProgramKind.predict

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
