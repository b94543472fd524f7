internal import Marshalling

/// The reader behind ``PythonLiteral``: as much of Python's grammar as literals need.
struct LiteralParser {
    /// The text is no literal; nobody asks why.
    struct NoLiteral: Error {}

    /// A part of an expression. What may be done with it depends on how it was written.
    enum Part {
        /// A number without a sign; parentheses do not count.
        case number(PythonValue)
        case signedNumber(PythonValue)
        case other(PythonValue)
        /// The name `set`, which is nothing without its call.
        case setName
    }

    let scalars: [Unicode.Scalar]
    var index = 0
    /// How many brackets are open; within them line breaks are white space.
    private var depth = 0
    var names = CharacterNames()

    init(_ text: String) {
        // Every line end is one line feed, in strings as well.
        var scalars: [Unicode.Scalar] = []
        for scalar in text.unicodeScalars.drop(while: { $0 == " " || $0 == "\t" }) {
            if scalar == "\n", scalars.last == "\r" { scalars.removeLast() }
            if scalars.last == "\r" { scalars[scalars.count - 1] = "\n" }
            scalars.append(scalar)
        }
        if scalars.last == "\r" { scalars[scalars.count - 1] = "\n" }
        self.scalars = scalars
    }

    // MARK: The whole text

    mutating func parse() throws(NoLiteral) -> PythonValue {
        guard !scalars.contains("\0") else { throw NoLiteral() }
        try skipEmptyLines()
        var value = try element()
        if current == "," {
            var elements = [value]
            while try take(",") {
                guard current != nil, current != "\n" else { break }
                elements.append(try element())
            }
            value = .tuple(elements)
        }
        guard current == nil || current == "\n" else { throw NoLiteral() }
        if current != nil { index += 1 }
        try skipEmptyLines()
        guard current == nil else { throw NoLiteral() }
        return value
    }

    /// Goes to the next line that holds something. At its beginning there may be no blanks, also where the text ends there.
    private mutating func skipEmptyLines() throws(NoLiteral) {
        while true {
            var column = 0
            indentation: while true {
                switch current {
                case " "?, "\t"?:
                    column += 1
                    index += 1
                case "\u{C}"?:
                    column = 0
                    index += 1
                case "\\"?: try skipContinuation()
                default: break indentation
                }
            }
            let isComment = current == "#"
            skipComment()
            guard current == "\n" else {
                guard column == 0 || isComment else { throw NoLiteral() }
                return
            }
            index += 1
        }
    }

    // MARK: Expressions

    /// The next value, and the white space behind it.
    private mutating func element() throws(NoLiteral) -> PythonValue {
        switch try part() {
        case .number(let value), .signedNumber(let value), .other(let value): value
        case .setName: throw NoLiteral()
        }
    }

    private mutating func part() throws(NoLiteral) -> Part {
        let left = try signedPart()
        guard let sign = current, sign == "+" || sign == "-" else { return left }
        let real: PythonValue
        switch left {
        case .number(let value), .signedNumber(let value): real = value
        case .other, .setName: throw NoLiteral()
        }
        index += 1
        try skipWhitespace()
        guard case .number(.complex(let right)) = try calledAtom(), let sum = real.adding(right, negated: sign == "-")
        else { throw NoLiteral() }
        guard current != "+", current != "-" else { throw NoLiteral() }
        return .other(.complex(sum))
    }

    private mutating func signedPart() throws(NoLiteral) -> Part {
        try skipWhitespace()
        guard let sign = current, sign == "+" || sign == "-" else { return try calledAtom() }
        index += 1
        try skipWhitespace()
        guard case .number(let value) = try calledAtom() else { throw NoLiteral() }
        return .signedNumber(sign == "-" ? value.negatedNumber : value)
    }

    /// An atom; the name `set` only with its call.
    private mutating func calledAtom() throws(NoLiteral) -> Part {
        let part = try atom()
        try skipWhitespace()
        guard case .setName = part, current == "(" else { return part }
        try open()
        try skipWhitespace()
        try close(")")
        return .other(.set([]))
    }

    private mutating func atom() throws(NoLiteral) -> Part {
        guard let first = current else { throw NoLiteral() }
        switch first {
        case "(": return try parenthesized()
        case "[": return .other(.list(try elements(closedBy: "]")))
        case "{": return .other(try braces())
        case "0"..."9", ".": return .number(try number())
        case "\"", "'": return .other(try strings())
        default: return try word()
        }
    }

    private mutating func word() throws(NoLiteral) -> Part {
        let end = scalars[index...].firstIndex { !$0.isWordCharacter } ?? scalars.endIndex
        if end < scalars.endIndex, scalars[end] == "\"" || scalars[end] == "'" { return .other(try strings()) }
        var word = ""
        word.unicodeScalars.append(contentsOf: scalars[index..<end])
        index = end
        switch word {
        case "True": return .other(.bool(true))
        case "False": return .other(.bool(false))
        case "None": return .other(.none)
        case "set": return .setName
        default: throw NoLiteral()
        }
    }

    // MARK: Containers

    private mutating func parenthesized() throws(NoLiteral) -> Part {
        try open()
        try skipWhitespace()
        if current == ")" {
            try close(")")
            return .other(.tuple([]))
        }
        let first = try part()
        guard current == "," else {
            try close(")")
            return first
        }
        guard case .some(let value) = first.value else { throw NoLiteral() }
        _ = try take(",")
        return .other(.tuple([value] + (try rest(closedBy: ")"))))
    }

    private mutating func elements(closedBy bracket: Unicode.Scalar) throws(NoLiteral) -> [PythonValue] {
        try open()
        try skipWhitespace()
        return try rest(closedBy: bracket)
    }

    /// The elements up to the closing bracket, with a comma between them and perhaps one at the end.
    private mutating func rest(closedBy bracket: Unicode.Scalar) throws(NoLiteral) -> [PythonValue] {
        var elements: [PythonValue] = []
        while current != bracket {
            elements.append(try element())
            guard try take(",") else { break }
        }
        try close(bracket)
        return elements
    }

    /// A dict or a set.
    private mutating func braces() throws(NoLiteral) -> PythonValue {
        try open()
        try skipWhitespace()
        guard current != "}" else {
            try close("}")
            return .dict([:])
        }
        let first = try element()
        guard try take(":") else {
            guard try take(",") else {
                try close("}")
                return try set(of: [first])
            }
            return try set(of: [first] + rest(closedBy: "}"))
        }
        var entries = [PythonDictionary.Entry(key: first, value: try element())]
        while try take(",") {
            guard current != "}" else { break }
            let key = try element()
            guard try take(":") else { throw NoLiteral() }
            entries.append(.init(key: key, value: try element()))
        }
        try close("}")
        return try dict(of: entries)
    }

    private func set(of elements: [PythonValue]) throws(NoLiteral) -> PythonValue {
        var known: Set<LiteralKey> = []
        var kept: [PythonValue] = []
        for element in elements {
            guard let key = LiteralKey(element) else { throw NoLiteral() }
            if known.insert(key).inserted { kept.append(element) }
        }
        return .set(PythonSet(kept))
    }

    private func dict(of entries: [PythonDictionary.Entry]) throws(NoLiteral) -> PythonValue {
        var places: [LiteralKey: Int] = [:]
        var kept: [PythonDictionary.Entry] = []
        for entry in entries {
            guard let key = LiteralKey(entry.key) else { throw NoLiteral() }
            if let place = places[key] {
                kept[place].value = entry.value
            } else {
                places[key] = kept.count
                kept.append(entry)
            }
        }
        return .dict(PythonDictionary(kept))
    }

    // MARK: Characters

    var current: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    private mutating func open() throws(NoLiteral) {
        guard depth < PythonLiteral.depthLimit else { throw NoLiteral() }
        depth += 1
        index += 1
    }

    private mutating func close(_ bracket: Unicode.Scalar) throws(NoLiteral) {
        guard current == bracket else { throw NoLiteral() }
        depth -= 1
        index += 1
        try skipWhitespace()
    }

    /// Takes a character and the white space behind it, if it stands here.
    private mutating func take(_ character: Unicode.Scalar) throws(NoLiteral) -> Bool {
        guard current == character else { return false }
        index += 1
        try skipWhitespace()
        return true
    }

    /// Skips white space and comments; line breaks only within brackets or behind a backslash.
    mutating func skipWhitespace() throws(NoLiteral) {
        while let character = current {
            switch character {
            case " ", "\t", "\u{C}": index += 1
            case "\n" where depth > 0: index += 1
            case "#": skipComment()
            case "\\": try skipContinuation()
            default: return
            }
        }
    }

    private mutating func skipComment() {
        guard current == "#" else { return }
        while let character = current, character != "\n" { index += 1 }
    }

    /// Skips a backslash and the line break that must be behind it; the text must not end there.
    private mutating func skipContinuation() throws(NoLiteral) {
        guard index + 2 < scalars.count, scalars[index + 1] == "\n" else { throw NoLiteral() }
        index += 2
    }
}

extension LiteralParser.Part {
    fileprivate var value: PythonValue? {
        switch self {
        case .number(let value), .signedNumber(let value), .other(let value): value
        case .setName: Optional<PythonValue>.none
        }
    }
}

extension Unicode.Scalar {
    fileprivate var isWordCharacter: Bool { isASCII && isPythonAlphanumeric || self == "_" || !isASCII }
}
