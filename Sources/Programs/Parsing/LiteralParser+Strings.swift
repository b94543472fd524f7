internal import Marshalling

extension LiteralParser {
    /// The `str` or `bytes` that begins here with a quote or a prefix, and all those that follow it.
    mutating func strings() throws(NoLiteral) -> PythonValue {
        var points: [UInt32] = []
        let isBytes = try string(into: &points)
        try skipWhitespace()
        while let start = quoteAfterPrefix, scalars[start] == "\"" || scalars[start] == "'" {
            guard try string(into: &points) == isBytes else { throw NoLiteral() }
            try skipWhitespace()
        }
        return isBytes ? .bytes(points.map { UInt8(truncatingIfNeeded: $0) }) : PythonValue(codePoints: points)
    }

    /// Where the quote is if a string begins here; nil when the text ends before.
    private var quoteAfterPrefix: Int? { scalars[index...].firstIndex { !($0.isASCII && $0.isPythonAlpha) } }

    /// Reads one string.
    ///
    /// - Returns: whether it is `bytes`.
    private mutating func string(into points: inout [UInt32]) throws(NoLiteral) -> Bool {
        guard let start = quoteAfterPrefix, scalars[start] == "\"" || scalars[start] == "'" else { throw NoLiteral() }
        let (isBytes, isRaw): (Bool, Bool) =
            switch String(String.UnicodeScalarView(scalars[index..<start])).lowercased() {
            case "", "u": (false, false)
            case "r": (false, true)
            case "b": (true, false)
            case "br", "rb": (true, true)
            default: throw NoLiteral()
            }
        index = start
        let quote = scalars[start]
        let isTriple = scalars[start...].starts(with: [quote, quote, quote])
        index += isTriple ? 3 : 1
        while let character = current {
            if character == quote, !isTriple || scalars[index...].starts(with: [quote, quote, quote]) {
                index += isTriple ? 3 : 1
                return isBytes
            }
            guard character != "\n" || isTriple, character.isASCII || !isBytes else { throw NoLiteral() }
            index += 1
            guard character == "\\" else {
                points.append(character.value)
                continue
            }
            guard let escaped = current, escaped.isASCII || !isBytes else { throw NoLiteral() }
            if isRaw {
                index += 1
                points += [character.value, escaped.value]
            } else if let point = try escape(isBytes: isBytes) {
                points.append(point)
            }
        }
        throw NoLiteral()
    }

    /// Reads an escape behind its backslash; what is none leaves the backslash in the text.
    ///
    /// - Returns: nil for a line break, which is left out.
    private mutating func escape(isBytes: Bool) throws(NoLiteral) -> UInt32? {
        guard let character = current else { throw NoLiteral() }
        index += 1
        switch character {
        case "\n": return nil
        case "\\", "'", "\"": return character.value
        case "a": return 0x07
        case "b": return 0x08
        case "f": return 0x0C
        case "n": return 0x0A
        case "r": return 0x0D
        case "t": return 0x09
        case "v": return 0x0B
        case "0"..."7":
            index -= 1
            let digits = scalars[index...].prefix(3).prefix { ("0"..."7").contains($0) }
            index += digits.count
            return digits.reduce(0) { $0 << 3 | ($1.value - 0x30) }
        case "x": return try hexEscape(digits: 2)
        case "u" where !isBytes: return try hexEscape(digits: 4)
        case "U" where !isBytes: return try hexEscape(digits: 8)
        case "N" where !isBytes: return try namedEscape()
        default:
            index -= 1
            return 0x5C
        }
    }

    private mutating func hexEscape(digits count: Int) throws(NoLiteral) -> UInt32 {
        let digits = scalars[index...].prefix(count)
        guard digits.count == count, digits.allSatisfy(\.isASCIIHexDigit),
            let point = UInt32(String(String.UnicodeScalarView(digits)), radix: 16), point <= 0x10FFFF
        else { throw NoLiteral() }
        index += count
        return point
    }

    /// The character of `\N{NAME}`.
    private mutating func namedEscape() throws(NoLiteral) -> UInt32 {
        guard current == "{", let end = scalars[index...].firstIndex(of: "}") else { throw NoLiteral() }
        let name = String(String.UnicodeScalarView(scalars[(index + 1)..<end]))
        guard let character = names.character(named: name, in: scalars[index...]) else { throw NoLiteral() }
        index = end + 1
        return character.value
    }
}
