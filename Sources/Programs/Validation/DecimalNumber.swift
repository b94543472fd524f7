internal import Marshalling
internal import Signatures

/// A finite decimal number, digit by digit, as Python's `decimal.Decimal` holds it.
struct DecimalNumber: Hashable {
    /// Whether there is a minus before it; zero may have one too.
    var isNegative: Bool
    /// The digits without leading zeros, at least one, as numbers from 0 to 9.
    var digits: [UInt8]
    /// The power of ten by which the digits count.
    var exponent: Int

    /// The largest power of ten that Python's decimals have, and the least.
    private static let exponents = (largest: 999_999_999_999_999_999, least: -1_999_999_999_999_999_997)
    /// How many digits a number may get when it is written out as an integer.
    private static let integerLimit = 10_000

    init(isNegative: Bool, digits: [UInt8], exponent: Int) {
        self.isNegative = isNegative
        self.digits = Array(digits.drop { $0 == 0 })
        if self.digits.isEmpty { self.digits = [0] }
        self.exponent = exponent
    }

    /// Reads what Python's `Decimal()` reads, but for infinities and NaNs: spaces around, underscores anywhere, digits of any script.
    init?(text: String) {
        let bytes = text.trimmingPythonSpace.unicodeScalars.filter { $0 != "_" }
        var rest = String(String.UnicodeScalarView(bytes)).asciiDigits[...]
        let isNegative = rest.first == .minus
        if isNegative || rest.first == .plus { rest.removeFirst() }
        var digits = Self.takeDigits(&rest)
        var exponent = 0
        if rest.first == .point {
            rest.removeFirst()
            let fraction = Self.takeDigits(&rest)
            digits += fraction
            exponent = -fraction.count
        }
        guard !digits.isEmpty else { return nil }
        if let letter = rest.first, letter | 0x20 == UInt8(ascii: "e") {
            let written = String(decoding: rest.dropFirst(), as: UTF8.self)
            guard let power = Int(written), power.magnitude < 4_000_000_000_000_000_000 else { return nil }
            exponent += power
        } else if !rest.isEmpty {
            return nil
        }
        self.init(isNegative: isNegative, digits: digits, exponent: exponent)
        guard exponent >= Self.exponents.least, exponent + self.digits.count - 1 <= Self.exponents.largest else {
            return nil
        }
    }

    /// The number of a `Decimal`; nil for an infinity or a NaN, and for any other value.
    init?(_ value: PythonValue) {
        guard let decimal = PythonDecimal(value) else { return nil }
        self.init(text: decimal.text)
    }

    /// The number as it was written in a constraint.
    init?(_ number: Constraint.Number) {
        switch number {
        case .int(let number): self.init(text: String(number))
        case .float(let number): self.init(text: number.pythonRepr)
        }
    }

    private static func takeDigits(_ text: inout ArraySlice<UInt8>) -> [UInt8] {
        let digits = text.prefix(while: \.isDigit)
        text.removeFirst(digits.count)
        return digits.map { $0 - .zero }
    }

    var isZero: Bool { digits == [0] }

    /// The number as Python's `str()` writes a `Decimal`.
    var text: String {
        let written = digits.map(String.init).joined()
        let left = exponent + digits.count
        let point = exponent <= 0 && left > -6 ? left : 1
        let shown: String =
            if point <= 0 {
                "0." + String(repeating: "0", count: -point) + written
            } else if point >= digits.count {
                written + String(repeating: "0", count: point - digits.count)
            } else {
                written.prefix(point) + "." + written.dropFirst(point)
            }
        let power = left - point
        return (isNegative ? "-" : "") + shown + (power == 0 ? "" : "E\(power < 0 ? "" : "+")\(power)")
    }

    /// The number without zeros behind it that only count as places, so that equal ones are the same.
    var reduced: DecimalNumber {
        guard !isZero else { return DecimalNumber(isNegative: false, digits: [0], exponent: 0) }
        let zeros = digits.reversed().prefix { $0 == 0 }.count
        return DecimalNumber(isNegative: isNegative, digits: digits.dropLast(zeros), exponent: exponent + zeros)
    }

    /// The number as an integer; nil when it is none, or a very long one.
    var integer: PythonInteger? {
        let number = reduced
        guard number.exponent >= 0, number.exponent + number.digits.count <= Self.integerLimit else { return nil }
        let written = number.digits.map(String.init).joined() + String(repeating: "0", count: number.exponent)
        return PythonInteger((number.isNegative ? "-" : "") + written)
    }
}

extension DecimalNumber: Comparable {
    static func < (left: DecimalNumber, right: DecimalNumber) -> Bool {
        let (left, right) = (left.reduced, right.reduced)
        if left.isNegative != right.isNegative {
            return left.isNegative
        }
        return left.isNegative ? right.isBelow(left) : left.isBelow(right)
    }

    /// Compares without the signs; both are ``reduced``.
    private func isBelow(_ other: DecimalNumber) -> Bool {
        if isZero || other.isZero { return isZero && !other.isZero }
        let (place, otherPlace) = (exponent + digits.count, other.exponent + other.digits.count)
        return place == otherPlace ? digits.lexicographicallyPrecedes(other.digits) : place < otherPlace
    }
}
