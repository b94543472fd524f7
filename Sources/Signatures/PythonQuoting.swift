/// Texts and bytes as Python's `repr` quotes them.
package enum PythonQuoting {
    /// A text in single quotes, or in double ones when it holds a single quote and no double one. What is invisible is
    /// escaped, so that one line stays one line.
    ///
    /// - Parameter preferred: the quote to use when both may be; Python prefers the single one.
    package static func quoted(_ text: String, quote preferred: Unicode.Scalar = "'") -> String {
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
    package static func quoted(_ bytes: [UInt8]) -> String {
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
