extension XMLScanner {
    /// The error for a character that cannot stand where it does.
    func invalid(_ place: Int) -> XMLError {
        guard place < contentEnd else { return error(.invalidToken(found: nil), at: place) }
        let found = String(decoding: bytes[place..<min(place + 4, contentEnd)], as: UTF8.self).unicodeScalars.first
        return error(.invalidToken(found: found.map(Self.shown)), at: place)
    }

    /// An error with the line and the column of a place.
    func error(_ problem: XMLError.Problem, at place: Int) -> XMLError {
        var line = 1
        var column = 1
        for index in 0..<min(place, bytes.count) {
            switch bytes[index] {
            case 0x0A where index > 0 && bytes[index - 1] == 0x0D: break  // counted with the carriage return
            case 0x0A, 0x0D:
                line += 1
                column = 1
            case 0x80..<0xC0: break  // goes on with a character
            default: column += 1
            }
        }
        return XMLError(problem: problem, line: line, column: column)
    }

    private static func shown(_ scalar: Unicode.Scalar) -> String {
        switch scalar.properties.generalCategory {
        case .control, .format, .unassigned, .privateUse, .lineSeparator, .paragraphSeparator:
            "U+" + String(scalar.value, radix: 16, uppercase: true)
        default: "'\(Character(scalar))'"
        }
    }
}
