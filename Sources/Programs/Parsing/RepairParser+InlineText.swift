/// Looks ahead at text inside of a string that looks like JSON itself.
extension RepairParser {
    /// Whether a fenced snippet behind a brace belongs to the string, and not to what is wrapped around the whole answer.
    mutating func fencedTextBelongs(to string: inout RepairString, fence: Int) -> Bool {
        var searchStart = fence + 3
        let content = commentEnd(from: searchStart)
        var containerFollows = false
        if text[content]?.closingBracket != nil, let end = inlineContainerEnd(from: content) {
            if nextMemberFollows(containerEnd: end) { return false }
            containerFollows = true
            searchStart = end
        }
        var quote = text.find(.one(string.closing), from: searchStart)
        while text[quote] == string.closing {
            if text[text.whitespaceEnd(from: quote + 1)].isEndOrOne(of: ",", "}", "]") {
                if containerFollows { string.expectsInlineContainer = true }
                return true
            }
            quote = text.find(.one(string.closing), from: quote + 1)
        }
        return false
    }

    private mutating func nextMemberFollows(containerEnd: Int) -> Bool {
        let next = text.whitespaceEnd(from: containerEnd)
        if text[next].isEndOrOne(of: "}") { return true }
        guard text[next] == "," else { return false }
        let member = commentEnd(from: next + 1)
        return text[member].isEndOrOne(of: "}") || memberStarts(at: member)
    }

    /// The offset behind the container at an offset; nil when it is not closed.
    mutating func inlineContainerEnd(from offset: Int) -> Int? {
        guard let first = text[offset]?.closingBracket else { return offset }
        var expected = [first]
        var place = offset + 1
        defer { text.spend(4 * (place - offset)) }
        while let character = text[place] {
            if character.isQuote {
                let closing: Unicode.Scalar = character == "\u{201C}" ? "\u{201D}" : character
                place = text.find(.one(closing), from: place + 1)
                guard text[place] == closing else { return nil }
            } else if let closing = character.closingBracket, startsNestedContainer(at: place) {
                expected.append(closing)
            } else if character == expected.last {
                expected.removeLast()
                if expected.isEmpty { return place + 1 }
            }
            place += 1
        }
        return nil
    }

    /// Whether a bracket inside of a container opens another one, and is not part of a text without quotes.
    private mutating func startsNestedContainer(at offset: Int) -> Bool {
        var before = offset - 1
        while before >= 0, text[before]?.isPythonSpace == true { before -= 1 }
        text.spend(offset - before)
        guard before >= 0, let previous = text[before] else { return true }
        if previous.closingBracket != nil { return true }
        guard previous == "," || previous == ":" else { return false }
        let next = text.whitespaceEnd(from: offset + 1)
        guard let character = text[next] else { return false }
        if text[offset] == "{" {
            return character == "}" || character.isQuote || (previous == ":" && isBareKey(at: next))
        }
        switch character {
        case "]", ")", "-", "[", "{", "(", "t", "f", "n": return true
        default: return character.isQuote || character.isPythonDigit
        }
    }

    /// Whether a key without quotes, and a colon, stand at an offset.
    mutating func isBareKey(at offset: Int) -> Bool {
        guard let first = text[offset], first.isPythonAlphanumeric || first == "_" else { return false }
        return text[bareKeyEnd(from: offset)] == ":"
    }

    /// Whether a key, with or without quotes, and a colon stand at an offset.
    mutating func memberStarts(at offset: Int) -> Bool {
        guard let first = text[offset], first.isQuote else { return isBareKey(at: offset) }
        let closing: Unicode.Scalar = first == "\u{201C}" ? "\u{201D}" : first
        let end = text.find(.one(closing), from: offset + 1)
        return text[end] == closing && text[text.whitespaceEnd(from: end + 1)] == ":"
    }

    /// The offset behind white space and comments.
    mutating func commentEnd(from offset: Int) -> Int {
        var place = text.whitespaceEnd(from: offset)
        defer { text.spend(place - offset) }
        while true {
            switch (text[place], text[place + 1]) {
            case ("#"?, _), ("/"?, "/"?):
                while let character = text[place], character != "\n", character != "\r" { place += 1 }
            case ("/"?, "*"?):
                place += 2
                while text[place] != nil, text[place] != "*" || text[place + 1] != "/" { place += 1 }
                guard text[place] != nil else { return place }
                place += 2
            default: return place
            }
            place = text.whitespaceEnd(from: place)
        }
    }
}
