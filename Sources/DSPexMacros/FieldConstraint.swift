/// What the values of an `@Input`, `@Output` or `@Guide` must be besides their type. The macros read it in the source, so that
/// its arguments are literals.
public struct FieldConstraint: Sendable {
    /// A number within bounds: `.range(0...1)`, `.range(1...)`, `.range(..<10)`.
    public static func range<Bound: Numeric & Comparable>(_ bounds: some RangeExpression<Bound>) -> FieldConstraint {
        FieldConstraint()
    }

    /// A text of exactly so many characters, or a collection of so many elements.
    public static func count(_ count: Int) -> FieldConstraint { FieldConstraint() }

    /// A text with its number of characters within bounds, or a collection with its number of elements: `.count(1...5)`.
    public static func count(_ bounds: some RangeExpression<Int>) -> FieldConstraint { FieldConstraint() }

    /// One of these texts.
    public static func anyOf(_ choices: [String]) -> FieldConstraint { FieldConstraint() }

    /// One of these numbers.
    public static func anyOf(_ choices: [Int]) -> FieldConstraint { FieldConstraint() }

    /// A text in which this regular expression, in Python's syntax, finds something. DSPy does not tell it to the model.
    public static func pattern(_ expression: String) -> FieldConstraint { FieldConstraint() }
}
