internal import LanguageModels
internal import Marshalling
internal import Signatures

/// A call of a program that may be sent: what is wrong with it has been said.
struct ProgramCall<Asked: Program> {
    /// The program, with what the scope of the call adds to it.
    let program: Asked
    /// In the order of the signature.
    let inputs: PythonDictionary
    let demos: [PythonDictionary]
    /// The inputs whose texts this package wrote, marks and all.
    let verbatim: Set<String>
    /// The names of the inputs in the order in which they were given.
    private let order: [PythonValue]

    /// - Throws: ``ProgramError/input(_:)`` with everything that is wrong with the inputs and the examples.
    init(_ program: Asked, _ inputs: PythonDictionary, verbatim: Set<String>, in scope: CallScope) throws {
        var (program, inputs) = (program, inputs)
        program.options = program.options.completed(by: scope.options)
        if let hints = scope.hints {
            inputs[.string(Field.hint.name)] = .string(hints.text(for: program))
            let rest = program.signature.inputs.filter { $0.name != Field.hint.name }
            program.signature = try Signature(
                name: program.signature.name, label: program.signature.label,
                instructions: program.signature.effectiveInstructions, inputs: rest + [.hint],
                outputs: program.signature.outputs)
        }
        try self.init(program, inputs, verbatim: verbatim)
    }

    /// - Throws: ``ProgramError/input(_:)`` with everything that is wrong with the inputs and the examples.
    init(_ program: Asked, _ given: PythonDictionary, verbatim: Set<String>) throws(ProgramError) {
        var problems = FieldProblems()
        let signature = program.signature
        if Asked.kind == .chainOfThought, signature.inputs.contains(where: { $0.name == Field.reasoning.name }) {
            problems.add(Field.reasoning.name, .taken)
        }
        inputs = Self.checked(given, signature.inputs, verbatim, &problems)
        let fields = signature.inputs + program.expectedOutputs
        demos = program.demos.enumerated().map { index, demo in
            fields.check(demo, at: "demos[\(index)].", partial: true, &problems)
        }
        guard problems.isEmpty else {
            throw .input(
                InputError(signature: "\(signature)", problems: problems.listed, omitted: problems.omitted))
        }
        self.program = program
        self.verbatim = verbatim
        order = given.keys
    }

    private static func checked(
        _ given: PythonDictionary, _ fields: [Field], _ verbatim: Set<String>, _ problems: inout FieldProblems
    ) -> PythonDictionary {
        guard !verbatim.isEmpty else { return fields.check(given, &problems) }
        func isVerbatim(_ entry: PythonDictionary.Entry) -> Bool { verbatim.contains(entry.key.string ?? "") }
        let others = fields.filter { !verbatim.contains($0.name) }
        var checked = others.check(PythonDictionary(given.filter { !isVerbatim($0) }), &problems)
        for entry in given where isVerbatim(entry) { checked[entry.key] = entry.value }
        // Prompts are written in the order of the signature, whatever that of the values is.
        return checked
    }

    /// The call for the trace of whoever runs the program, known by what the program was before the scope changed it.
    func entry(_ prediction: Prediction, of program: Asked, adapter: PromptAdapter) -> ProgramTrace.Entry {
        let seen = PromptInputs(self.program.promptSignature.fields, adapter, .strict, verbatim: verbatim).values(
            inputs)
        let given = order.compactMap { key in seen[key].map { PythonDictionary.Entry(key: key, value: $0) } }
        let outputs = program.promptSignature.plainOutputs(prediction.outputs).dict ?? prediction.outputs
        return .init(predictor: PredictorIdentity(program), inputs: PythonDictionary(given), outputs: outputs)
    }
}

extension Field {
    /// What a program is told by one that runs it again, as DSPy's `Refine` has it.
    static let hint = Field("hint_", description: "A hint to the module from an earlier run")
}
