extension RepairParser {
    /// What to do about a character of a string.
    enum StringStep {
        /// It has no special meaning; look further.
        case goOn
        /// It was read.
        case taken
        /// The string ends before it.
        case end
    }

    /// Reads the content of a string up to its end, which is not read.
    mutating func scan(_ string: inout RepairString) throws(JSONRepairError) {
        while let character = text.current, character != string.closing || string.isInLowQuotePassage {
            try text.checkWork()
            switch before(character, in: &string) {
            case .end: return
            case .taken: continue
            case .goOn: break
            }
            take(character, into: &string)
            guard let next = text.current else { return }
            if string.endsInBackslash, takeEscape(next, into: &string) { continue }
            guard let next = text.current else { return }
            if next == ":", endsKeyBeforeColon(string) { return }
            guard !takeQuoteInPassage(next, into: &string), next == string.closing, !string.endsInBackslash else {
                continue
            }
            if afterQuote(in: &string) == .end { return }
        }
    }

    /// Adds the current character to the content.
    mutating func take(_ character: Unicode.Scalar, into string: inout RepairString) {
        string.append(character)
        text.index += 1
    }

    /// Decides about a character before it is read.
    private mutating func before(_ character: Unicode.Scalar, in string: inout RepairString) -> StringStep {
        if string.isUnquoted, endsUnquoted(character) { return .end }
        if takeLowQuote(character, into: &string) || takeInlineContainer(character, into: &string) { return .taken }
        let isMemberValue = context.current == .objectValue
        if character == ",", isMemberValue, !string.expectsInlineContainer, string.inlineContainers.isEmpty {
            return beforeComma(in: &string)
        }
        if takeInlineBracket(character, into: &string) { return .taken }
        switch character {
        case "}" where isMemberValue:
            return beforeBrace(in: &string)
        case "]" where context.contains(.array) && !string.ends(in: string.closing):
            return text[text.find(.one(string.closing), from: 0)] == nil ? .end : .goOn
        default:
            return .goOn
        }
    }

    private func endsUnquoted(_ character: Unicode.Scalar) -> Bool {
        switch context.current {
        case .objectKey: character == ":" || character.isPythonSpace
        case .array: character == "]" || character == ","
        default: false
        }
    }

    // MARK: Low quotes

    /// `„` opens a passage in which quotes belong to the text, up to `”` or `"`.
    private mutating func takeLowQuote(_ character: Unicode.Scalar, into string: inout RepairString) -> Bool {
        if character == "\u{201E}", !string.endsInBackslash {
            string.lowQuotePassages += 1
        } else if character == "\u{201D}", string.isInLowQuotePassage {
            string.lowQuotePassages -= 1
        } else {
            return false
        }
        take(character, into: &string)
        return true
    }

    /// Takes a quote that ends a passage after `„`, or stands in a regular expression's character class (`[^"]`).
    private mutating func takeQuoteInPassage(_ character: Unicode.Scalar, into string: inout RepairString) -> Bool {
        if string.isInLowQuotePassage, character == "\"" {
            string.lowQuotePassages -= 1
        } else if character != string.closing || context.current != .objectValue || !string.isInCharacterClass
            || text[text.find(.one("]"), from: 1)] != "]"
        {
            return false
        }
        take(character, into: &string)
        return true
    }

    // MARK: Containers that belong to the text

    /// Takes a balanced container whole: after a comma that announced it, or an object with a key without quotes.
    private mutating func takeInlineContainer(_ character: Unicode.Scalar, into string: inout RepairString) -> Bool {
        guard character.closingBracket != nil, !string.endsInBackslash else { return false }
        guard string.expectsInlineContainer || beginsInlineObject(character) else { return false }
        guard let end = inlineContainerEnd(from: 0) else { return false }
        string.expectsInlineContainer = false
        string.inlineContainers.removeAll()
        for character in text.slice(text.index..<text.index + end) { string.append(character) }
        text.index += end
        return true
    }

    private mutating func beginsInlineObject(_ character: Unicode.Scalar) -> Bool {
        guard character == "{", context.current == .objectValue, text[-1] != "\\" else { return false }
        return isBareKey(at: text.whitespaceEnd(from: 1))
    }

    /// Keeps count of the brackets of containers that were announced, but are not balanced; their closing brackets belong to the text.
    private mutating func takeInlineBracket(_ character: Unicode.Scalar, into string: inout RepairString) -> Bool {
        if character == "{" || character == "[" {
            if string.expectsInlineContainer {
                string.inlineContainers.append(character)
                string.expectsInlineContainer = false
                return false
            }
            if !string.inlineContainers.isEmpty { string.inlineContainers.append(character) }
        }
        guard let last = string.inlineContainers.last, character == "}" || character == "]",
            last.closingBracket == character
        else { return false }
        string.inlineContainers.removeLast()
        take(character, into: &string)
        return true
    }

    // MARK: Braces

    /// Decides whether a `}` in a member's value closes the object.
    private mutating func beforeBrace(in string: inout RepairString) -> StringStep {
        if !string.ends(in: string.closing) {
            if string.openBraces > 0 {
                take("}", into: &string)
                return .taken
            }
            if lacksQuoteBeforeBrace(&string) { return .end }
        }
        let next = text.whitespaceEnd(from: 1)
        if text.has("```", at: next) {
            guard fencedTextBelongs(to: &string, fence: next) else { return .end }
            take("}", into: &string)
            return .taken
        }
        return text[next] == nil ? .end : .goOn
    }

    /// Whether the quotes further on show that the one before this brace was left out.
    private mutating func lacksQuoteBeforeBrace(_ string: inout RepairString) -> Bool {
        let isEscape = text[1] == "\\"
        let quote = find(.one(string.closing), from: 1, in: &string)
        guard text[quote] != nil else {
            if text[text.find(.one(":"), from: 1)] != nil { return true }
            let next = text.whitespaceEnd(from: 1)
            return !isEscape && text.find(.one("}"), from: next) - next <= 1
        }
        let afterQuote = text.whitespaceEnd(from: quote + 1)
        if text[afterQuote].isEndOrOne(of: ",", "}") { return false }
        let nextOpening = text.find(.one(string.opening), from: afterQuote)
        guard text[nextOpening] != nil else { return false }
        return !isEscape && text[text.whitespaceEnd(from: nextOpening + 1)].isEndOrOne(of: ":")
    }

    // MARK: Keys

    /// Whether the colon that comes next shows that the key's closing quote was left out.
    private mutating func endsKeyBeforeColon(_ string: RepairString) -> Bool {
        guard !string.isUnquoted, context.current == .objectKey else { return false }
        let opening = text.find(.one(string.opening), from: 1)
        guard text[opening] != nil else { return true }
        let closing = text.find(.one(string.closing), from: opening + 1)
        guard text[closing] != nil else { return false }
        return text[text.whitespaceEnd(from: closing + 1)].isOne(of: ",", "}")
    }
}
