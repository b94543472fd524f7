extension XMLScanner {
    /// Checks what stands after the root's end: white space, comments and processing instructions are allowed. All else is refused,
    /// with the words that expat has for it. It reads this part as it reads the part before the root, where a document type may
    /// be declared, so it is particular about what the first token that does not belong looks like.
    mutating func finish() throws(XMLError) {
        while position < bytes.count {
            tokenStart = position
            switch bytes[position] {
            case let space where Self.isSpace(space): position = spacesEnd(position)
            case UInt8(ascii: "<"): try finishMarkup()
            default:
                try checkDeclarationToken()
                throw error(.textAfterRoot, at: tokenStart)
            }
        }
    }

    private mutating func finishMarkup() throws(XMLError) {
        switch try byte(tokenStart + 1) {
        case UInt8(ascii: "!"):
            if try byte(tokenStart + 2) == UInt8(ascii: "-") { return try comment() }
            try checkDeclarationStart()
        case UInt8(ascii: "?"):
            if try !instruction() { return }
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"),
            0x80...0xFF:
            break
        default: throw invalid(tokenStart + 1)
        }
        throw error(.textAfterRoot, at: tokenStart)
    }

    /// `<!NAME `, or `<![`
    private func checkDeclarationStart() throws(XMLError) {
        var place = tokenStart + 2
        if try byte(place) == UInt8(ascii: "[") { return }
        while Self.isASCIINameStart(try byte(place)) { place += 1 }
        guard place > tokenStart + 2 else { throw invalid(place) }
        if Self.isSpace(bytes[place]) { return }
        guard bytes[place] == UInt8(ascii: "%") else { throw invalid(place) }
        let next = try byte(place + 1)
        if Self.isSpace(next) || next == UInt8(ascii: "%") { throw invalid(place) }
    }

    /// One token of a document type declaration.
    private func checkDeclarationToken() throws(XMLError) {
        switch bytes[tokenStart] {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): try checkLiteral()
        case UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "("), UInt8(ascii: "|"),
            UInt8(ascii: ">"):
            break
        case UInt8(ascii: ")"): try expect(" \t\r\n>,|)*?+", at: tokenStart + 1)
        case UInt8(ascii: "%"):
            let next = try byte(tokenStart + 1)
            if Self.isSpace(next) || next == UInt8(ascii: "%") { return }
            try expect(";", at: try nameEnd(tokenStart + 1))
        case UInt8(ascii: "#"): try expect(" \t\r\n)>%|", at: try nameEnd(tokenStart + 1))
        default: try checkName()
        }
    }

    private func checkLiteral() throws(XMLError) {
        var place = tokenStart + 1
        while try byte(place) != bytes[tokenStart] { place = try characterEnd(place) }
        try expect(" \t\r\n>%[", at: place + 1)
    }

    /// A name, which may have a colon and a sign of repetition, or a name token, which may begin with any character of a name.
    private func checkName() throws(XMLError) {
        let first = bytes[tokenStart] == UInt8(ascii: ":") ? tokenStart + 1 : namePartsEnd(tokenStart)
        guard first > tokenStart else { throw invalid(tokenStart) }
        var isName = XMLNames.isStart(scalar(at: tokenStart).scalar)
        var colons = 0
        var place = namePartsEnd(first)
        while place < bytes.count, bytes[place] == UInt8(ascii: ":") {
            colons += 1
            let end = namePartsEnd(place + 1)
            if colons > 1 || end == place + 1 { isName = false }
            place = end
        }
        try expect(isName ? " \t\r\n>),|[%+*?" : " \t\r\n>),|[%", at: place)
    }

    private func expect(_ allowed: String, at place: Int) throws(XMLError) {
        let found = try byte(place)
        guard allowed.utf8.contains(found) else { throw invalid(place) }
    }

    private static func isASCIINameStart(_ byte: UInt8) -> Bool { byte < 0x80 && XMLNames.isStart(UInt32(byte)) }
}
