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
    /// The process id of the worker that ran the program; nil when Swift did.
    public var worker: Int32?
    /// How long the call took, the model's own time included.
    public var duration: Duration
    /// What the model wrote, before it was read.
    public var text: String?
    /// How often a model was asked, by every program inside. DSPy asks again, in another form, when it cannot read an answer.
    public var attempts: Int
    /// What the tokens cost, in the currency of the model's configured price; nil when it has none.
    public var cost: Double?
    /// What a ``ReAct`` thought, did and saw on its way; nil for other programs.
    public var trajectory: Trajectory?
    /// What a program of Python's noted on its way, as DSPy has it: the steps of a `ReAct`, the code of a `CodeAct` or an `RLM`. Nil when it
    /// noted nothing, and for programs in Swift.
    public var pythonTrajectory: PythonValue?
    /// The outputs of every answer when the program asked for several; else empty.
    public var completions: [PythonDictionary] = []
    /// Sixteen bytes in hexadecimal that name this call in logs and traces.
    public var traceID: String

    /// Makes a prediction, for tests and for other implementations.
    public init(
        outputs: PythonDictionary, usage: LanguageModelUsage? = nil, route: Route, model: String,
        worker: Int32? = nil, duration: Duration, text: String? = nil, attempts: Int = 1, cost: Double? = nil,
        trajectory: Trajectory? = nil, traceID: String = TraceID.random()
    ) {
        self.outputs = outputs
        self.usage = usage
        self.route = route
        self.model = model
        self.worker = worker
        self.duration = duration
        self.text = text
        self.attempts = attempts
        self.cost = cost
        self.trajectory = trajectory
        self.traceID = traceID
    }

    /// The output of this name; nil when the signature has none.
    public subscript(name: String) -> PythonValue? { outputs[.string(name)] }

    /// What the model wrote before its answer, when the program was a ``ChainOfThought``.
    public var reasoning: String? { self["reasoning"]?.string }
}
