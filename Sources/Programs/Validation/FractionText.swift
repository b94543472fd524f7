internal import Marshalling

/// Fractions, as Python's `fractions.Fraction()` makes them of texts and numbers.
enum FractionText {
    /// As many digits as Python turns into an `int`, and as large a power of ten as pydantic takes in a text.
    private static let digitLimit = 4_300
    /// How far the power of ten of a decimal may be written out. Python has no such limit, and takes its time.
    private static let powerLimit = 10_000

    /// `3`, `-1/2`, `1.5`, `1e-3`, with spaces around and single underscores within whole numbers.
    static func value(of text: String) -> PythonFraction? {
        var rest = String(text.trimmingPythonSpace).asciiDigits[...]
        let isNegative = rest.first == .minus
        if isNegative || rest.first == .plus { rest.removeFirst() }
        let whole = takeDigits(&rest)
        if rest.first == UInt8(ascii: "/") {
            rest.removeFirst()
            guard let whole, let divisor = takeDigits(&rest), rest.isEmpty, whole.count <= digitLimit,
                divisor.count <= digitLimit
            else { return nil }
            return quotient(isNegative, Magnitude(digits: whole), Magnitude(digits: divisor))
        }
        var digits = whole ?? []
        var places = 0
        if rest.first == .point {
            rest.removeFirst()
            let fraction = takeDigits(&rest) ?? []
            digits += fraction
            places = fraction.count
        }
        guard !digits.isEmpty, digits.count - places <= digitLimit, places <= digitLimit else { return nil }
        var power = 0
        if let letter = rest.first, letter | 0x20 == UInt8(ascii: "e") {
            rest.removeFirst()
            let sign = rest.first == .minus ? -1 : 1
            if rest.first == .minus || rest.first == .plus { rest.removeFirst() }
            guard let written = takeDigits(&rest)?.drop(while: { $0 == 0 }), written.count < 18 else { return nil }
            power = sign * written.reduce(0) { $0 * 10 + Int($1) }
            // Pydantic takes no larger one, whatever the digits before it.
            guard power.magnitude <= digitLimit else { return nil }
        }
        guard rest.isEmpty else { return nil }
        return scaled(isNegative, digits, power: power - places)
    }

    /// A decimal exactly.
    static func value(of decimal: DecimalNumber) -> PythonFraction? {
        scaled(decimal.isNegative, decimal.digits, power: decimal.exponent)
    }

    /// Whether a quotient of decimals is an integer, of no more than the 28 digits that Python calculates with.
    static func isWhole(_ number: DecimalNumber, dividedBy divisor: DecimalNumber) -> Bool {
        let exponent = min(number.exponent, divisor.exponent)
        guard number.exponent - exponent <= powerLimit, divisor.exponent - exponent <= powerLimit else { return false }
        func scaled(_ number: DecimalNumber) -> Magnitude {
            Magnitude(digits: number.digits + Array(repeating: 0, count: number.exponent - exponent))
        }
        let (quotient, remainder) = scaled(number).divided(by: scaled(divisor))
        return remainder.isZero && quotient < Magnitude(digits: [1] + Array(repeating: 0, count: 28))
    }

    /// A float exactly; nil for an infinity or NaN.
    static func value(of number: Double) -> PythonFraction? {
        guard number.isFinite else { return nil }
        guard number != 0 else { return value(of: "0") }
        // The significand as an integer, and the power of two by which it counts.
        let significand = number.significandBitPattern | (number.isNormal ? 1 << 52 : 0)
        let power = (number.isNormal ? Int(number.exponentBitPattern) : 1) - 1_075
        let zeros = significand.trailingZeroBitCount
        let numerator = Magnitude(significand >> UInt64(zeros)).shifted(left: max(0, power + zeros))
        let denominator = Magnitude(1).shifted(left: max(0, -(power + zeros)))
        return PythonFraction(
            numerator: numerator.integer(isNegative: number < 0), denominator: denominator.integer(isNegative: false))
    }

    private static func scaled(_ isNegative: Bool, _ digits: [UInt8], power: Int) -> PythonFraction? {
        guard power.magnitude <= powerLimit else { return nil }
        let digits = power > 0 ? digits + Array(repeating: 0, count: power) : digits
        let divisor: [UInt8] = power < 0 ? [1] + Array(repeating: 0, count: -power) : [1]
        return quotient(isNegative, Magnitude(digits: digits), Magnitude(digits: divisor))
    }

    private static func quotient(_ isNegative: Bool, _ numerator: Magnitude, _ denominator: Magnitude)
        -> PythonFraction?
    {
        guard !denominator.isZero else { return nil }
        let common = numerator.greatestCommonDivisor(with: denominator)
        return PythonFraction(
            numerator: numerator.divided(by: common).quotient.integer(isNegative: isNegative),
            denominator: denominator.divided(by: common).quotient.integer(isNegative: false))
    }

    /// Reads digits with single underscores between them; nil when there are none.
    private static func takeDigits(_ text: inout ArraySlice<UInt8>) -> [UInt8]? {
        var digits: [UInt8] = []
        while let byte = text.first {
            if byte.isDigit {
                digits.append(byte - .zero)
            } else if byte == .underscore, !digits.isEmpty, let next = text.dropFirst().first, next.isDigit {
                // Dropped with this step, and the digit behind it with the next one.
            } else {
                break
            }
            text.removeFirst()
        }
        return digits.isEmpty ? nil : digits
    }
}
