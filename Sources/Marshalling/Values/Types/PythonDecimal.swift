/// A Python `decimal.Decimal`, as the text that Python writes: all digits, the exponent, signed zeros, infinities and NaNs are in it.
public struct PythonDecimal: PythonValueConvertible {
    /// As `str()` gives it: `0.10`, `-1E+3`, `Infinity`, `sNaN123`.
    public let text: String

    /// Takes a text that Python's `Decimal` takes; nil for any other.
    public init?(_ text: String) {
        guard Self.isDecimal(text) else { return nil }
        self.text = text
    }

    /// Reads a `Decimal`.
    public init?(_ value: PythonValue) {
        guard let text = value.payload(of: "Decimal")?.string else { return nil }
        self.init(text)
    }

    /// The `Decimal`.
    public var pythonValue: PythonValue { .extended(name: "Decimal", payload: .string(text)) }

    private static func isDecimal(_ text: String) -> Bool {
        var rest = text.lowercased().utf8[...]
        if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
        for name in ["inf", "infinity"] where rest.elementsEqual(name.utf8) { return true }
        for name in ["nan", "snan"] where rest.starts(with: name.utf8) {
            rest.removeFirst(name.utf8.count)
            return takeDigits(&rest) >= 0 && rest.isEmpty
        }
        var digits = takeDigits(&rest)
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            digits += takeDigits(&rest)
        }
        guard digits > 0 else { return false }
        guard rest.first == UInt8(ascii: "e") else { return rest.isEmpty }
        rest.removeFirst()
        if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
        return takeDigits(&rest) > 0 && rest.isEmpty
    }

    /// Drops the digits at the beginning, and counts them.
    private static func takeDigits(_ text: inout Substring.UTF8View) -> Int {
        let digits = text.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.count
        text.removeFirst(digits)
        return digits
    }
}

extension PythonDecimal: CustomStringConvertible {
    /// The text.
    public var description: String { text }
}
