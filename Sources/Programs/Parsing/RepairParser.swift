internal import Marshalling

/// The lenient reader behind ``JSONRepair``. Its decisions are json_repair's, heuristic by heuristic; its parts are in the files named
/// after this one.
struct RepairParser {
    var text: RepairText
    var context = RepairContext()

    /// Contexts that json_repair leaves for the value that is read next, after an object turned out to be something else.
    var deferredContexts: [RepairContext.Kind] = []

    /// Whether the one attempt to read a container as valid JSON was made.
    private var hasTriedValidJSON = false
    private var depth = 0

    init(_ text: String) { self.text = RepairText(text) }

    // MARK: The whole text

    /// The value of the text, or the list of its values when there are several.
    mutating func parse() throws(JSONRepairError) -> PythonValue {
        var values = [try value()]
        while !text.isAtEnd {
            try text.checkWork()
            context.clear()
            deferredContexts.removeAll()
            let followsComma = isBesideComma()
            let next = try value()
            guard next.isTruthy, let last = values.last else {
                text.index += 1
                continue
            }
            // A value of the same shape is taken for a newer version of the one before.
            if (!followsComma && last.hasSameShape(as: next)) || !last.isTruthy { values.removeLast() }
            values.append(next)
        }
        return values.count == 1 ? values[0] : .list(values)
    }

    private mutating func isBesideComma() -> Bool {
        if text[text.whitespaceEnd(from: 0)] == "," { return true }
        var place = text.index - 1
        while place >= 0, place < text.count, text.scalars[place].isPythonSpace { place -= 1 }
        text.spend(text.index - place)
        return place >= 0 && place < text.count && text.scalars[place] == ","
    }

    // MARK: One value

    /// The next value; `""` when there is none before the end.
    mutating func value() throws(JSONRepairError) -> PythonValue {
        try descend()
        defer { ascend() }
        let entered = deferredContexts
        deferredContexts.removeAll()
        for kind in entered { context.enter(kind) }
        defer { for _ in entered { context.leave() } }
        var mayLackBrace = text.index == 0 && context.isEmpty
        while let character = text.current {
            try text.checkWork()
            switch character {
            case "{", "[":
                if let valid = try validJSONBeforeOtherText() { return valid }
                text.index += 1
                return character == "{" ? try object() : .list(try array())
            case "(" where !context.isEmpty || parenthesisStartsValue():
                return try parenthesized()
            case "#", "/":
                skipComment()
                guard context.isEmpty else { return "" }
                mayLackBrace = false
            default:
                if !context.isEmpty {
                    if character.isQuote || character.isPythonAlpha { return try string() }
                    if character.isPythonDigit || character == "-" || character == "." { return try number() }
                } else if character.isQuote, mayLackBrace {
                    mayLackBrace = false
                    if let object = objectWithoutOpeningBrace(quote: character) { return object }
                }
                text.index += 1
            }
        }
        return ""
    }

    /// Goes one level deeper; whoever calls it takes it back.
    mutating func descend() throws(JSONRepairError) {
        guard depth < JSONRepair.depthLimit else { throw .tooDeep(limit: JSONRepair.depthLimit) }
        depth += 1
    }

    mutating func ascend() { depth -= 1 }

    // MARK: Valid JSON inside other text

    /// The container that begins here, if it is valid JSON with other text around it. Tried once for each text, as in json_repair.
    private mutating func validJSONBeforeOtherText() throws(JSONRepairError) -> PythonValue? {
        guard !hasTriedValidJSON, context.isEmpty, firstContainerHasOtherTextBehind() else { return nil }
        hasTriedValidJSON = true
        do {
            let (value, length) = try PythonValue.pythonJSONPrefix(of: utf8(from: text.index))
            advance(bytes: length)
            return value
        } catch {
            switch error {
            case .tooDeep(_, _, let limit): throw .tooDeep(limit: limit)
            case .numberOutOfRange: throw .integerTooLong(limit: JSONError.digitLimit)
            case .syntax, .noJSONForm: return nil
            }
        }
    }

    private func utf8(from start: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count - start)
        for scalar in text.scalars[start...] { bytes += scalar.utf8 }
        return bytes
    }

    private mutating func advance(bytes: Int) {
        var left = bytes
        while left > 0, let character = text.current {
            left -= character.utf8.count
            text.index += 1
        }
    }

    /// Whether the container at the beginning of the text is closed and followed by something other than a comma. A container further
    /// on counts as such without a look.
    private func firstContainerHasOtherTextBehind() -> Bool {
        guard text.index == 0 else { return true }
        var expected: [Unicode.Scalar] = []
        var (inString, escaped) = (false, false)
        for (place, character) in text.scalars.enumerated() {
            if inString {
                if escaped {
                    escaped = false
                } else if character == "\\" {
                    escaped = true
                } else if character == "\"" {
                    inString = false
                }
                continue
            }
            switch character {
            case "\"": inString = true
            case "{", "[": expected.append(character == "{" ? "}" : "]")
            case "}", "]":
                guard expected.popLast() == character else { return false }
                guard expected.isEmpty else { continue }
                let next = text.scalars[(place + 1)...].first { !$0.isPythonSpace }
                return next != nil && next != ","
            default: break
            }
        }
        return false
    }

    /// The object that the whole text is when a `{` is put in front of it.
    private mutating func objectWithoutOpeningBrace(quote: Unicode.Scalar) -> PythonValue? {
        guard text.slice(0..<text.index).allSatisfy(\.isPythonSpace) else { return nil }
        let end = text.find(.one(quote), from: 1)
        guard text[end] != nil, text[text.whitespaceEnd(from: end + 1)] == ":" else { return nil }
        guard text.scalars.last(where: { !$0.isPythonSpace }) == "}" else { return nil }
        let candidate = [UInt8(ascii: "{")] + utf8(from: 0)
        guard let (value, length) = try? PythonValue.pythonJSONPrefix(of: candidate) else { return nil }
        let blanks = " \t\r\n".utf8
        guard candidate[length...].allSatisfy(blanks.contains) else { return nil }
        text.index = text.count
        return value
    }
}
