extension JSONParser {
    /// The string that begins here; most hold no escape and are copied in one go.
    mutating func string() throws(JSONError) -> PythonValue {
        position += 1
        let start = position
        while let byte = peek(), byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { position += 1 }
        if peek() == UInt8(ascii: "\"") {
            position += 1
            return .string(try validated(start..<(position - 1), from: start))
        }
        var unescaped = bytes(start..<position)
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                if let string = String(validating: unescaped, as: UTF8.self) { return .string(string) }
                guard dialect == .python, let string = PythonSurrogateString(bytes: unescaped) else {
                    throw invalidUTF8(in: start)
                }
                return .surrogateString(string)
            case UInt8(ascii: "\\"):
                try escape(into: &unescaped)
            case ..<0x20:
                throw unexpected("an escape for a control character")
            default:
                unescaped.append(byte)
                position += 1
            }
        }
        throw unexpected("'\"'")
    }

    private func validated(_ range: Range<Int>, from start: Int) throws(JSONError) -> String {
        do {
            return String(copying: try UTF8Span(validating: text.extracting(range)))
        } catch {
            throw invalidUTF8(in: start)
        }
    }

    private func invalidUTF8(in start: Int) -> JSONError {
        let (line, column) = place(start)
        return .syntax(line: line, column: column, expected: "a string in UTF-8", found: "other bytes")
    }

    private mutating func escape(into unescaped: inout [UInt8]) throws(JSONError) {
        position += 1
        let byte = peek()
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): unescaped.append(byte ?? 0)
        case UInt8(ascii: "b"): unescaped.append(0x08)
        case UInt8(ascii: "f"): unescaped.append(0x0C)
        case UInt8(ascii: "n"): unescaped.append(0x0A)
        case UInt8(ascii: "r"): unescaped.append(0x0D)
        case UInt8(ascii: "t"): unescaped.append(0x09)
        case UInt8(ascii: "u"): unescaped += try unicodeEscape()
        default:
            position -= 1
            throw unexpected("one of the escapes \" \\ / b f n r t u")
        }
    }

    /// The UTF-8 of the escape whose `\u` has been read; a pair of surrogates is one scalar.
    private mutating func unicodeEscape() throws(JSONError) -> [UInt8] {
        let start = position - 2
        var scalar = try fourHexDigits()
        if (0xD800..<0xDC00).contains(scalar) {
            let afterFirst = position
            if take("\\"), take("u") {
                let low = try fourHexDigits()
                if (0xDC00..<0xE000).contains(low) {
                    scalar = 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
                } else {
                    position = afterFirst
                }
            } else {
                position = afterFirst
            }
        }
        if let unicode = Unicode.Scalar(scalar) { return Array(String(unicode).utf8) }
        guard dialect == .python else {
            let (line, column) = place(start)
            throw .syntax(line: line, column: column, expected: "a pair of surrogate escapes", found: "half of one")
        }
        return CodePoints.surrogateBytes(scalar)
    }

    private mutating func fourHexDigits() throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            let digit: UInt8
            switch peek() {
            case let byte? where (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte):
                digit = byte - UInt8(ascii: "0")
            case let byte? where (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte):
                digit = byte - UInt8(ascii: "a") + 10
            case let byte? where (UInt8(ascii: "A")...UInt8(ascii: "F")).contains(byte):
                digit = byte - UInt8(ascii: "A") + 10
            default: throw unexpected("four hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }
}
