/// Cuts a signature string into tokens, each with its place. Reads Unicode scalars, so that a combining mark after a quote
/// cannot hide it.
struct SignatureLexer {
    struct Token: Equatable {
        enum Kind: Equatable {
            case name(String)
            case constant(LiteralValue)
            case arrow
            case ellipsis
            case punctuation(Unicode.Scalar)
            case end
        }

        var kind: Kind
        /// In Unicode scalars, from 1.
        var column: Int
    }

    private let scalars: [Unicode.Scalar]
    /// The same as bytes when all of it is ASCII, as nearly always: texts are made of these much faster. Else empty.
    private let ascii: [UInt8]
    private var position = 0

    init(_ source: String) {
        let bytes = Array(source.utf8)
        let isASCII = bytes.allSatisfy { $0 < 0x80 }
        ascii = isASCII ? bytes : []
        scalars = isASCII ? bytes.map { Unicode.Scalar($0) } : Array(source.unicodeScalars)
    }

    mutating func next() throws(SignatureError) -> Token {
        skipBlanks()
        let column = position + 1
        guard let scalar = peek() else { return Token(kind: .end, column: column) }
        switch scalar {
        case _ where scalar.beginsName:
            // A dotted name is one token, so that the whole of it can be named in a message; no field may have one.
            var written = take { $0.continuesName || $0 == "." }
            // Blanks may follow the dot.
            while written.utf8.last == UInt8(ascii: ".") {
                skipBlanks()
                guard peek()?.beginsName == true else { break }
                written += take { $0.continuesName || $0 == "." }
            }
            let name = ascii.isEmpty ? written.compatiblyComposed : written
            if let quote = peek(), quote == "'" || quote == "\"", let prefix = StringPrefix(name) {
                return Token(kind: .constant(try string(quote: quote, prefix)), column: column)
            }
            return Token(kind: .name(name), column: column)
        case "'", "\"": return Token(kind: .constant(try string(quote: scalar, .init())), column: column)
        case "-":
            position += 1
            if peek() == ">" {
                position += 1
                return Token(kind: .arrow, column: column)
            }
            guard peek()?.isDigit == true || peek() == "." else { throw unexpected("'->'", "'-'", column) }
            return Token(kind: .constant(try number(sign: "-", column: column)), column: column)
        case ".":
            if scalars[position...].prefix(3).elementsEqual(["." as Unicode.Scalar, ".", "."]) {
                position += 3
                return Token(kind: .ellipsis, column: column)
            }
            guard position + 1 < scalars.count, scalars[position + 1].isDigit else {
                throw unexpected("a name, a type or '->'", "'.'", column)
            }
            return Token(kind: .constant(try number(sign: "", column: column)), column: column)
        case _ where scalar.isDigit:
            return Token(kind: .constant(try number(sign: "", column: column)), column: column)
        case ",", ":", "[", "]", "|", "(", ")", "=", "?":
            position += 1
            return Token(kind: .punctuation(scalar), column: column)
        default: throw unexpected("a name, a type or '->'", Self.shown(scalar), column)
        }
    }

    /// The text between two columns, for what is kept as it was written.
    func text(from start: Int, to end: Int) -> String {
        text((start - 1)..<(end - 1))
    }

    /// White space, comments that end with their line, and backslashes at the end of one, as in Python.
    private mutating func skipBlanks() {
        while let scalar = peek() {
            if scalar.isSpace {
                position += 1
            } else if scalar == "#", let end = scalars[position...].firstIndex(of: "\n") {
                position = end
            } else if scalar == "\\", position + 1 < scalars.count, scalars[position + 1] == "\n" {
                position += 2
            } else {
                return
            }
        }
    }

    private func peek() -> Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    private mutating func take(while condition: (Unicode.Scalar) -> Bool) -> String {
        let start = position
        while position < scalars.count, condition(scalars[position]) { position += 1 }
        return text(start..<position)
    }

    private func text(_ range: Range<Int>) -> String {
        ascii.isEmpty
            ? String(String.UnicodeScalarView(scalars[range])) : String(decoding: ascii[range], as: UTF8.self)
    }

    // MARK: Numbers

    private mutating func number(sign: String, column: Int) throws(SignatureError) -> LiteralValue {
        var written = take { $0.continuesName || $0 == "." }
        // The sign of an exponent belongs to the number.
        if let last = written.last, last == "e" || last == "E", !written.hasPrefix("0x"), let next = peek(),
            next == "-" || next == "+"
        {
            position += 1
            written += String(next) + take(while: \.continuesName)
        }
        guard let value = Self.number(written, sign: sign) else {
            throw unexpected("a number", "'\(sign)\(written.prefix(40))'", column)
        }
        return value
    }

    /// The number that Python reads; nil for what it refuses, and for whole numbers of more than 64 bits.
    private static func number(_ written: String, sign: String) -> LiteralValue? {
        let parts = written.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        let digits = parts.joined()
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where digits.lowercased().hasPrefix(prefix) {
            return Int(sign + digits.dropFirst(2), radix: radix).map(LiteralValue.int)
        }
        if digits.allSatisfy({ ("0"..."9").contains($0) }) {
            // Python refuses 007 too.
            guard digits.allSatisfy({ $0 == "0" }) || digits.first != "0" else { return nil }
            return Int(sign + digits).map(LiteralValue.int)
        }
        guard digits.allSatisfy({ "0123456789.eE+-".contains($0) }) else { return nil }
        // Swift wants a digit on both sides of the point.
        let mantissa = digits.prefix { $0 != "e" && $0 != "E" }
        let whole = (mantissa.hasPrefix(".") ? "0" : "") + mantissa + (mantissa.hasSuffix(".") ? "0" : "")
        return Double(sign + whole + digits.dropFirst(mantissa.count)).map(LiteralValue.float)
    }

    // MARK: Texts

    /// The letters before the quote of a text.
    private struct StringPrefix {
        var isBytes = false
        var isRaw = false

        init() {}

        init?(_ letters: String) {
            let letters = letters.lowercased()
            guard ["b", "r", "u", "br", "rb"].contains(letters) else { return nil }
            isBytes = letters.contains("b")
            isRaw = letters.contains("r")
        }
    }

    private mutating func string(
        quote: Unicode.Scalar, _ prefix: StringPrefix
    ) throws(SignatureError) -> LiteralValue {
        let start = position + 1
        position += 1
        var text = String.UnicodeScalarView()
        while let scalar = peek() {
            position += 1
            switch scalar {
            case quote:
                guard prefix.isBytes else { return .string(String(text)) }
                let bytes = text.compactMap { UInt8(exactly: $0.value) }
                guard bytes.count == text.count else { throw unexpected("bytes of ASCII", "other characters", start) }
                return .bytes(bytes)
            case "\n", "\r": throw unexpected("the closing quote", "the end of the line", position)
            case "\\" where prefix.isRaw:
                text.append(scalar)
                if let next = peek(), next != "\n", next != "\r" {
                    text.append(next)
                    position += 1
                }
            case "\\":
                let column = position
                if let escaped = try escape() {
                    text.append(escaped)
                } else {
                    // Not an escape of Python's either: both characters stand for themselves.
                    text.append(contentsOf: scalars[(column - 1)..<position])
                }
            case _ where prefix.isBytes && !scalar.isASCII:
                throw unexpected("bytes of ASCII", Self.shown(scalar), position)
            default: text.append(scalar)
            }
        }
        throw unexpected(
            "the closing quote", "the end of the signature; the text begins at column \(start)", position + 1)
    }

    /// The character behind a backslash; nil when the two are no escape.
    private mutating func escape() throws(SignatureError) -> Unicode.Scalar? {
        let column = position
        guard let scalar = peek() else {
            throw unexpected("a character after '\\'", "the end of the signature", column + 1)
        }
        position += 1
        switch scalar {
        case "'", "\"", "\\": return scalar
        case "a": return "\u{07}"
        case "b": return "\u{08}"
        case "f": return "\u{0C}"
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "v": return "\u{0B}"
        case "0"..."7": return octal(scalar)
        case "x": return try hexadecimal(digits: 2, column: column)
        case "u": return try hexadecimal(digits: 4, column: column)
        case "U": return try hexadecimal(digits: 8, column: column)
        case "N": throw unexpected("an escape by number, as \\u2022", "a name of a character", column)
        default: return nil
        }
    }

    private mutating func octal(_ first: Unicode.Scalar) -> Unicode.Scalar {
        var value = first.value - 48
        for _ in 0..<2 {
            guard let next = peek(), ("0"..."7").contains(next) else { break }
            value = value * 8 + next.value - 48
            position += 1
        }
        // Three octal digits are at most 511, which are all characters.
        return Unicode.Scalar(value) ?? first
    }

    private mutating func hexadecimal(digits: Int, column: Int) throws(SignatureError) -> Unicode.Scalar {
        let text = String(String.UnicodeScalarView(scalars[position..<min(position + digits, scalars.count)]))
        guard text.utf8.count == digits, text.utf8.allSatisfy(\.isHexadecimal), let value = UInt32(text, radix: 16),
            let scalar = Unicode.Scalar(value)
        else { throw unexpected("\(digits) hexadecimal digits of a Unicode character", "'\(text)'", column) }
        position += digits
        return scalar
    }

    private func unexpected(_ expected: String, _ found: String, _ column: Int) -> SignatureError {
        SignatureError(.unexpected(expected: expected, found: found), column: column)
    }

    /// A character for a message; what cannot be seen is named by its number.
    static func shown(_ scalar: Unicode.Scalar) -> String {
        scalar.value < 0x20 || scalar.value == 0x7F || scalar.properties.generalCategory == .format
            ? "U+" + String(scalar.value, radix: 16, uppercase: true) : "'\(Character(scalar))'"
    }
}

extension UInt8 {
    fileprivate var isHexadecimal: Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self)
            || (UInt8(ascii: "A")...UInt8(ascii: "F")).contains(self)
    }
}
