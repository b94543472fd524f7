/// Constants as Python's `repr` writes them.
enum PythonText {
    /// A text in single quotes, or in double ones when it holds a single quote and no double one. What is invisible is
    /// escaped, so that one line stays one line.
    ///
    /// - Parameter preferred: the quote to use when both may be; Python prefers the single one.
    static func repr(_ text: String, quote preferred: Unicode.Scalar = "'") -> String {
        let other: Unicode.Scalar = preferred == "'" ? "\"" : "'"
        let scalars = text.unicodeScalars
        let quote = scalars.contains(preferred) && !scalars.contains(other) ? other : preferred
        var result = String(quote)
        for scalar in text.unicodeScalars {
            switch scalar {
            case quote, "\\": result += "\\\(scalar)"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.isInvisible: result += escape(scalar)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + String(quote)
    }

    /// Bytes as `b'…'`.
    static func repr(_ bytes: [UInt8]) -> String {
        let quote: UInt8 = bytes.contains(UInt8(ascii: "'")) && !bytes.contains(UInt8(ascii: "\"")) ? 0x22 : 0x27
        var result = "b" + String(Unicode.Scalar(quote))
        for byte in bytes {
            switch byte {
            case quote, UInt8(ascii: "\\"): result += "\\" + String(Unicode.Scalar(byte))
            case UInt8(ascii: "\n"): result += "\\n"
            case UInt8(ascii: "\r"): result += "\\r"
            case UInt8(ascii: "\t"): result += "\\t"
            case 0x20...0x7E: result.unicodeScalars.append(Unicode.Scalar(byte))
            default: result += "\\x" + hex(UInt32(byte), digits: 2)
            }
        }
        return result + String(Unicode.Scalar(quote))
    }

    /// A float with the fewest digits that read back to it: Swift finds the same digits as Python, but has an exponent for other
    /// numbers.
    static func repr(_ number: Double) -> String {
        guard number.isFinite else { return number.isNaN ? "nan" : number < 0 ? "-inf" : "inf" }
        let sign = number.sign == .minus ? "-" : ""
        let written = "\(number.magnitude)"
        let parts = written.split(separator: "e")
        var digits = parts[0].split(separator: ".").joined()
        let whole = parts[0].prefix { $0 != "." }.count
        let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        var point = whole + exponent
        while digits.hasPrefix("0"), digits.count > 1 {
            digits.removeFirst()
            point -= 1
        }
        while digits.hasSuffix("0"), digits.count > 1 { digits.removeLast() }
        if digits == "0" { return sign + "0.0" }
        // As Python's `repr`: an exponent below 1e-4 and from 1e16 on.
        if point > 16 || point < -3 {
            let first = digits.removeFirst()
            let shown = abs(point - 1)
            let mantissa = digits.isEmpty ? String(first) : "\(first).\(digits)"
            return "\(sign)\(mantissa)e\(point > 0 ? "+" : "-")\(shown < 10 ? "0" : "")\(shown)"
        }
        if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + digits }
        if digits.count <= point { return sign + digits + String(repeating: "0", count: point - digits.count) + ".0" }
        return sign + digits.prefix(point) + "." + digits.dropFirst(point)
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        switch scalar.value {
        case ...0xFF: "\\x" + hex(scalar.value, digits: 2)
        case ...0xFFFF: "\\u" + hex(scalar.value, digits: 4)
        default: "\\U" + hex(scalar.value, digits: 8)
        }
    }

    private static func hex(_ value: UInt32, digits: Int) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }
}

extension Unicode.Scalar {
    /// Whether Python's `repr` escapes it.
    var isInvisible: Bool {
        switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: true
        case .spaceSeparator: self != " "
        default: false
        }
    }
}
