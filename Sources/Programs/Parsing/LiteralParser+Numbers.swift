internal import Marshalling

extension LiteralParser {
    /// The number that begins here with a digit or a point.
    mutating func number() throws(NoLiteral) -> PythonValue {
        if current == "0", index + 1 < scalars.count {
            switch scalars[index + 1] {
            case "x", "X": return try integer(bitsPerDigit: 4)
            case "o", "O": return try integer(bitsPerDigit: 3)
            case "b", "B": return try integer(bitsPerDigit: 1)
            default: break
            }
        }
        let whole = current == "." ? "" : try digits()
        var text = whole
        var isInteger = true
        if current == "." {
            index += 1
            isInteger = false
            // A point alone is no number.
            text += "." + (current?.isASCIIDigit == true || whole.isEmpty ? try digits() : "")
        }
        if let exponent = current, exponent == "e" || exponent == "E" {
            index += 1
            isInteger = false
            text += "e"
            if let sign = current, sign == "+" || sign == "-" {
                index += 1
                text.unicodeScalars.append(sign)
            }
            text += try digits()
        }
        if let suffix = current, suffix == "j" || suffix == "J" {
            index += 1
            try endNumber()
            guard let imaginary = Double(text) else { throw NoLiteral() }
            return .complex(PythonComplex(real: 0, imaginary: imaginary))
        }
        try endNumber()
        guard isInteger else {
            guard let value = Double(text) else { throw NoLiteral() }
            return .float(value)
        }
        // A leading zero is only allowed before more zeros.
        guard text.utf8.first != UInt8(ascii: "0") || text.utf8.allSatisfy({ $0 == UInt8(ascii: "0") }),
            text.utf8.count <= JSONError.digitLimit, let value = PythonInteger(text)
        else { throw NoLiteral() }
        return PythonValue(value)
    }

    /// Decimal digits, one at least; underscores between them are left out.
    private mutating func digits() throws(NoLiteral) -> String {
        var digits = ""
        while true {
            guard let first = current, first.isASCIIDigit else { throw NoLiteral() }
            while let digit = current, digit.isASCIIDigit {
                digits.unicodeScalars.append(digit)
                index += 1
            }
            guard current == "_" else { return digits }
            index += 1
        }
    }

    /// An integer in base 16, 8 or 2, of any size.
    private mutating func integer(bitsPerDigit: Int) throws(NoLiteral) -> PythonValue {
        index += 2
        var digits: [UInt8] = []
        while true {
            if current == "_" { index += 1 }
            guard let digit = currentDigit(below: 1 << bitsPerDigit) else { break }
            digits.append(digit)
            index += 1
        }
        guard !digits.isEmpty, scalars[index - 1] != "_" else { throw NoLiteral() }
        try endNumber()
        var bytes: [UInt8] = []
        var (bits, count) = (0 as UInt32, 0)
        for digit in digits.reversed() {
            bits |= UInt32(digit) << UInt32(count)
            count += bitsPerDigit
            if count >= 8 {
                bytes.append(UInt8(truncatingIfNeeded: bits))
                bits >>= 8
                count -= 8
            }
        }
        return PythonValue(PythonInteger(littleEndianBytes: bytes + [UInt8(truncatingIfNeeded: bits), 0]))
    }

    private func currentDigit(below base: Int) -> UInt8? {
        guard let character = current, character.isASCIIHexDigit,
            let digit = UInt8(String(character), radix: 16), Int(digit) < base
        else { return nil }
        return digit
    }

    /// A number and a word must not run into each other.
    private func endNumber() throws(NoLiteral) {
        guard let next = current else { return }
        guard next.isASCII, !next.isPythonAlphanumeric, next != "_" else { throw NoLiteral() }
    }
}

extension PythonValue {
    /// The number with the other sign.
    var negatedNumber: PythonValue {
        switch self {
        case .int(let value): PythonValue(PythonInteger(value).negated)
        case .bigInt(let value): PythonValue(value.negated)
        case .float(let value): .float(-value)
        case .complex(let value): .complex(PythonComplex(real: -value.real, imaginary: -value.imaginary))
        default: self
        }
    }

    /// This `int` or `float` plus or minus a complex number; nil for another kind of value, and where Python's `int` is too large for it.
    func adding(_ right: PythonComplex, negated: Bool) -> PythonComplex? {
        let left: Double
        switch self {
        case .int(let value): left = Double(value)
        case .bigInt(let value):
            // More bytes than the largest Double has.
            guard value.littleEndianBytes.count <= 129, let double = Double(value.description), double.isFinite else {
                return nil
            }
            left = double
        case .float(let value): left = value
        default: return nil
        }
        return negated
            ? PythonComplex(real: left - right.real, imaginary: 0 - right.imaginary)
            : PythonComplex(real: left + right.real, imaginary: 0 + right.imaginary)
    }
}
