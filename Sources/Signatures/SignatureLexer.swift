/// Cuts a signature string into tokens, each with its place. Reads Unicode scalars, so that a combining mark after a quote
/// cannot hide it.
struct SignatureLexer {
    struct Token: Equatable {
        enum Kind: Equatable {
            case name(String)
            case string(String)
            case int(Int)
            case arrow
            case punctuation(Unicode.Scalar)
            case end
        }

        var kind: Kind
        /// In Unicode scalars, from 1.
        var column: Int
    }

    private let scalars: [Unicode.Scalar]
    private var position = 0

    init(_ source: String) { scalars = Array(source.unicodeScalars) }

    mutating func next() throws(SignatureError) -> Token {
        while let scalar = peek(), scalar.isSpace { position += 1 }
        let column = position + 1
        guard let scalar = peek() else { return Token(kind: .end, column: column) }
        switch scalar {
        case _ where scalar.beginsName:
            // A dotted name is one token, so that the whole of it can be named in a message; no field may have one.
            return Token(kind: .name(take { $0.continuesName || $0 == "." }), column: column)
        case "'", "\"": return Token(kind: .string(try string(quote: scalar)), column: column)
        case "-":
            position += 1
            if peek() == ">" {
                position += 1
                return Token(kind: .arrow, column: column)
            }
            guard peek()?.isDigit == true else { throw unexpected("'->'", "'-'", column) }
            return Token(kind: .int(try number(sign: "-", column: column)), column: column)
        case _ where scalar.isDigit: return Token(kind: .int(try number(sign: "", column: column)), column: column)
        case ",", ":", "[", "]", "|":
            position += 1
            return Token(kind: .punctuation(scalar), column: column)
        default: throw unexpected("a name, a type or '->'", Self.shown(scalar), column)
        }
    }

    private func peek() -> Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    private mutating func take(while condition: (Unicode.Scalar) -> Bool) -> String {
        var text = String.UnicodeScalarView()
        while let scalar = peek(), condition(scalar) {
            text.append(scalar)
            position += 1
        }
        return String(text)
    }

    private mutating func number(sign: String, column: Int) throws(SignatureError) -> Int {
        let digits = take(while: \.continuesName)
        // Python refuses 007 too.
        guard let value = Int(sign + digits), digits == "0" || digits.unicodeScalars.first != "0" else {
            throw unexpected("a whole number of 64 bits", "'\(sign)\(digits.prefix(40))'", column)
        }
        if peek() == "." { throw unexpected("a whole number", "'\(sign)\(digits).'", column) }
        return value
    }

    private mutating func string(quote: Unicode.Scalar) throws(SignatureError) -> String {
        let start = position + 1
        position += 1
        var text = String.UnicodeScalarView()
        while let scalar = peek() {
            position += 1
            switch scalar {
            case quote: return String(text)
            case "\n", "\r": throw unexpected("the closing quote", "the end of the line", position)
            case "\\": text.append(try escape())
            default: text.append(scalar)
            }
        }
        throw unexpected(
            "the closing quote", "the end of the signature; the text begins at column \(start)", position + 1)
    }

    private mutating func escape() throws(SignatureError) -> Unicode.Scalar {
        let column = position
        guard let scalar = peek() else {
            throw unexpected("a character after '\\'", "the end of the signature", column + 1)
        }
        position += 1
        switch scalar {
        case "'", "\"", "\\": return scalar
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "x": return try hexadecimal(digits: 2, column: column)
        case "u": return try hexadecimal(digits: 4, column: column)
        case "U": return try hexadecimal(digits: 8, column: column)
        default:
            throw unexpected("one of \\\\ \\' \\\" \\n \\r \\t \\x \\u \\U", "'\\' and \(Self.shown(scalar))", column)
        }
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
