public import Marshalling
internal import Signatures

extension TypedSignature {
    /// Reads a worked example, such as a row of a data set.
    ///
    /// - Throws: ``InputError`` with everything that is missing, of another type, or against a constraint.
    public init(example values: PythonDictionary) throws(InputError) {
        let signature = Self.signature
        var reader = FieldReader(values)
        let example = Self(from: &reader)
        let found = signature.fields.problems(in: values)
        // The reader knows of defaults that no signature can say, such as a list; the signature knows the constraints.
        let unread = reader.problems.listed
        let unfit = found.listed.filter { problem in
            if case .missing = problem.kind { return false }
            return !unread.contains { $0.path.hasPrefix(problem.path) || problem.path.hasPrefix($0.path) }
        }
        if unread.isEmpty, unfit.isEmpty, let example {
            self = example
            return
        }
        throw InputError(
            signature: "\(signature)", problems: unread + unfit, omitted: reader.problems.omitted + found.omitted)
    }

    /// Holds inputs against the signature, constraints included, which programs leave to the model.
    ///
    /// - Throws: ``InputError`` with everything that is wrong.
    public static func validate(_ input: Input) throws(InputError) {
        try validate(PythonDictionary(input), signature.inputs)
    }

    /// Holds a worked example against the signature, constraints included.
    ///
    /// - Throws: ``InputError`` with everything that is wrong.
    public static func validate(_ example: Self) throws(InputError) {
        try validate(PythonDictionary(example), signature.fields)
    }

    /// What the model made of the constraints of the outputs: everything that breaks one. DSPy tells the model of them, and takes
    /// what comes.
    public static func problems(in output: Output) -> [FieldProblem] {
        signature.outputs.problems(in: PythonDictionary(output)).listed
    }

    private static func validate(_ values: PythonDictionary, _ fields: [Field]) throws(InputError) {
        let problems = fields.problems(in: values)
        guard problems.isEmpty else {
            throw InputError(signature: "\(signature)", problems: problems.listed, omitted: problems.omitted)
        }
    }

    /// Reads the outputs that a program gave.
    ///
    /// - Throws: ``OutputError`` with everything that is missing or of another type.
    public static func output(of prediction: Prediction) throws(OutputError) -> Output {
        var reader = FieldReader(prediction.outputs)
        if let output = Output(from: &reader) { return output }
        throw OutputError(
            signature: "\(signature)", problems: reader.problems.listed, omitted: reader.problems.omitted,
            raw: .dict(prediction.outputs), usage: prediction.usage)
    }
}

extension [Field] {
    /// Everything that is wrong with values: their types, their names, and then their constraints at any depth.
    fileprivate func problems(in values: PythonDictionary) -> FieldProblems {
        var problems = FieldProblems()
        _ = check(values, &problems)
        var found = FieldProblems()
        for field in self {
            guard let value = values[.string(field.name)] else { continue }
            _ = field.parsed(value, .strict, &found)
        }
        for problem in found.listed {
            // Types have been looked at, more strictly than where a model wrote the value.
            switch problem.kind {
            case .outOfBounds, .unusablePattern: problems.add(problem.path, problem.kind)
            default: break
            }
        }
        return problems
    }
}
