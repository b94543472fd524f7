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
