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
