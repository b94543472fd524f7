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

    init(_ text: String, workLimit: Int = JSONRepair.workLimit) { self.text = RepairText(text, workLimit: workLimit) }

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
    ///
    /// It calls itself through what it reads, so everything that need not be on the stack then is done in functions of its own.
    mutating func value() throws(JSONRepairError) -> PythonValue {
        try descend()
        defer { ascend() }
        let entered = enterDeferredContexts()
        defer { leaveContexts(entered) }
        switch try nextBeginning() {
        case .value(let value): return value
        case .object: return try object()
        case .array: return .list(try array())
        case .parentheses: return try parenthesized()
        case .string: return try string()
        case .number: return try number()
        }
    }

    /// What begins at a place.
    private enum Beginning {
        /// Brackets whose opening one has been read.
        case object, array
        case parentheses, string, number
        /// A value that is already known.
        case value(PythonValue)
    }

    /// Goes on to where a value begins.
    private mutating func nextBeginning() throws(JSONRepairError) -> Beginning {
        var mayLackBrace = text.index == 0 && context.isEmpty
        while let character = text.current {
            try text.checkWork()
            switch character {
            case "{", "[":
                if let valid = try validJSONBeforeOtherText() { return .value(valid) }
                text.index += 1
                return character == "{" ? .object : .array
            case "(" where !context.isEmpty || parenthesisStartsValue():
                return .parentheses
            case "#", "/":
                skipComment()
                guard context.isEmpty else { return .value("") }
                mayLackBrace = false
            default:
                if !context.isEmpty {
                    if character.isQuote || character.isPythonAlpha { return .string }
                    if character.isPythonDigit || character == "-" || character == "." { return .number }
                } else if character.isQuote, mayLackBrace {
                    mayLackBrace = false
                    if let object = objectWithoutOpeningBrace(quote: character) { return .value(object) }
                }
                text.index += 1
            }
        }
        return .value("")
    }

    private mutating func enterDeferredContexts() -> Int {
        for kind in deferredContexts { context.enter(kind) }
        defer { deferredContexts.removeAll() }
        return deferredContexts.count
    }

    private mutating func leaveContexts(_ count: Int) {
        for _ in 0..<count { context.leave() }
    }

    /// Goes deeper; whoever calls it takes it back.
    mutating func descend(by levels: Int = 1) throws(JSONRepairError) {
        guard depth + levels <= JSONRepair.depthLimit else { throw .tooDeep(limit: JSONRepair.depthLimit) }
        depth += levels
    }

    mutating func ascend(by levels: Int = 1) { depth -= levels }

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
