public import Foundation
public import Marshalling

extension Decimal: PythonCodable {
    /// Writes a `decimal.Decimal`.
    public func encode(to encoder: inout WireEncoder) throws(WireError) {
        encoder.open(extended: "Decimal")
        try "\(self)".encode(to: &encoder)
    }

    /// Reads a `decimal.Decimal`, or an `int`, that this type holds exactly: of at most 38 digits, and no infinity.
    public init(from decoder: inout WireDecoder) throws(WireError) {
        let text: String
        if try decoder.take(extended: "Decimal") {
            text = try String(from: &decoder)
        } else {
            do throws(WireError) { text = "\(try Int128(from: &decoder))" } catch {
                if case .mismatch(let path, _, let found) = error {
                    throw .mismatch(path: path, expected: "Decimal", found: found)
                }
                throw error
            }
        }
        guard let number = Self.exactly(text) else {
            throw .mismatch(path: "", expected: "Decimal", found: "Decimal '\(text.prefix(60))'")
        }
        self = number
    }

    /// The number that Python writes so; nil when it would have to be rounded, or is none.
    static func exactly(_ text: String) -> Decimal? {
        if text == "NaN" { return .nan }
        let parts = text.split(separator: "E", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let exponent = parts.count == 1 ? 0 : Int(parts[1]) else { return nil }
        var digits = first.utf8.first == UInt8(ascii: "-") ? first.dropFirst() : first
        let isNegative = digits.count < first.count
        var scale = exponent
        if let point = digits.firstIndex(of: ".") {
            scale -= digits.distance(from: point, to: digits.endIndex) - 1
            digits.remove(at: point)
        }
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        digits = digits.drop { $0 == "0" }
        while digits.last == "0" {
            digits.removeLast()
            scale += 1
        }
        guard !digits.isEmpty else { return 0 }
        // Beyond 2¹²⁸ the mantissa has no room for the exponent to give way to.
        while scale > 127, digits.count < 39 {
            digits.append("0")
            scale -= 1
        }
        guard digits.count <= 39, (-128...127).contains(scale), let mantissa = UInt128(digits) else { return nil }
        // Exact: each sum has a place in the mantissa, as the whole has.
        let significand = (0..<8).reversed().reduce(into: Decimal(0)) { sum, word in
            sum = sum * 65536 + Decimal(UInt16(truncatingIfNeeded: mantissa >> (word * 16)))
        }
        return Decimal(sign: isNegative ? .minus : .plus, exponent: scale, significand: significand)
    }
}

extension Decimal: PythonDescribable {
    /// A number as text, which loses no digit.
    public static func describe(in schema: inout JSONSchema) -> PythonValue { ["type": "string", "format": "decimal"] }
}
