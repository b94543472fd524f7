/// How a model's answer is turned into the outputs' types.
enum ParsingMode: Sendable {
    /// As DSPy 3.4.1 does it, its faults included.
    case compatible
    /// The same without these faults: `null` or `None` as the whole text of an `Optional[str]` is no text but `None`; and outputs are held
    /// against their constraints, which DSPy only tells the model.
    case strict
}
