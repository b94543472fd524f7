internal import Marshalling
internal import Signatures

extension Field {
    /// A value of a JSON text in the field's type: sets and tuples are lists there, dates and the like texts.
    func written(_ value: PythonValue, at path: String, _ problems: inout FieldProblems) -> PythonValue {
        var found = FieldProblems()
        let checked = type.check(value, at: path, &found)
        if found.isEmpty { return checked }
        var parsing = FieldProblems()
        // A number is no text, although a model's answer could be read as one.
        if type.unwrapped != .str, let parsed = type.parsed(value, .strict, at: path, &parsing) { return parsed }
        for problem in found.listed { problems.add(problem.path, problem.kind) }
        return value
    }

    /// A value of a table, which is a text for every type. Nothing stands for `None` where the type has it, and for no value else.
    ///
    /// - Returns: nil for no value.
    func tabled(_ text: String, at path: String, _ problems: inout FieldProblems) -> PythonValue? {
        if type == .str || type == .any || type == .unspecified { return .string(text) }
        guard !text.isEmpty else { return type.isOptional ? PythonValue.none : Optional<PythonValue>.none }
        if type.unwrapped == .str { return .string(text) }
        return type.parsed(.string(text), .strict, at: path, &problems)
    }
}
