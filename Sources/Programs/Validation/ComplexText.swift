internal import Marshalling

/// Complex numbers written as text, as Python's `complex()` reads them: `1+2j`, `(1+2j)`, `-j`, `nan+infj`.
enum ComplexText {
    static func value(of text: String) -> PythonComplex? {
        guard let plain = UnderscoredText.betweenDigits(text.asciiDigits) else { return nil }
        var rest = plain[...]
        dropSpaces(&rest)
        let isBracketed = rest.first == UInt8(ascii: "(")
        if isBracketed {
            rest.removeFirst()
            dropSpaces(&rest)
        }
        guard let number = takeNumber(&rest) else { return nil }
        dropSpaces(&rest)
        if isBracketed {
            guard rest.first == UInt8(ascii: ")") else { return nil }
            rest.removeFirst()
            dropSpaces(&rest)
        }
        return rest.isEmpty ? number : nil
    }

    private static func takeNumber(_ text: inout ArraySlice<UInt8>) -> PythonComplex? {
        guard let first = FloatText.takePrefix(&text) else {
            return takeUnit(&text).map { PythonComplex(real: 0, imaginary: $0) }
        }
        if takeLetter(&text) { return PythonComplex(real: 0, imaginary: first) }
        guard text.first == .plus || text.first == .minus else { return PythonComplex(real: first, imaginary: 0) }
        if let second = FloatText.takePrefix(&text) {
            return takeLetter(&text) ? PythonComplex(real: first, imaginary: second) : nil
        }
        return takeUnit(&text).map { PythonComplex(real: first, imaginary: $0) }
    }

    /// Reads `j`, `+j` or `-j`.
    private static func takeUnit(_ text: inout ArraySlice<UInt8>) -> Double? {
        let sign: Double = text.first == .minus ? -1 : 1
        if text.first == .plus || text.first == .minus { text.removeFirst() }
        return takeLetter(&text) ? sign : nil
    }

    private static func takeLetter(_ text: inout ArraySlice<UInt8>) -> Bool {
        guard let letter = text.first, letter | 0x20 == UInt8(ascii: "j") else { return false }
        text.removeFirst()
        return true
    }

    private static func dropSpaces(_ text: inout ArraySlice<UInt8>) {
        // The white space of C, which lacks four separators that Python's `strip` has.
        text = text.drop { $0 == UInt8(ascii: " ") || (0x09...0x0D).contains($0) }
    }
}
