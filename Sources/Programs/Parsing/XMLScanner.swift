/// Cuts the content of an XML element into tokens, by the rules of expat 2.5.0 with namespaces.
///
/// It sees the content and the end tag of the root behind it. A place is an offset into these bytes.
struct XMLScanner {
    enum Token {
        /// Characters, with line ends as they are written.
        case text(Range<Int>)
        /// `&name;` or `&#number;`, from the ampersand to the semicolon.
        case reference(Range<Int>)
        /// `<name …>` or `<name …/>`
        case startTag(name: Range<Int>, attributes: [Attribute], isEmpty: Bool)
        /// `</name>`
        case endTag(name: Range<Int>)
        /// A comment or a processing instruction.
        case nothing
    }

    /// The places of an attribute's name and of what stands between its quotes.
    struct Attribute {
        var name: Range<Int>
        var value: Range<Int>
    }

    let bytes: [UInt8]
    /// Where the content ends and the root's own end tag begins.
    let contentEnd: Int
    /// Where the token being read, or read last, begins.
    var tokenStart = 0
    /// Where the next token begins.
    var position = 0

    init(content: String) {
        let content = Array(content.utf8)
        contentEnd = content.count
        bytes = content + Array("</\(XMLElement.rootTag)>".utf8)
    }

    /// The next token of the content; nil at the end of the bytes.
    mutating func next() throws(XMLError) -> Token? {
        tokenStart = position
        guard position < bytes.count else { return nil }
        switch bytes[position] {
        case UInt8(ascii: "<"): return try markup()
        case UInt8(ascii: "&"):
            position = try referenceEnd(position)
            return .reference(tokenStart..<position)
        default: return .text(try text())
        }
    }

    // MARK: Tokens

    private mutating func text() throws(XMLError) -> Range<Int> {
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "<"), UInt8(ascii: "&"): return tokenStart..<position
            case UInt8(ascii: ">") where position >= tokenStart + 2 && closesBrackets(before: position):
                throw invalid(position)
            default: position = try characterEnd(position)
            }
        }
        return tokenStart..<position
    }

    private mutating func markup() throws(XMLError) -> Token {
        switch try byte(tokenStart + 1) {
        case UInt8(ascii: "/"): return try endTag()
        case UInt8(ascii: "?"):
            if try instruction() { throw error(.misplacedDeclaration, at: tokenStart) }
            return .nothing
        case UInt8(ascii: "!"):
            switch try byte(tokenStart + 2) {
            case UInt8(ascii: "-"):
                try comment()
                return .nothing
            case UInt8(ascii: "["): return .text(try section())
            default: throw invalid(tokenStart + 2)
            }
        default: return try startTag()
        }
    }

    private mutating func startTag() throws(XMLError) -> Token {
        var place = try qualifiedNameEnd(tokenStart + 1)
        let name = tokenStart + 1..<place
        var attributes: [Attribute] = []
        while true {
            let end = place
            place = spacesEnd(place)
            switch try byte(place) {
            case UInt8(ascii: ">"):
                position = place + 1
                return .startTag(name: name, attributes: attributes, isEmpty: false)
            case UInt8(ascii: "/"):
                guard try byte(place + 1) == UInt8(ascii: ">") else { throw invalid(place + 1) }
                position = place + 2
                return .startTag(name: name, attributes: attributes, isEmpty: true)
            default:
                guard place > end else { throw invalid(place) }
                let attribute = try attribute(at: place)
                attributes.append(attribute)
                place = attribute.value.upperBound + 1
            }
        }
    }

    private func attribute(at start: Int) throws(XMLError) -> Attribute {
        let nameEnd = try qualifiedNameEnd(start)
        let sign = spacesEnd(nameEnd)
        guard try byte(sign) == UInt8(ascii: "=") else { throw invalid(sign) }
        let open = spacesEnd(sign + 1)
        let quote = try byte(open)
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { throw invalid(open) }
        var place = open + 1
        while try byte(place) != quote {
            switch bytes[place] {
            case UInt8(ascii: "&"): place = try referenceEnd(place)
            case UInt8(ascii: "<"): throw invalid(place)
            default: place = try characterEnd(place)
            }
        }
        return Attribute(name: start..<nameEnd, value: open + 1..<place)
    }

    private mutating func endTag() throws(XMLError) -> Token {
        var end = try nameEnd(tokenStart + 2)
        // Whether the name is a proper one need not be checked: it must equal that of the start tag.
        while try byte(end) == UInt8(ascii: ":") { end = namePartsEnd(end + 1) }
        let close = spacesEnd(end)
        guard try byte(close) == UInt8(ascii: ">") else { throw invalid(close) }
        position = close + 1
        return .endTag(name: tokenStart + 2..<end)
    }

    private mutating func section() throws(XMLError) -> Range<Int> {
        var place = tokenStart + 3
        guard place + 6 <= bytes.count else { throw error(.unclosedToken, at: tokenStart) }
        for expected in "CDATA[".utf8 {
            guard bytes[place] == expected else { throw invalid(place) }
            place += 1
        }
        let start = place
        while place < bytes.count {
            if bytes[place] == UInt8(ascii: ">"), place >= start + 2, closesBrackets(before: place) {
                position = place + 1
                return start..<place - 2
            }
            place = try characterEnd(place)
        }
        throw error(.unclosedCDATASection, at: bytes.count)
    }

    /// Passes `<!-- … -->`, of which `<!-` has been seen.
    mutating func comment() throws(XMLError) {
        guard try byte(tokenStart + 3) == UInt8(ascii: "-") else { throw invalid(tokenStart + 3) }
        var place = tokenStart + 4
        while true {
            guard try byte(place) == UInt8(ascii: "-") else {
                place = try characterEnd(place)
                continue
            }
            place += 1
            guard try byte(place) == UInt8(ascii: "-") else { continue }
            guard try byte(place + 1) == UInt8(ascii: ">") else { throw invalid(place + 1) }
            position = place + 2
            return
        }
    }

    /// Passes `<?target … ?>`, of which `<?` has been seen, and says whether it is an XML declaration.
    mutating func instruction() throws(XMLError) -> Bool {
        let target = tokenStart + 2
        var place = try nameEnd(target)
        let hasBody = Self.isSpace(try byte(place))
        guard hasBody || bytes[place] == UInt8(ascii: "?") else { throw invalid(place) }
        let name = bytes[target..<place]
        let isDeclaration = name.elementsEqual("xml".utf8)
        // XML keeps the other spellings to itself.
        if !isDeclaration, name.elementsEqual("xml".utf8, by: { $0 | 0x20 == $1 }) { throw invalid(place) }
        if !hasBody {
            guard try byte(place + 1) == UInt8(ascii: ">") else { throw invalid(place + 1) }
        } else {
            while true {
                let isMark = try byte(place) == UInt8(ascii: "?")
                if isMark, try byte(place + 1) == UInt8(ascii: ">") { break }
                place = try characterEnd(place)
            }
        }
        position = place + 2
        return isDeclaration
    }

    // MARK: Parts of tokens

    /// The place after a reference that begins with the ampersand here.
    func referenceEnd(_ start: Int) throws(XMLError) -> Int {
        guard try byte(start + 1) == UInt8(ascii: "#") else {
            let end = try nameEnd(start + 1)
            guard try byte(end) == UInt8(ascii: ";") else { throw invalid(end) }
            return end + 1
        }
        let isHexadecimal = try byte(start + 2) == UInt8(ascii: "x")
        let first = isHexadecimal ? start + 3 : start + 2
        var place = first
        while Self.isDigit(try byte(place), hexadecimal: isHexadecimal) { place += 1 }
        guard place > first, bytes[place] == UInt8(ascii: ";") else { throw invalid(place) }
        return place + 1
    }

    /// The place after a name with at most one colon, which has a name on each side.
    private func qualifiedNameEnd(_ start: Int) throws(XMLError) -> Int {
        let end = try nameEnd(start)
        return try byte(end) == UInt8(ascii: ":") ? try nameEnd(end + 1) : end
    }

    /// The place after the name that must begin here.
    func nameEnd(_ start: Int) throws(XMLError) -> Int {
        _ = try byte(start)
        let (scalar, next) = scalar(at: start)
        guard XMLNames.isStart(scalar) else { throw invalid(start) }
        return namePartsEnd(next)
    }

    /// The place after what may continue a name.
    func namePartsEnd(_ start: Int) -> Int {
        var place = start
        while place < bytes.count {
            let (scalar, next) = scalar(at: place)
            guard XMLNames.isPart(scalar) else { break }
            place = next
        }
        return place
    }

    /// The place after the white space here, if any.
    func spacesEnd(_ start: Int) -> Int {
        var place = start
        while place < bytes.count, Self.isSpace(bytes[place]) { place += 1 }
        return place
    }

    /// The place after the character here, which must be one that XML allows.
    func characterEnd(_ place: Int) throws(XMLError) -> Int {
        let (scalar, next) = scalar(at: place)
        guard Self.isAllowed(scalar) else { throw invalid(place) }
        return next
    }

    /// The byte here. At the end of the bytes the token that is being read has no end.
    func byte(_ place: Int) throws(XMLError) -> UInt8 {
        guard place < bytes.count else { throw error(.unclosedToken, at: tokenStart) }
        return bytes[place]
    }

    /// The character here and the place after it. The bytes come from a string, so they are well-formed UTF-8.
    func scalar(at place: Int) -> (scalar: UInt32, end: Int) {
        let first = UInt32(bytes[place])
        guard first >= 0x80 else { return (first, place + 1) }
        let length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        let lead = first & (0xFF >> UInt32(length + 1))
        let end = min(place + length, bytes.count)
        return (bytes[place + 1..<end].reduce(lead) { $0 << 6 | UInt32($1 & 0x3F) }, end)
    }

    private func closesBrackets(before place: Int) -> Bool {
        bytes[place - 1] == UInt8(ascii: "]") && bytes[place - 2] == UInt8(ascii: "]")
    }

    /// Whether XML allows the character; surrogates do not occur.
    static func isAllowed(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x09, 0x0A, 0x0D: true
        case 0..<0x20, 0xFFFE, 0xFFFF: false
        default: true
        }
    }

    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

    private static func isDigit(_ byte: UInt8, hexadecimal: Bool) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"): hexadecimal
        default: false
        }
    }
}
