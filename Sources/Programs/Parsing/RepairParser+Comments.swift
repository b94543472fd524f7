extension RepairParser {
    /// Skips white space and comments, also where they take turns.
    mutating func skipWhitespaceAndComments() {
        while true {
            text.skipWhitespace()
            guard text.current == "#" || (text.current == "/" && text[1].isOne(of: "/", "*")) else { return }
            skipComment()
        }
    }

    /// Skips one comment, or a slash that begins none. A comment behind `#` ends before what closes the innermost containers, too.
    mutating func skipComment() {
        let start = text.index
        switch (text.current, text[1]) {
        case ("#"?, _):
            while let character = text.current, !endsHashComment(character) { text.index += 1 }
        case ("/"?, "/"?):
            while let character = text.current, character != "\n", character != "\r" { text.index += 1 }
        case ("/"?, "*"?):
            text.index += 2
            // The star that opens the comment may also close it.
            var previous: Unicode.Scalar = "*"
            while let character = text.current {
                text.index += 1
                if previous == "*", character == "/" { break }
                previous = character
            }
        case ("/"?, _):
            text.index += 1
        default: break
        }
        text.spend(text.index - start)
    }

    private func endsHashComment(_ character: Unicode.Scalar) -> Bool {
        switch character {
        case "\n", "\r": true
        case "]": context.contains(.array)
        case "}": context.contains(.objectValue)
        case ":": context.contains(.objectKey)
        default: false
        }
    }
}
