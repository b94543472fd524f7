internal import Marshalling
internal import Signatures

/// What ``Refine`` asks its adviser: DSPy's `OfferFeedback`, word for word.
enum Advice {
    /// `OfferFeedback`
    static let signature: Signature = {
        let text = FieldType.str
        return Signature(
            unchecked: "OfferFeedback", label: nil,
            instructions: """
                In the discussion, assign blame to each module that contributed to the final reward being below the threshold, if
                any. Then, prescribe concrete advice of how the module should act on its future input when we retry the process, if
                it were to receive the same or similar inputs. If a module is not to blame, the advice should be N/A.
                The module will not see its own history, so it needs to rely on entirely concrete and actionable advice from you
                to avoid the same mistake on the same or similar inputs.
                """,
            inputs: [
                Field("program_code", text, description: "The code of the program that we are analyzing"),
                Field(
                    "modules_defn", text, description: "The definition of each module in the program, including its I/O"
                ),
                Field("program_inputs", text, description: "The inputs to the program that we are analyzing"),
                Field(
                    "program_trajectory", text,
                    description: "The trajectory of the program's execution, showing each module's I/O"),
                Field("program_outputs", text, description: "The outputs of the program that we are analyzing"),
                Field("reward_code", text, description: "The code of the reward function that we are analyzing"),
                Field("target_threshold", .float, description: "The target threshold for the reward function"),
                Field("reward_value", .float, description: "The reward value assigned to the program's outputs"),
                Field(
                    "module_names", .list(text),
                    description: "The names of the modules in the program, for which we seek advice"),
            ],
            outputs: [
                Field("discussion", text, description: "Discussing blame of where each module went wrong, if it did"),
                Field(
                    "advice", .dict(text, text),
                    description:
                        "For each module, describe very concretely, in this order: the specific scenarios in which it has "
                        + "made mistakes in the past and what each mistake was, followed by what it should do differently in that "
                        + "kind ofscenario in the future. If the module is not to blame, write N/A."),
            ])
    }()

    /// The names of its inputs, all of which are texts here: those that are none are written as JSON.
    static let names = Set(signature.inputs.map(\.name))

    static let rewardDescription =
        "A function in Swift, whose source is not at hand. It gives a number for the inputs and the outputs of the program; higher is "
        + "better."

    /// What is known of a module without its source.
    static func description(of module: any Module) -> String {
        let names = module.predictors.map(\.name).joined(separator: ", ")
        return
            "A program in Swift of the type \(type(of: module)), whose source is not at hand. It runs these modules: \(names)."
    }

    static func inputs(
        _ refine: Refine, _ predictors: [NamedPredictor], _ given: PythonDictionary, _ attempt: Attempts.Attempt
    ) -> PythonDictionary {
        let adapter = refine.adviser.adapter ?? refine.adviser.runtime.adapter
        let guarded = PromptInputs(signature.fields, adapter, .strict)
        let names = Dictionary(predictors.map { (PredictorIdentity($0.program), $0.name) }) { first, _ in first }
        let trajectory = attempt.trace.map { entry -> PythonValue in
            [
                "module_name": .string(names[entry.predictor] ?? ""), "inputs": .dict(entry.inputs),
                "outputs": guarded.neutralised(.dict(entry.outputs)),
            ]
        }
        var outputs = PythonDictionary()
        if let trajectory = attempt.prediction.trajectory { outputs["trajectory"] = .dict(trajectory.dictionary) }
        for entry in attempt.prediction.outputs { outputs[entry.key] = entry.value }
        return [
            "program_code": .string(refine.programDescription),
            "modules_defn": .string(definitions(predictors)),
            "program_inputs": json(guarded.neutralised(.dict(given))),
            "program_trajectory": json(.list(trajectory)),
            "program_outputs": json(guarded.neutralised(.dict(outputs))),
            "reward_code": .string(refine.rewardDescription),
            "target_threshold": json(refine.threshold.map(PythonValue.float) ?? .none),
            "reward_value": json(.float(attempt.reward)),
            "module_names": json(.list(predictors.map { .string($0.name) })),
        ]
    }

    /// As `orjson` writes it with an indentation of two.
    private static func json(_ value: PythonValue) -> PythonValue {
        .string(PromptValue.json(PromptValue.jsonable(value, as: .any), indent: 2))
    }

    /// The fields and the task of each program (`inspect_modules`).
    private static func definitions(_ predictors: [NamedPredictor]) -> String {
        let line = String(repeating: "-", count: 80)
        let parts = predictors.flatMap { predictor -> [String] in
            let signature = promptSignature(of: predictor.program)
            return [
                "Module \(predictor.name)", "\n\tInput Fields:", indented(FieldNotes.list(signature.inputs)),
                "\tOutput Fields:", indented(FieldNotes.list(signature.outputs)),
                "\tOriginal Instructions: " + indented(Instructions.clean(signature.effectiveInstructions)), line,
            ]
        }
        // Every part loses the line breaks at its ends, those that stand for a gap too.
        return ([line] + parts).map { part in
            let scalars = part.unicodeScalars
            let start = scalars.firstIndex { $0 != "\n" } ?? scalars.endIndex
            let end = scalars.lastIndex { $0 != "\n" }.map(scalars.index(after:)) ?? start
            return String(scalars[start..<end])
        }.joined(separator: "\n")
    }

    private static func promptSignature(of program: some Program) -> Signature { program.promptSignature }

    private static func indented(_ text: String) -> String {
        PythonText.lines(text).map { "\n\t\t\($0)" }.joined()
    }
}
