public import LanguageModels
public import Marshalling

/// What a program answered: the outputs first, what it took to get them beside.
public struct Prediction: Sendable, Hashable {
    /// The outputs in the order of the signature, each of the type that the signature declares.
    public var outputs: PythonDictionary
    /// The tokens that the model read and wrote; nil when the model did not say.
    public var usage: LanguageModelUsage?
    /// How the call was run, and why so.
    public var route: Route
    /// The model that answered, by the name it gave itself.
    public var model: String
    /// The process id of the worker that ran the program.
    public var worker: Int32
    /// How long the call took, the model's own time included.
    public var duration: Duration

    /// Makes a prediction, for tests and for other implementations.
    public init(
        outputs: PythonDictionary, usage: LanguageModelUsage? = nil, route: Route, model: String, worker: Int32,
        duration: Duration
    ) {
        self.outputs = outputs
        self.usage = usage
        self.route = route
        self.model = model
        self.worker = worker
        self.duration = duration
    }

    /// The output of this name; nil when the signature has none.
    public subscript(name: String) -> PythonValue? { outputs[.string(name)] }

    /// What the model wrote before its answer, when the program was a ``ChainOfThought``.
    public var reasoning: String? { self["reasoning"]?.string }
}
