/// A string as it is being read.
struct RepairString {
    /// The quote that opened it, or would have.
    let opening: Unicode.Scalar
    /// The quote that closes it.
    let closing: Unicode.Scalar
    /// Whether it began without a quote.
    let isUnquoted: Bool
    /// Whether it began with two quotes.
    var hasDoubledQuotes = false
    /// Whether a quote inside was taken for content, so that the next one is, too.
    var hasUnmatchedQuote = false

    /// The content so far, as code points: escapes may put surrogates into it.
    private(set) var content: [UInt32] = []

    /// How many passages between `„` and `”` are open.
    var lowQuotePassages = 0

    /// Whether a comma just read is followed by a container that belongs to the text.
    var expectsInlineContainer = false
    /// The brackets of such containers that are open.
    var inlineContainers: [Unicode.Scalar] = []

    /// Whether a look ahead found no quote and no bracket any more.
    var hasNoFutureDelimiter = false
    /// What looks ahead found: where they began, and the place found.
    var lookAheads: [SearchTarget: (start: Int, match: Int?)] = [:]

    /// How many `{` of the content no `}` follows.
    private(set) var openBraces = 0
    private var characterClass = CharacterClass.closed

    private enum CharacterClass {
        case closed
        case open
        case openWithWhitespace
    }

    init(opening: Unicode.Scalar = "\"", closing: Unicode.Scalar = "\"", isUnquoted: Bool = false) {
        self.opening = opening
        self.closing = closing
        self.isUnquoted = isUnquoted
    }

    var isInLowQuotePassage: Bool { lowQuotePassages > 0 }

    /// The quote that ends what is innermost. In a passage between low quotes json_repair has U+0000 for it.
    var innermostClosing: Unicode.Scalar { isInLowQuotePassage ? "\0" : closing }

    /// Whether the content ends in a backslash.
    var endsInBackslash: Bool { content.last == 0x5C }

    /// Whether a `[` of the content is open, with no white space behind it: a regular expression's character class.
    var isInCharacterClass: Bool { characterClass == .open }

    func ends(in character: Unicode.Scalar) -> Bool { content.last == character.value }

    mutating func append(_ character: Unicode.Scalar) {
        content.append(character.value)
        switch character {
        case "{": openBraces += 1
        case "}": if openBraces > 0 { openBraces -= 1 }
        case "[": characterClass = .open
        case "]": characterClass = .closed
        default: if characterClass == .open, character.isPythonSpace { characterClass = .openWithWhitespace }
        }
    }

    /// Puts a character in place of the backslash at the end.
    mutating func replaceBackslash(with character: Unicode.Scalar) {
        content.removeLast()
        append(character)
    }

    /// Puts a code point, which may be a surrogate, in place of the backslash at the end.
    mutating func replaceBackslash(withCodePoint point: UInt32) {
        content.removeLast()
        if let character = Unicode.Scalar(point) { append(character) } else { content.append(point) }
    }

    /// Drops white space at the end.
    mutating func trimEnd() {
        while let last = content.last, Unicode.Scalar(last)?.isPythonSpace == true { content.removeLast() }
    }
}
