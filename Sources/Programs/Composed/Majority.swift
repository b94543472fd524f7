public import Marshalling

/// The most common answer among several. Mirrors `dspy.majority` (dspy 3.4.1, `dspy/predict/aggregation.py`).
public enum Majority {
    /// The first of the completions whose field has the most common value; of values that are equally common, the one that came first.
    ///
    /// ```swift
    /// Majority.of([["answer": "Paris"], ["answer": "paris."], ["answer": "Lyon"]])        // ["answer": "Paris"]
    /// ```
    ///
    /// - Parameters:
    ///   - completions: The outputs of several predictions.
    ///   - field: The output to compare. Default: the last one of the first completion.
    ///   - normalize: What the values are compared by; a completion for which it is nil counts only if it is so for all. Default
    ///     ``normalized(_:)``.
    /// - Returns: nil when there are no completions, or the first has no fields.
    /// - Throws: ``ProgramError/input(_:)`` when a completion has no such field.
    public static func of(
        _ completions: [PythonDictionary], field: String? = nil,
        normalize: (PythonValue) -> PythonValue? = Majority.normalized
    ) throws(ProgramError) -> PythonDictionary? {
        guard let field = field.map(PythonValue.string) ?? completions.first?.keys.last else { return nil }
        var problems = FieldProblems()
        for (index, completion) in completions.enumerated() where completion[field] == nil {
            problems.add("completions[\(index)].\(field.pythonText)", .missing(expected: "a value"))
        }
        guard problems.isEmpty else {
            throw .input(InputError(signature: "majority", problems: problems.listed, omitted: problems.omitted))
        }
        let keys = completions.map { completion in
            completion[field].flatMap(normalize).map { PythonKey($0) ?? .other($0) }
        }
        let isAnyKnown = keys.contains { $0 != nil }
        var counts: [PythonKey?: Int] = [:]
        for key in keys where key != nil || !isAnyKnown { counts[key, default: 0] += 1 }
        let most = counts.values.max()
        let winner = keys.firstIndex { counts[$0] == most }
        return winner.map { completions[$0] }
    }

    /// The prediction with the most common value; see ``of(_:field:normalize:)``.
    ///
    /// - Returns: nil when there are no predictions.
    public static func of(
        _ predictions: [Prediction], field: String? = nil,
        normalize: (PythonValue) -> PythonValue? = Majority.normalized
    ) throws(ProgramError) -> Prediction? {
        // The fields are compared in the order of the predictions, so the first with these outputs is the winner itself.
        let winner = try of(predictions.map(\.outputs), field: field, normalize: normalize)
        return predictions.first { $0.outputs == winner }
    }

    /// A text by which answers are compared that say the same: see ``TextNormalization``. Nil for a text of which nothing is left; what is
    /// no text is itself, where DSPy raises.
    public static func normalized(_ value: PythonValue) -> PythonValue? {
        guard let text = value.string else { return value }
        let normalized = TextNormalization.normalized(text)
        return normalized.isEmpty ? nil : .string(normalized)
    }
}
