internal import Marshalling
internal import Signatures

extension Validator {
    /// A `str`: a text, or bytes of UTF-8. Numbers are no texts.
    mutating func text(_ value: PythonValue, at path: String) -> String? {
        switch value {
        case .string(let text):
            lower(to: .exact)
            return text
        case .bytes(let bytes), .bytearray(let bytes):
            if let text = String(validating: bytes, as: UTF8.self) {
                lower(to: .lax)
                return text
            }
        default: break
        }
        _ = fail(value, as: .str, at: path)
        return nil
    }

    /// An `int`: any whole number, however it is written.
    mutating func integer(_ value: PythonValue, at path: String) -> PythonValue? {
        let found: PythonInteger?
        switch value {
        case .int, .bigInt: return take(value, .exact)
        case .bool(let flag): found = PythonInteger(flag ? 1 : 0)
        case .float(let number): found = Self.whole(number).map { PythonInteger($0) }
        case .string, .bytes: found = value.readableText.flatMap(IntegerText.value)
        case .extended:
            if let decimal = DecimalNumber(value) {
                found = decimal.integer
            } else {
                found = PythonFraction(value).flatMap { $0.denominator.int == 1 ? $0.numerator : nil }
            }
        default: found = nil
        }
        guard let found else { return fail(value, as: .int, at: path) }
        return take(PythonValue(found), .lax)
    }

    /// The whole number that a float is; pydantic takes none that does not fit 64 bits, nor the least that does.
    private static func whole(_ number: Double) -> Int? {
        guard let whole = Int(exactly: number), whole != .min else { return nil }
        return whole
    }

    /// A `float`: any real number, however it is written.
    mutating func float(_ value: PythonValue, at path: String) -> PythonValue? {
        switch value {
        case .float: return take(value, .exact)
        case .string, .bytes:
            if let number = value.readableText.flatMap(FloatText.value) { return take(.float(number), .lax) }
        case .bool(let flag): return take(.float(flag ? 1 : 0), .lax)
        default: if let number = value.asFloat { return take(.float(number), .strict) }
        }
        return fail(value, as: .float, at: path)
    }

    /// A `bool`: also 0 and 1, and the words that mean the one or the other.
    mutating func bool(_ value: PythonValue, at path: String) -> PythonValue? {
        if case .bool = value { return take(value, .exact) }
        let found: Bool? =
            switch value {
            case .string, .bytes: value.readableText.flatMap { Self.words[$0.lowercasedASCII] }
            case .bigInt: nil
            default: value.asFloat.flatMap { $0 == 0 ? false : $0 == 1 ? true : nil }
            }
        guard let found else { return fail(value, as: .bool, at: path) }
        return take(.bool(found), .lax)
    }

    private static let words: [String: Bool] = [
        "0": false, "f": false, "n": false, "no": false, "off": false, "false": false,
        "1": true, "t": true, "y": true, "yes": true, "on": true, "true": true,
    ]

    /// `bytes`: also the UTF-8 of a text.
    mutating func bytes(_ value: PythonValue, at path: String) -> PythonValue? {
        switch value {
        case .bytes: take(value, .exact)
        case .bytearray(let bytes): take(.bytes(bytes), .lax)
        case .string(let text): take(.bytes(Array(text.utf8)), .lax)
        default: fail(value, as: .bytes, at: path)
        }
    }

    /// A `complex`: any number, or a text that Python's `complex()` takes.
    mutating func complex(_ value: PythonValue, at path: String) -> PythonValue? {
        switch value {
        case .complex: return take(value, .strict)
        case .string(let text):
            if let number = ComplexText.value(of: text) { return take(.complex(number), .lax) }
        default:
            if let number = value.asFloat { return take(.complex(PythonComplex(real: number, imaginary: 0)), .lax) }
        }
        return fail(value, as: .complex, at: path)
    }
}

extension PythonValue {
    /// The text of a `str`, or of `bytes` that are UTF-8.
    var readableText: String? {
        switch self {
        case .string(let text): text
        case .bytes(let bytes): String(validating: bytes, as: UTF8.self)
        default: nil
        }
    }

    /// What Python's `float()` makes of a number of any kind; nil for what is none, and for an `int` that no float comes near.
    var asFloat: Double? {
        switch self {
        case .float(let number): number
        case .bool(let flag): flag ? 1 : 0
        case .int(let number): Double(number)
        case .bigInt(let number): Double(number.description).flatMap { $0.isFinite ? $0 : nil }
        case .extended:
            if let decimal = PythonDecimal(self) {
                Double(decimal.text)
            } else if let fraction = PythonFraction(self) {
                PythonValue(fraction.numerator).asFloat.flatMap { numerator in
                    PythonValue(fraction.denominator).asFloat.map { numerator / $0 }
                }
            } else {
                Optional<Double>.none
            }
        default: Optional<Double>.none
        }
    }
}

extension String {
    /// The text with its ASCII letters in lower case, and all others as they are.
    var lowercasedASCII: String {
        String(
            decoding: utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 },
            as: UTF8.self)
    }
}
