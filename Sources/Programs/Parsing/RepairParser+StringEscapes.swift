extension RepairParser {
    /// Reads the escape whose backslash is the content's last character, if it is one; `\f` and unknown ones stay as they are.
    mutating func takeEscape(_ character: Unicode.Scalar, into string: inout RepairString) -> Bool {
        if character == "\"", string.isInLowQuotePassage {
            string.replaceBackslash(with: character)
            string.lowQuotePassages -= 1
            text.index += 1
            return true
        }
        if character == "\\", takePairs(into: &string) { return true }
        if let meaning = Self.meaning(ofEscape: character) ?? (character == string.innermostClosing ? character : nil) {
            string.replaceBackslash(with: meaning)
            text.index += 1
            // A backslash that came of an escape makes one with what follows.
            while let next = text.current, string.endsInBackslash, next == "\\" || next == string.innermostClosing {
                string.replaceBackslash(with: next)
                text.index += 1
            }
            return true
        }
        if character == "u" || character == "x" { return takeHexEscape(digits: character == "u" ? 4 : 2, into: &string) }
        guard character == "\u{201E}" || character.isQuote else { return false }
        string.replaceBackslash(with: character)
        text.index += 1
        return true
    }

    private static func meaning(ofEscape character: Unicode.Scalar) -> Unicode.Scalar? {
        switch character {
        case "t": "\t"
        case "n": "\n"
        case "r": "\r"
        case "b": "\u{8}"
        case "\\": "\\"
        default: nil
        }
    }

    /// Reads a run of pairs of backslashes, unless it stands before a quote that belongs to the text.
    private mutating func takePairs(into string: inout RepairString) -> Bool {
        var end = 1
        while text[end] == "\\" { end += 1 }
        text.spend(end)
        guard (end + 1).isMultiple(of: 2) else { return false }
        if text[end] == string.innermostClosing {
            let afterQuote = text[text.whitespaceEnd(from: end + 1)]
            guard afterQuote.isEndOrOne(of: ",", ":", "}", "]") else { return false }
        }
        // The run begins with the backslash that is already there.
        for _ in 1..<(end + 1) / 2 { string.append("\\") }
        text.index += end
        return true
    }

    private mutating func takeHexEscape(digits count: Int, into string: inout RepairString) -> Bool {
        let digits = text.slice(text.index + 1..<text.index + 1 + count)
        guard digits.count == count, digits.allSatisfy(\.isASCIIHexDigit) else { return false }
        guard let point = UInt32(String(String.UnicodeScalarView(digits)), radix: 16) else { return false }
        string.replaceBackslash(withCodePoint: point)
        text.index += 1 + count
        return true
    }
}
