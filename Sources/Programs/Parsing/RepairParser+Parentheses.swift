internal import Marshalling

extension RepairParser {
    /// The Python tuple that begins here, or the one value that stands in parentheses.
    mutating func parenthesized() throws(JSONRepairError) -> PythonValue {
        let isTuple = parenthesesHoldTuple()
        text.index += 1
        let elements = try array(closedBy: ")")
        return isTuple || elements.count != 1 ? .list(elements) : elements[0]
    }

    /// Whether the parentheses hold a comma of their own, or nothing.
    private mutating func parenthesesHoldTuple() -> Bool {
        var scan = BracketScan()
        var hasContent = false
        defer { text.spend(scan.steps) }
        for character in text.scalars[(text.index + 1)...] {
            let wasOutermost = scan.isOutermost
            let meaning = scan.meaning(of: character)
            guard meaning != .none else { continue }
            if meaning == .quote {
                hasContent = hasContent || wasOutermost
                continue
            }
            guard wasOutermost else { continue }
            switch character {
            case ")": return !hasContent
            case ",": return true
            default: hasContent = hasContent || !character.isPythonSpace
            }
        }
        return !hasContent
    }

    /// Whether a parenthesis outside of every container looks like a value of its own, and not like a remark in prose: it is the first
    /// on its line, begins like a value, and nothing follows its end on the line.
    mutating func parenthesisStartsValue() -> Bool {
        var place = text.index - 1
        while place >= 0, text.scalars[place] != "\n", text.scalars[place] != "\r" {
            guard text.scalars[place].isPythonSpace else { return false }
            place -= 1
        }
        text.spend(text.index - place)
        guard beginsLikeValue(at: text.whitespaceEnd(from: 1)) else { return false }

        var scan = BracketScan()
        defer { text.spend(scan.steps) }
        for place in text.scalars.indices[(text.index + 1)...] {
            let wasOutermost = scan.isOutermost
            let meaning = scan.meaning(of: text.scalars[place], closingBelowZero: true)
            guard meaning == .plain, wasOutermost, text.scalars[place] == ")" else { continue }
            for trailer in text.scalars[(place + 1)...] {
                if trailer == "\n" || trailer == "\r" { return true }
                guard trailer.isPythonSpace else { return false }
                text.spend(1)
            }
            return true
        }
        return true
    }

    private func beginsLikeValue(at offset: Int) -> Bool {
        guard let first = text[offset] else { return false }
        if first.isQuote || first.isPythonDigit { return true }
        switch first {
        case ")", "{", "[", "(", "-", ".": return true
        default: break
        }
        let start = text.index + offset
        let word = text.slice(start..<start + 5).map { $0.properties.lowercaseMapping }
        return ["true", "null", "none"].contains(word.prefix(4).joined()) || word.joined() == "false"
    }
}

/// Walks over text and keeps count of the brackets that are open, outside of quotes.
private struct BracketScan {
    enum Meaning {
        /// Inside of quotes, or a backslash.
        case none
        /// The quote that opens a string.
        case quote
        case plain
    }

    private var parentheses = 0
    private var brackets = 0
    private var braces = 0
    private var openQuote: Unicode.Scalar?
    private var isEscaped = false
    private(set) var steps = 0

    var isOutermost: Bool { parentheses == 0 && brackets == 0 && braces == 0 }

    /// What the next character means; brackets are counted.
    ///
    /// - Parameter closingBelowZero: whether a closing parenthesis counts even where none is open.
    mutating func meaning(of character: Unicode.Scalar, closingBelowZero: Bool = false) -> Meaning {
        steps += 1
        if character == "\\" {
            isEscaped.toggle()
            return .none
        }
        defer { isEscaped = false }
        if let quote = openQuote {
            if character == quote, !isEscaped { openQuote = nil }
            return .none
        }
        if character.isQuote, !isEscaped {
            openQuote = character
            return .quote
        }
        switch character {
        case "(": parentheses += 1
        case ")": if parentheses > 0 || (closingBelowZero && !isOutermost) { parentheses -= 1 }
        case "[": brackets += 1
        case "]": if brackets > 0 { brackets -= 1 }
        case "{": braces += 1
        case "}": if braces > 0 { braces -= 1 }
        default: break
        }
        return .plain
    }
}
