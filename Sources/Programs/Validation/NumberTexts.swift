internal import Marshalling

/// Integers written as text, as pydantic reads them: with spaces around, a sign, leading zeros, single underscores within, and `.0` behind.
enum IntegerText {
    /// As many digits as Python turns into an `int`.
    private static let digitLimit = 4_300

    static func value(of text: String) -> PythonInteger? {
        if let number = Int(text) { return PythonInteger(number) }
        return cleaned(text).flatMap(plain)
    }

    /// A number as JSON has it: a minus at most, no zero before other digits.
    private static func plain(_ text: [UInt8]) -> PythonInteger? {
        let digits = text.dropFirst(text.first == .minus ? 1 : 0)
        guard !digits.isEmpty, digits.count <= digitLimit, digits.allSatisfy(\.isDigit),
            digits.count == 1 || digits.first != .zero
        else { return nil }
        return PythonInteger(String(decoding: text, as: UTF8.self))
    }

    /// The text without what JSON does not have.
    private static func cleaned(_ text: String) -> [UInt8]? {
        var rest = text.trimmingWhiteSpace.utf8[...]
        if rest.first == .plus {
            rest.removeFirst()
            if rest.first == .minus { return nil }
        }
        let isNegative = rest.first == .minus
        if isNegative {
            rest.removeFirst()
            if rest.first == .minus || rest.first == .plus { return nil }
        }
        guard var digits = withoutLeadingZeros(Array(rest)) else { return nil }
        if let point = digits.firstIndex(of: .point), point + 1 < digits.count,
            digits[(point + 1)...].allSatisfy({ $0 == .zero })
        {
            digits.removeSubrange(point...)
        }
        digits = UnderscoredText.stripped(digits) ?? digits
        return isNegative ? [.minus] + digits : digits
    }

    /// Drops zeros, and underscores among them, but for the one before a point, and one if there is nothing else. What follows may be a
    /// minus again: pydantic reads `0-5` as -5.
    private static func withoutLeadingZeros(_ text: [UInt8]) -> [UInt8]? {
        guard let first = text.first else { return nil }
        guard first == .zero else { return first.isDigit || first == .minus ? text : nil }
        for index in text.indices.dropFirst() {
            switch text[index] {
            case .zero, .underscore: continue
            case .point: return Array(text[(index - 1)...])
            case let byte where byte.isDigit || byte == .minus: return Array(text[index...])
            default: return nil
            }
        }
        return text.suffix(1)
    }
}

/// Floats written as text, as pydantic reads them (Rust's `f64`, or with underscores within).
enum FloatText {
    static func value(of text: String) -> Double? {
        if let number = plain(Array(text.trimmingWhiteSpace.utf8)) { return number }
        // As in pydantic, no space may stand around a number with underscores.
        return UnderscoredText.stripped(Array(text.utf8)).flatMap(plain)
    }

    /// A number as Rust and Python write it in ASCII; no hexadecimal digits, which Swift would read.
    static func plain(_ text: [UInt8]) -> Double? {
        var rest = text[...]
        guard let number = takePrefix(&rest), rest.isEmpty else { return nil }
        return number
    }

    /// Reads the longest number that a text begins with.
    static func takePrefix(_ text: inout ArraySlice<UInt8>) -> Double? {
        var rest = text
        let isNegative = rest.first == .minus
        if rest.first == .plus || rest.first == .minus { rest.removeFirst() }
        for (name, number) in [("infinity", Double.infinity), ("inf", .infinity), ("nan", .nan)]
        where startsWith(rest, name) {
            text = rest.dropFirst(name.utf8.count)
            return isNegative ? -number : number
        }
        guard dropNumber(&rest) else { return nil }
        defer { text = rest }
        return Double(String(decoding: text[..<rest.startIndex], as: UTF8.self))
    }

    /// Drops digits with or without a point, and an exponent if there is a whole one.
    private static func dropNumber(_ text: inout ArraySlice<UInt8>) -> Bool {
        var digits = dropDigits(&text)
        if text.first == .point {
            let fraction = text.dropFirst().prefix(while: \.isDigit).count
            if digits + fraction > 0 { text.removeFirst(1 + fraction) }
            digits += fraction
        }
        guard digits > 0 else { return false }
        var exponent = text
        if let letter = exponent.first, letter | 0x20 == UInt8(ascii: "e") {
            exponent.removeFirst()
            if exponent.first == .plus || exponent.first == .minus { exponent.removeFirst() }
            if dropDigits(&exponent) > 0 { text = exponent }
        }
        return true
    }

    private static func startsWith(_ text: ArraySlice<UInt8>, _ name: String) -> Bool {
        text.count >= name.utf8.count && zip(text, name.utf8).allSatisfy { $0 | 0x20 == $1 }
    }

    private static func dropDigits(_ text: inout ArraySlice<UInt8>) -> Int {
        let digits = text.prefix(while: \.isDigit).count
        text.removeFirst(digits)
        return digits
    }
}

/// Underscores in numbers.
enum UnderscoredText {
    /// The text without its underscores; nil when there are none, two stand together, or one stands at an end.
    static func stripped(_ text: [UInt8]) -> [UInt8]? {
        guard text.contains(.underscore), text.first != .underscore, text.last != .underscore,
            !zip(text, text.dropFirst()).contains(where: { $0 == .underscore && $1 == .underscore })
        else { return nil }
        return text.filter { $0 != .underscore }
    }

    /// The text without its underscores; nil when one does not stand between two digits, as Python demands.
    static func betweenDigits(_ text: [UInt8]) -> [UInt8]? {
        for (index, byte) in text.enumerated() where byte == .underscore {
            guard index > 0, index + 1 < text.count, text[index - 1].isDigit, text[index + 1].isDigit else {
                return nil
            }
        }
        return text.filter { $0 != .underscore }
    }
}
