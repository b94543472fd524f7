extension String {
    /// The text without the white space at its ends, as Rust's `trim` has it.
    var trimmingWhiteSpace: Substring { trimming(where: \.properties.isWhitespace) }

    /// The text without the white space at its ends, as Python's `strip` has it.
    var trimmingPythonSpace: Substring { trimming(where: \.isPythonSpace) }

    private func trimming(where isSpace: (Unicode.Scalar) -> Bool) -> Substring {
        let scalars = unicodeScalars
        guard let start = scalars.firstIndex(where: { !isSpace($0) }),
            let last = scalars.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return self[start..<scalars.index(after: last)]
    }

    /// The text for Python's readers of numbers: ASCII as it is, the decimal digits of all scripts as those of ASCII, other spaces as `" "`,
    /// anything else as `"?"`.
    var asciiDigits: [UInt8] {
        unicodeScalars.map { scalar in
            if scalar.isASCII { return UInt8(truncatingIfNeeded: scalar.value) }
            if scalar.isPythonSpace { return UInt8(ascii: " ") }
            let properties = scalar.properties
            guard properties.numericType == .decimal, let digit = properties.numericValue, scalar.isKnownToPython else {
                return UInt8(ascii: "?")
            }
            return .zero + UInt8(digit)
        }
    }
}

extension UInt8 {
    static let zero = UInt8(ascii: "0")
    static let plus = UInt8(ascii: "+")
    static let minus = UInt8(ascii: "-")
    static let point = UInt8(ascii: ".")
    static let underscore = UInt8(ascii: "_")

    /// Whether it is an ASCII digit.
    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}
