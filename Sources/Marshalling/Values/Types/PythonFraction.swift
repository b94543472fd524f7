/// A Python `fractions.Fraction`: an exact quotient of integers of any size, in lowest terms.
public struct PythonFraction: PythonValueConvertible {
    /// Carries the sign.
    public var numerator: PythonInteger
    /// Above zero.
    public var denominator: PythonInteger

    /// Makes a fraction; Python reduces it, and refuses a denominator of zero.
    public init(numerator: PythonInteger, denominator: PythonInteger) {
        (self.numerator, self.denominator) = (numerator, denominator)
    }

    /// Reads a `Fraction`.
    public init?(_ value: PythonValue) {
        guard let parts = value.payload(of: "Fraction")?.elements, parts.count == 2,
            let numerator = parts[0].integer, let denominator = parts[1].integer
        else { return nil }
        self.init(numerator: numerator, denominator: denominator)
    }

    /// The `Fraction`.
    public var pythonValue: PythonValue {
        .extended(name: "Fraction", payload: .tuple([PythonValue(numerator), PythonValue(denominator)]))
    }
}
