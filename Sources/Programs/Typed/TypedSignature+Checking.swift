public import Marshalling
internal import Signatures

extension TypedSignature {
    /// Reads a worked example, such as a row of a data set.
    ///
    /// - Throws: ``InputError`` with everything that is missing, of another type, or against a constraint.
    public init(example values: PythonDictionary) throws(InputError) {
        let signature = Self.signature
        var problems = FieldProblems()
        let checked = signature.fields.check(values, &problems)
        var reader = FieldReader(checked)
        if problems.isEmpty, let example = Self(from: &reader) {
            self = example
            return
        }
        if problems.isEmpty { problems = reader.problems }
        throw InputError(signature: "\(signature)", problems: problems.listed, omitted: problems.omitted)
    }

    /// Holds inputs against the constraints of the signature, as a program does before it asks a model.
    ///
    /// - Throws: ``InputError`` with everything that is wrong.
    public static func validate(_ input: Input) throws(InputError) {
        try validate(PythonDictionary(input), signature.inputs)
    }

    /// Holds a worked example against the constraints of the signature.
    ///
    /// - Throws: ``InputError`` with everything that is wrong.
    public static func validate(_ example: Self) throws(InputError) {
        try validate(PythonDictionary(example), signature.fields)
    }

    private static func validate(_ values: PythonDictionary, _ fields: [Field]) throws(InputError) {
        var problems = FieldProblems()
        _ = fields.check(values, &problems)
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
