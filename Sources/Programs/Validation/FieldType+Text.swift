public import Marshalling
public import Signatures

extension FieldType {
    /// The value that a text stands for, as a model or a person writes it: JSON, a literal of Python's, or the text itself, held
    /// against the type with the coercions that DSPy makes (`"8"` is an `int`, `"yes"` a `bool`).
    ///
    /// - Returns: the value in the type's own form; nil when the text stands for none.
    public func value(of text: String) -> PythonValue? {
        var ignored = FieldProblems()
        return parsed(.string(text), .strict, at: "", &ignored)
    }
}
