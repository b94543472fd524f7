/// The text that is being repaired, and the place where its reading has come to. Offsets count from that place, as json_repair's do.
struct RepairText {
    private(set) var scalars: [Unicode.Scalar]

    /// The place of the character that is read next; may be past the end.
    var index = 0

    /// Steps that were taken so far.
    private(set) var work = 0

    /// The places of each kind of target that no backslash escapes, first one first; made for the first search that goes far.
    private var places: [SearchTarget: [Int]] = [:]

    private let workLimit: Int

    init(_ text: String, workLimit: Int) {
        scalars = Array(text.unicodeScalars)
        self.workLimit = workLimit
    }

    var count: Int { scalars.count }

    var isAtEnd: Bool { index >= scalars.count }

    /// The character that is read next; nil at the end.
    var current: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    /// The character at an offset; nil outside of the text. As in Python a place before the beginning counts from the end.
    subscript(offset: Int) -> Unicode.Scalar? {
        let place = index + offset
        if scalars.indices.contains(place) { return scalars[place] }
        return place < 0 && place + count >= 0 ? scalars[place + count] : nil
    }

    /// Whether these characters stand at an offset.
    func has(_ characters: String, at offset: Int = 0) -> Bool {
        let start = index + offset
        guard start <= count else { return false }
        return scalars[start...].starts(with: characters.unicodeScalars)
    }

    /// The part between two places, as far as it exists: Python's slice.
    func slice(_ range: Range<Int>) -> ArraySlice<Unicode.Scalar> { scalars[range.clamped(to: 0..<count)] }

    /// Replaces a part; what was known about the text's characters is forgotten.
    mutating func replace(_ range: Range<Int>, with scalars: some Collection<Unicode.Scalar>) {
        work += count / 4
        self.scalars.replaceSubrange(range.clamped(to: 0..<count), with: scalars)
        places.removeAll()
    }

    // MARK: Work

    /// Counts steps; they are compared with the limit by ``checkWork()``.
    mutating func spend(_ steps: Int) { work += steps }

    mutating func checkWork() throws(JSONRepairError) {
        work += 1
        guard work <= workLimit else { throw .tooMuchWork(limit: workLimit) }
    }

    // MARK: Looking ahead

    mutating func skipWhitespace() { index += whitespaceEnd(from: 0) }

    /// The offset of the first character from `offset` on that is no white space.
    mutating func whitespaceEnd(from offset: Int) -> Int {
        var place = index + offset
        while place < count, place >= 0, scalars[place].isPythonSpace { place += 1 }
        work += place - index - offset
        return place - index
    }

    /// Whether only white space stands between the current character and an offset.
    mutating func hasOnlyWhitespace(until end: Int) -> Bool {
        guard end > 1 else { return true }
        return whitespaceEnd(from: 1) >= min(end, count - index)
    }

    /// The offset of the first target from `offset` on that is not escaped by an odd number of backslashes; those before `offset` do not
    /// count. The offset of the end when there is none.
    mutating func find(_ target: SearchTarget, from offset: Int) -> Int {
        let start = index + offset
        var place = start
        while place < count, scalars[place] == "\\" { place += 1 }
        work += place - start + 1
        guard place < count else { return count - index }
        if (place - start).isMultiple(of: 2), target.matches(scalars[place]) { return place - index }
        // From here on runs of backslashes are seen as a whole, so what is escaped no longer depends on the start.
        let near = min(place + 128, count)
        var backslashes = 0
        for nearPlace in place + 1..<max(near, place + 1) {
            if scalars[nearPlace] == "\\" {
                backslashes += 1
                continue
            }
            if backslashes.isMultiple(of: 2), target.matches(scalars[nearPlace]) {
                work += nearPlace - place
                return nearPlace - index
            }
            backslashes = 0
        }
        work += near - place
        guard near < count else { return count - index }
        let known = places(of: target)
        var (low, high) = (0, known.count)
        while low < high {
            let middle = (low + high) / 2
            if known[middle] <= place { low = middle + 1 } else { high = middle }
        }
        return (low < known.count ? known[low] : count) - index
    }

    private mutating func places(of target: SearchTarget) -> [Int] {
        if let known = places[target] { return known }
        var found: [Int] = []
        var backslashes = 0
        for (place, scalar) in scalars.enumerated() {
            if scalar == "\\" {
                backslashes += 1
                continue
            }
            if backslashes.isMultiple(of: 2), target.matches(scalar) { found.append(place) }
            backslashes = 0
        }
        work += count
        places[target] = found
        return found
    }
}

/// What a look ahead searches for.
enum SearchTarget: Hashable {
    case one(Unicode.Scalar)
    case oneOrClosingBracket(Unicode.Scalar)
    case quoteOrClosingBrace
    case quoteOrOpening

    func matches(_ scalar: Unicode.Scalar) -> Bool {
        switch self {
        case .one(let one): scalar == one
        case .oneOrClosingBracket(let one): scalar == one || scalar == "]"
        case .quoteOrClosingBrace: scalar.isQuote || scalar == "}"
        case .quoteOrOpening: scalar.isQuote || scalar == "{" || scalar == "["
        }
    }
}

extension Unicode.Scalar {
    /// Whether a string may begin or end with it: `"`, `'`, `“`, `”`.
    var isQuote: Bool { self == "\"" || self == "'" || self == "\u{201C}" || self == "\u{201D}" }

    /// The bracket that closes this one; nil when it opens nothing.
    var closingBracket: Unicode.Scalar? {
        switch self {
        case "[": "]"
        case "{": "}"
        case "(": ")"
        default: nil
        }
    }
}

extension Unicode.Scalar? {
    /// Whether there is one, and it is a quote.
    var isQuote: Bool { self?.isQuote == true }

    /// Whether there is one, and it is among these.
    func isOne(of scalars: Unicode.Scalar...) -> Bool {
        guard let self else { return false }
        return scalars.contains(self)
    }

    /// Whether it is the end of the text or one of these.
    func isEndOrOne(of scalars: Unicode.Scalar...) -> Bool {
        guard let self else { return true }
        return scalars.contains(self)
    }
}
