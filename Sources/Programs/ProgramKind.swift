/// Which program runs, by the name of DSPy's class.
public enum ProgramKind: String, Sendable, Hashable, CaseIterable {
    /// `dspy.Predict`
    case predict = "Predict"
    /// `dspy.ChainOfThought`
    case chainOfThought = "ChainOfThought"
}
