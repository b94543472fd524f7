public import LanguageModels
public import Marshalling
public import Signatures

/// Something that turns the inputs of a signature into its outputs by asking a model.
///
/// Programs are structs: changing one makes another, and copies may run at the same time. An optimiser's candidate is a copy
/// with other ``demos`` or instructions.
public protocol Program: Module {
    /// Which of DSPy's classes runs it.
    static var kind: ProgramKind { get }
    /// What goes in and what comes out.
    var signature: Signature { get set }
    /// Worked examples that the model is shown, each a dictionary of some or all fields. Default none.
    var demos: [PythonDictionary] { get set }
    /// The model's name; nil for the platform's default model.
    var model: String? { get set }
    /// The pool whose workers run it; nil lets the router choose.
    var pool: String? { get set }
    /// Who must run it, Swift or Python; nil lets the router choose.
    var implementation: Route.Implementation? { get set }
    /// How the prompt is written; nil for the platform's default adapter.
    var adapter: PromptAdapter? { get set }
    /// How the model writes its answer.
    var options: GenerationOptions { get set }
    /// How long one call may take; nil for the platform's default.
    var timeout: Duration? { get set }
    /// What it runs on.
    var runtime: ProgramRuntime { get }
}

extension Program {
    /// Runs the program once.
    ///
    /// - Parameters:
    ///   - inputs: One value for each input field. An `Optional` field may be left out.
    ///   - deadline: When the answer must be there at the latest. The program's ``timeout`` holds as well.
    /// - Throws: ``ProgramError``, or `CancellationError` when the task is cancelled.
    public func callAsFunction(
        _ inputs: PythonDictionary, deadline: ContinuousClock.Instant?
    ) async throws -> Prediction {
        try await runtime.run(self, inputs: inputs, deadline: deadline)
    }

    /// The program itself. DSPy's `ChainOfThought` has a `Predict` inside, called `predict`.
    public var predictors: [NamedPredictor] {
        [.init(Self.kind == .chainOfThought ? "predict" : NamedPredictor.alone, self)]
    }

    /// The outputs of a prediction: those of the signature, after the fields that the kind of program adds.
    var expectedOutputs: [Field] {
        guard Self.kind == .chainOfThought else { return signature.outputs }
        // A signature's own reasoning comes first too, as DSPy puts it.
        let own = signature.outputs.first { $0.name == Field.reasoning.name }
        return [own ?? .reasoning] + signature.outputs.filter { $0.name != Field.reasoning.name }
    }

    /// The signature that the model is asked by.
    var promptSignature: Signature {
        let asked = try? Signature(
            name: signature.name, label: signature.label, instructions: signature.effectiveInstructions,
            inputs: signature.inputs, outputs: expectedOutputs)
        // It cannot fail: only an input called reasoning would make it, and such a signature is refused before.
        return asked ?? signature
    }
}

extension Field {
    /// What ChainOfThought has the model write first.
    static let reasoning = Field("reasoning")
}
