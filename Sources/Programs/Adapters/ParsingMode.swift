/// How a model's text becomes values again. DSPy's own behaviour, or that without its known faults.
public enum ParsingMode: String, Sendable, Hashable {
    /// As dspy 3.4.1 does it, its known faults included. For comparisons with DSPy.
    case compatible
    /// As DSPy does it, but that the text `null` or `None` for an `Optional[str]` is None, and that outputs are held against
    /// their constraints.
    case strict
}
