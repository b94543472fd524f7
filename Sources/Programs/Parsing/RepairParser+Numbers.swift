internal import Marshalling

extension RepairParser {
    /// The number that begins here; as text where it is none after all (`1,000`, `1/2`, `2024-05-01`), or the string that begins here
    /// when a letter follows.
    mutating func number() throws(JSONRepairError) -> PythonValue {
        let start = text.index
        let isElement = context.current == .array
        var written = ""
        while let character = text.current, belongsToNumber(character, after: written), !isElement || character != "," {
            if character != "_" { written.unicodeScalars.append(character) }
            text.index += 1
        }
        text.spend(text.index - start)
        if let next = text.current, next.isPythonAlpha {
            text.index = start
            return try string()
        }
        if let last = written.unicodeScalars.last, "+-eE/,".unicodeScalars.contains(last) {
            written.unicodeScalars.removeLast()
            text.index -= 1
        }
        return Self.number(written) ?? .string(written)
    }

    private func belongsToNumber(_ character: Unicode.Scalar, after written: String) -> Bool {
        switch character {
        case "0"..."9", "-", ".", "e", "E", "/", ",", "_": true
        case "+": written.utf8.last == UInt8(ascii: "e") || written.utf8.last == UInt8(ascii: "E")
        default: false
        }
    }

    /// What Python's `int(text)` or `float(text)` gives; nil where it raises.
    private static func number(_ text: String) -> PythonValue? {
        var rest = text.utf8[...]
        if rest.first == UInt8(ascii: "-") { rest.removeFirst() }
        let whole = takeDigits(&rest)
        if rest.isEmpty {
            guard whole > 0, whole <= JSONError.digitLimit else { return nil }
            return PythonInteger(text).map { PythonValue($0) }
        }
        var fraction = 0
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            fraction = takeDigits(&rest)
        }
        guard whole + fraction > 0 else { return nil }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest.removeFirst()
            if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
            guard takeDigits(&rest) > 0 else { return nil }
        }
        guard rest.isEmpty else { return nil }
        return Double(text).map { .float($0) }
    }

    private static func takeDigits(_ text: inout Substring.UTF8View) -> Int {
        let digits = text.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        text = text[digits.endIndex...]
        return digits.count
    }
}
