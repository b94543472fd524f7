extension RepairParser {
    private enum CommaMeaning {
        /// A container follows that belongs to the text.
        case container
        /// The next member follows: the closing quote was left out.
        case member
        case text
        /// As `text`, and no quote and no bracket follows at all.
        case textToTheEnd
    }

    /// Decides about a comma in a member's value.
    mutating func beforeComma(in string: inout RepairString) -> StringStep {
        if !string.hasNoFutureDelimiter {
            switch meaningOfComma(in: &string) {
            case .member: return .end
            case .container: string.expectsInlineContainer = true
            case .textToTheEnd: string.hasNoFutureDelimiter = true
            case .text: break
            }
        }
        take(",", into: &string)
        return .taken
    }

    private mutating func meaningOfComma(in string: inout RepairString) -> CommaMeaning {
        let next = text.whitespaceEnd(from: 1)
        guard let character = text[next], character != "}" else { return .member }
        if character.isQuote { return isKeyEnd(at: text.find(.one(character), from: next + 1)) ? .member : .text }
        if character == "`" { return text[bareKeyEnd(from: next + 1)] == ":" ? .member : .text }
        if character.isPythonAlphanumeric || character == "_" {
            let colon = bareKeyEnd(from: next)
            if text[colon] == ":", hasRecoverableValue(at: colon + 1, in: &string) { return .member }
        }
        if character == "{" || character == "[" { return .container }
        let delimiter = find(.quoteOrOpening, from: next, in: &string)
        guard let quote = text[delimiter] else { return .textToTheEnd }
        guard quote.isQuote else { return .text }
        return isKeyEnd(at: find(.one(quote), from: delimiter + 1, in: &string)) ? .member : .text
    }

    /// Whether a quote at an offset ends a key.
    private mutating func isKeyEnd(at offset: Int) -> Bool {
        text[offset] != nil && text[text.whitespaceEnd(from: offset + 1)] == ":"
    }

    /// The offset of what comes after a key without quotes, and after white space behind it.
    mutating func bareKeyEnd(from offset: Int) -> Int {
        var end = offset
        while let character = text[end], character.isPythonAlphanumeric || character == "_" || character == "-" {
            end += 1
        }
        text.spend(end - offset)
        return text.whitespaceEnd(from: end)
    }

    /// Whether what follows a key without quotes can be told from prose (`, note: explanation`).
    private mutating func hasRecoverableValue(at offset: Int, in string: inout RepairString) -> Bool {
        let start = text.whitespaceEnd(from: offset)
        if let first = text[start] {
            if first.isQuote || first == "{" || first == "[" || first == "-" || first.isPythonDigit { return true }
        }
        for word in ["true", "false", "null"] where text.has(word, at: start) {
            let end = text[start + word.unicodeScalars.count]
            if end.isEndOrOne(of: ",", "}", "]") || end?.isPythonSpace == true { return true }
        }
        return text[find(.quoteOrClosingBrace, from: start, in: &string)] == "}"
    }

    /// Looks ahead for a target, but from within the way to what was found before takes that. That may be another place than
    /// ``RepairText/find(_:from:)`` would find, where a backslash stands before the start.
    mutating func find(_ target: SearchTarget, from offset: Int, in string: inout RepairString) -> Int {
        let start = text.index + offset
        if let known = string.lookAheads[target] {
            if let match = known.match {
                if (known.start...match).contains(start) { return match - text.index }
            } else if start >= known.start {
                return text.count - text.index
            }
        }
        let found = text.find(target, from: offset)
        let match = text.index + found
        if text[found] == nil {
            string.lookAheads[target] = (start, nil)
        } else if match == 0 || text.scalars[match - 1] != "\\" {
            string.lookAheads[target] = (start, match)
        }
        return found
    }
}
