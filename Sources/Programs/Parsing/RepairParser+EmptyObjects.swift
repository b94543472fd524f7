internal import Marshalling

extension RepairParser {
    /// What to make of an object in which no member was found although text stands between its braces: an object with escaped quotes
    /// around its keys, or an array in the wrong brackets. Nil to leave it empty.
    mutating func valueInsteadOfEmptyObject(
        _ members: JSONMembers, from start: Int
    ) throws(JSONRepairError) -> PythonValue? {
        guard members.isEmpty, text.index - start > 2 else { return nil }
        text.spend(4 * (text.index - start))
        if text[-1] == "}", Self.withoutComments(text.slice(start..<text.index - 1)).allSatisfy(\.isPythonSpace) {
            return nil
        }
        let attempt = text.slice(max(start - 1, 0)..<text.index + 1)
        var body = attempt.dropFirst()
        if body.last == "}" { body.removeLast() }
        body = body.drop(while: \.isPythonSpace)
        if Self.beginsWithEscapedKey(body, quote: "\"") || Self.beginsWithEscapedKey(body, quote: "'") {
            text.replace(max(start - 1, 0)..<text.index + 1, with: Self.unescapingQuotes(attempt))
            text.index = start
            return try readAgain { parser throws(JSONRepairError) in try parser.object() }
        }
        let content = Self.withoutComments(body).drop(while: \.isPythonSpace)
        guard !content.isEmpty, !Self.hasColonOutsideQuotes(content) else { return nil }
        text.index = start
        return try readAgain { parser throws(JSONRepairError) in .list(try parser.array()) }
    }

    /// Reads what was an object once more, in the context of a key, which stays for the value after it.
    private mutating func readAgain(
        _ read: (inout RepairParser) throws(JSONRepairError) -> PythonValue
    ) throws(JSONRepairError) -> PythonValue {
        try descend()
        defer { ascend() }
        context.enter(.objectKey)
        defer { context.leave() }
        let value = try read(&self)
        deferredContexts.append(.objectKey)
        return value
    }

    private static func beginsWithEscapedKey(_ body: ArraySlice<Unicode.Scalar>, quote: Unicode.Scalar) -> Bool {
        guard body.starts(with: ["\\", quote]) else { return false }
        return zip(body, zip(body.dropFirst(), body.dropFirst(2))).contains { first, rest in
            first == "\\" && rest.0 == quote && rest.1 == ":"
        }
    }

    /// The text with `\"` and `\'` as `"` and `'`, in that order.
    private static func unescapingQuotes(_ text: ArraySlice<Unicode.Scalar>) -> [Unicode.Scalar] {
        var result = Array(text)
        for quote: Unicode.Scalar in ["\"", "'"] {
            var unescaped: [Unicode.Scalar] = []
            for character in result {
                // What was put there instead of an escape is not looked at again.
                if character == quote, unescaped.last == "\\" { unescaped.removeLast() }
                unescaped.append(character)
            }
            result = unescaped
        }
        return result
    }

    private static func hasColonOutsideQuotes(_ content: some Sequence<Unicode.Scalar>) -> Bool {
        var openQuote: Unicode.Scalar?
        var isEscaped = false
        for character in content {
            if character == "\\" {
                isEscaped.toggle()
                continue
            }
            if let quote = openQuote {
                if character == quote, !isEscaped { openQuote = nil }
            } else if character.isQuote, !isEscaped {
                openQuote = character
            } else if character == ":", !isEscaped {
                return true
            }
            isEscaped = false
        }
        return false
    }

    /// The text without comments outside of quotes.
    private static func withoutComments(_ text: ArraySlice<Unicode.Scalar>) -> [Unicode.Scalar] {
        var kept: [Unicode.Scalar] = []
        var openQuote: Unicode.Scalar?
        var isEscaped = false
        var rest = text
        while let character = rest.first {
            if character == "\\" {
                isEscaped.toggle()
            } else if openQuote == nil, let afterComment = Self.afterComment(rest) {
                isEscaped = false
                rest = afterComment
                continue
            } else {
                if let quote = openQuote {
                    if character == quote, !isEscaped { openQuote = nil }
                } else if character.isQuote, !isEscaped {
                    openQuote = character
                }
                isEscaped = false
            }
            kept.append(character)
            rest.removeFirst()
        }
        return kept
    }

    /// What is behind the comment that the text begins with; nil when it begins with none.
    private static func afterComment(_ text: ArraySlice<Unicode.Scalar>) -> ArraySlice<Unicode.Scalar>? {
        let start = text.startIndex
        let second = text.count > 1 ? text[start + 1] : nil
        if text.first == "#" || (text.first == "/" && second == "/") {
            return text.drop { $0 != "\n" && $0 != "\r" }
        }
        guard text.first == "/", second == "*" else { return nil }
        let inside = text.dropFirst(2)
        for (place, next) in zip(inside.indices, inside.indices.dropFirst())
        where inside[place] == "*" && inside[next] == "/" {
            return text[(next + 1)...]
        }
        return text[text.endIndex...]
    }
}
