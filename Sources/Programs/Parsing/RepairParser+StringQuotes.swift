extension RepairParser {
    /// Decides about a closing quote behind content: it ends the string, or belongs to the text.
    ///
    /// - Returns: `goOn` when the quote ends the string as it should.
    mutating func afterQuote(in string: inout RepairString) -> StringStep {
        if string.hasDoubledQuotes, text[1] == string.closing {
            text.index += 1
            return .taken
        }
        if string.isUnquoted, context.current == .objectValue { return afterQuoteOfUnquoted(string) }
        if string.hasUnmatchedQuote {
            string.hasUnmatchedQuote = false
            take(string.closing, into: &string)
            return .taken
        }
        let stop = nextStop(string)
        if text[stop] == ",", context.current == .objectValue {
            let quote = text.find(.one(string.closing), from: stop + 1)
            guard text[text.whitespaceEnd(from: quote + 1)].isOne(of: "}", ",") else { return .goOn }
            take(string.closing, into: &string)
            return .taken
        }
        guard text[stop] == string.closing, text[stop - 1] != "\\" else { return .goOn }
        return beforeQuote(at: stop, in: &string)
    }

    /// A quote in a value without quotes may be that of the next key.
    private mutating func afterQuoteOfUnquoted(_ string: RepairString) -> StringStep {
        var next = 1
        while let character = text[next], character != string.closing, character != string.opening { next += 1 }
        text.spend(next)
        guard text[next] != nil, text[text.whitespaceEnd(from: next + 1)] == ":" else { return .goOn }
        text.index -= 1
        return .end
    }

    /// The offset of the next quote, or of what would end a string in this context.
    private mutating func nextStop(_ string: RepairString) -> Int {
        let inKey = context.contains(.objectKey)
        let inValue = context.contains(.objectValue)
        let inArray = context.contains(.array)
        var endsAtComma = context.current == .objectValue
        var stop = 1
        while let character = text[stop], character != string.closing, character != string.opening {
            if endsAtComma, character.isPythonAlpha { endsAtComma = false }
            switch character {
            case ":" where inKey, "}" where inKey || inValue, "]" where inArray, "," where inArray || endsAtComma:
                text.spend(stop)
                return stop
            default: stop += 1
            }
        }
        text.spend(stop)
        return stop
    }

    /// Decides about a quote that another quote follows before anything that would end the string.
    private mutating func beforeQuote(at next: Int, in string: inout RepairString) -> StringStep {
        let inValue = context.current == .objectValue
        let memberFollows = inValue && quotedMemberFollows(quote: next)
        if !memberFollows, text.hasOnlyWhitespace(until: next) { return .end }
        switch context.current {
        case .objectValue:
            guard !memberFollows else { break }
            guard !colonFollows(quote: next, in: string) else { return .goOn }
            string.hasUnmatchedQuote.toggle()
        case .array:
            guard quotesComeInPairs(from: next, in: string) else { return .end }
            string.hasUnmatchedQuote.toggle()
        case .objectKey: break
        case nil: return .goOn
        }
        take(string.closing, into: &string)
        return .taken
    }

    /// Whether a colon is the first of the signs that structure an object behind the quote after this one.
    private mutating func colonFollows(quote: Int, in string: RepairString) -> Bool {
        var place = text.find(.one(string.closing), from: quote + 1) + 1
        let start = place
        defer { text.spend(place - start) }
        while let character = text[place] {
            if character == ":" { return true }
            if character == "," || character == "]" || character == "}" { return false }
            if character == string.closing, text[place - 1] != "\\" { return false }
            place += 1
        }
        return false
    }

    /// Whether each quote has a second one before the array's end.
    private mutating func quotesComeInPairs(from quote: Int, in string: RepairString) -> Bool {
        var place = quote
        while text[place] == string.closing {
            place = text.find(.oneOrClosingBracket(string.closing), from: place + 1)
            guard text[place] == string.closing else { return false }
            place = text.find(.oneOrClosingBracket(string.closing), from: place + 1)
        }
        return true
    }

    /// Whether a comma and a member follow a quote.
    private mutating func quotedMemberFollows(quote: Int) -> Bool {
        let comma = text.whitespaceEnd(from: quote + 1)
        guard text[comma] == "," else { return false }
        return memberStarts(at: commentEnd(from: comma + 1))
    }
}
