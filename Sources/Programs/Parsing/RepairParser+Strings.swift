internal import Marshalling

extension RepairParser {
    /// The string that begins here, in quotes or without; `true`, `false`, `null` and `none` without quotes are what they say, and a
    /// fenced block of JSON is its value.
    mutating func string() throws(JSONRepairError) -> PythonValue {
        if text.current.isOne(of: "#", "/") {
            skipComment()
            return ""
        }
        while let character = text.current, !character.isQuote, !character.isPythonAlphanumeric { text.index += 1 }
        guard let first = text.current else { return "" }
        if first == "\"", let simple = simpleString() { return simple }

        var string = Self.opened(by: first)
        if string.isUnquoted {
            if context.current != .objectKey, let word = literal() { return word }
        } else {
            text.index += 1
        }
        if text.current == "`", let block = try fencedBlock() { return block }
        if text.current == string.opening, let empty = afterSecondQuote(&string) { return empty }
        try scan(&string)
        return finished(&string)
    }

    private static func opened(by first: Unicode.Scalar) -> RepairString {
        switch first {
        case "'": RepairString(opening: "'", closing: "'")
        case "\u{201C}": RepairString(opening: "\u{201C}", closing: "\u{201D}")
        default: RepairString(isUnquoted: !first.isQuote)
        }
    }

    /// The string that begins here if it is as it should be: no escape, no line break, and behind it what belongs there.
    private mutating func simpleString() -> PythonValue? {
        var end = text.index + 1
        while end < text.count, text.scalars[end] != "\"" {
            guard text.scalars[end] != "\\", text.scalars[end] != "\n", text.scalars[end] != "\r" else { return nil }
            end += 1
        }
        text.spend(end - text.index)
        guard end < text.count else { return nil }
        let next = text[text.whitespaceEnd(from: end + 1 - text.index)]
        let isRegular =
            switch context.current {
            case .objectKey: next == ":"
            case .objectValue: next.isEndOrOne(of: ",", "}")
            case .array: next.isEndOrOne(of: ",", "]")
            case nil: next == nil
            }
        guard isRegular else { return nil }
        let content = text.slice(text.index + 1..<end)
        text.index = end + 1
        return PythonValue(codePoints: content.lazy.map(\.value))
    }

    /// The literal that stands here as a word of its own, in any case.
    private mutating func literal() -> PythonValue? {
        let literals: [(String, PythonValue)] = [
            ("true", .bool(true)), ("false", .bool(false)), ("null", .none), ("none", .none),
        ]
        for (word, value) in literals {
            let length = word.unicodeScalars.count
            let written = text.slice(text.index..<text.index + length)
            guard
                written.count == length,
                zip(written, word.unicodeScalars).allSatisfy({ $0 == $1 || ($0.isASCII && $0.value | 0x20 == $1.value) }),
                text[length]?.isPythonSpace ?? true || text[length].isOne(of: ",", ")", "]", "}")
            else { continue }
            text.index += length
            return value
        }
        return nil
    }

    /// The value inside of a fence marked `json` that begins here. One that holds `false` is passed over: json_repair takes it for none.
    private mutating func fencedBlock() throws(JSONRepairError) -> PythonValue? {
        guard text.has("```json") else { return nil }
        let end = text.find(.one("`"), from: 7)
        guard text.has("```", at: end) else { return nil }
        text.index += 7
        let value = try value()
        if case .bool(false) = value { return nil }
        return value
    }

    /// Decides what a second quote right behind the first one means.
    ///
    /// - Returns: the empty text if the string is over; nil if it goes on.
    private mutating func afterSecondQuote(_ string: inout RepairString) -> PythonValue? {
        let next = text[1]
        let isEmptyString =
            switch context.current {
            case .objectKey: next == ":"
            case .objectValue: next.isOne(of: ",", "}")
            case .array: next.isOne(of: ",", "]")
            case nil: false
            }
        if isEmptyString {
            text.index += 1
            return ""
        }
        if next == string.opening { return "" }
        let end = text.find(.one(string.closing), from: 1)
        if text[end + 1] == string.closing {
            string.hasDoubledQuotes = true
            text.index += 1
            return nil
        }
        if text[end] == string.closing, opensQuotedPassage(until: end, in: string) {
            string.append(string.opening)
            string.hasUnmatchedQuote = true
            text.index += 1
            return nil
        }
        let afterBlanks = text[text.whitespaceEnd(from: 1)]
        if afterBlanks.isQuote || afterBlanks.isOne(of: "{", "[") {
            text.index += 1
            return ""
        }
        if !afterBlanks.isOne(of: ",", "]", "}") { text.index += 1 }
        return nil
    }

    /// Whether the second quote begins a passage in quotes at the beginning of a member's value: `""Yes" was the answer"`.
    private mutating func opensQuotedPassage(until end: Int, in string: RepairString) -> Bool {
        let outer = text.find(.one(string.closing), from: end + 1)
        let afterOuter = text[text.whitespaceEnd(from: outer + 1)]
        return context.current == .objectValue && !text.hasOnlyWhitespace(until: end)
            && text[outer] == string.closing && afterOuter.isEndOrOne(of: ",", "}")
    }

    /// The value of a string whose end has been found.
    private mutating func finished(_ string: inout RepairString) -> PythonValue {
        let end = text.current
        if let end, string.isUnquoted, context.current == .objectKey, end.isPythonSpace {
            // A word that is no key, such as a remark that lacks its comment sign.
            text.skipWhitespace()
            guard text.current.isOne(of: ":", ",") else { return "" }
        }
        if end == string.closing { text.index += 1 }
        if end != string.closing || string.isUnquoted || string.ends(in: "\n") { string.trimEnd() }
        return PythonValue(codePoints: string.content)
    }
}
