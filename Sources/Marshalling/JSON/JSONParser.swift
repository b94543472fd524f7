/// Reads one JSON text (RFC 8259, nothing beyond it) into a ``PythonValue``.
///
/// It keeps its own stack instead of calling itself, so that hostile nesting meets the depth limit and not the end of the
/// thread's stack.
struct JSONParser: ~Escapable {
    private let text: Span<UInt8>
    private var position = 0

    @_lifetime(copy text)
    init(_ text: Span<UInt8>) {
        self.text = text
    }

    /// An array or object whose end has not been read yet.
    private enum Open {
        case array([PythonValue])
        case object(JSONObject, key: String)
    }

    /// The value of the whole text.
    mutating func parse() throws(JSONError) -> PythonValue {
        var stack: [Open] = []
        reading: while true {
            skipWhitespace()
            var value: PythonValue
            switch peek() {
            case UInt8(ascii: "["):
                try checkDepth(stack.count)
                position += 1
                skipWhitespace()
                guard take("]") else {
                    stack.append(.array([]))
                    continue reading
                }
                value = .list([])
            case UInt8(ascii: "{"):
                try checkDepth(stack.count)
                position += 1
                skipWhitespace()
                guard take("}") else {
                    stack.append(.object(JSONObject(), key: try key(orEnd: true)))
                    continue reading
                }
                value = .dict([:])
            default:
                value = try scalar(inArray: stack.last)
            }
            // The value is complete: put it where it belongs, and close what it completes.
            while let open = stack.popLast() {
                skipWhitespace()
                switch open {
                case .array(var elements):
                    elements.append(value)
                    if take(",") {
                        stack.append(.array(elements))
                        continue reading
                    }
                    guard take("]") else { throw unexpected("',' or ']'") }
                    value = .list(elements)
                case .object(var object, let key):
                    object.set(key, value)
                    if take(",") {
                        skipWhitespace()
                        stack.append(.object(object, key: try self.key(orEnd: false)))
                        continue reading
                    }
                    guard take("}") else { throw unexpected("',' or '}'") }
                    value = .dict(object.dictionary)
                }
            }
            skipWhitespace()
            guard position == text.count else { throw unexpected("the end of the text") }
            return value
        }
    }

    private func checkDepth(_ depth: Int) throws(JSONError) {
        guard depth < JSONError.depthLimit else {
            let (line, column) = place(position)
            throw .tooDeep(line: line, column: column, limit: JSONError.depthLimit)
        }
    }

    private mutating func key(orEnd: Bool) throws(JSONError) -> String {
        guard peek() == UInt8(ascii: "\"") else { throw unexpected(orEnd ? "a key or '}'" : "a key") }
        let key = try string()
        skipWhitespace()
        guard take(":") else { throw unexpected("':'") }
        return key
    }

    private mutating func scalar(inArray open: Open?) throws(JSONError) -> PythonValue {
        switch peek() {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .none)
        case let byte? where byte == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte):
            return try number()
        default:
            if case .array(let elements) = open, elements.isEmpty { throw unexpected("a value or ']'") }
            throw unexpected("a value")
        }
    }

    private mutating func word(_ word: String, _ value: PythonValue) throws(JSONError) -> PythonValue {
        for expected in word.utf8 {
            guard peek() == expected else { throw unexpected("'\(word)'") }
            position += 1
        }
        return value
    }

    // MARK: Numbers

    private mutating func number() throws(JSONError) -> PythonValue {
        let start = position
        _ = take("-")
        let firstDigit = position
        try digits()
        let digitCount = position - firstDigit
        if digitCount > 1, text[firstDigit] == UInt8(ascii: "0") {
            position = firstDigit + 1
            throw unexpected("no digit after a leading zero")
        }
        var isInteger = true
        if take(".") {
            isInteger = false
            try digits()
        }
        if take("e") || take("E") {
            isInteger = false
            if !take("+") { _ = take("-") }
            try digits()
        }
        let written = String(decoding: bytes(start..<position), as: UTF8.self)
        if isInteger {
            if let small = Int(written) { return .int(small) }
            guard digitCount <= JSONError.digitLimit, let large = PythonInteger(written) else {
                throw outOfRange(start, "an integer of more than \(JSONError.digitLimit) digits")
            }
            return .bigInt(large)
        }
        guard let value = Double(written), value.isFinite else {
            throw outOfRange(start, "a number that no Double holds")
        }
        return .float(value)
    }

    private mutating func digits() throws(JSONError) {
        let start = position
        while let byte = peek(), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        guard position > start else { throw unexpected("a digit") }
    }

    private func outOfRange(_ start: Int, _ detail: String) -> JSONError {
        let (line, column) = place(start)
        return .numberOutOfRange(line: line, column: column, detail: detail)
    }

    // MARK: Strings

    /// The string that begins here; most hold no escape and are copied in one go.
    private mutating func string() throws(JSONError) -> String {
        position += 1
        let start = position
        while let byte = peek(), byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { position += 1 }
        if peek() == UInt8(ascii: "\"") {
            position += 1
            return try validated(start..<(position - 1), from: start)
        }
        var unescaped = bytes(start..<position)
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                guard let string = String(validating: unescaped, as: UTF8.self) else { throw invalidUTF8(in: start) }
                return string
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
            guard take("\\"), take("u") else { throw loneSurrogate(at: start) }
            let low = try fourHexDigits()
            guard (0xDC00..<0xE000).contains(low) else { throw loneSurrogate(at: start) }
            scalar = 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let unicode = Unicode.Scalar(scalar) else { throw loneSurrogate(at: start) }
        return Array(String(unicode).utf8)
    }

    private func loneSurrogate(at start: Int) -> JSONError {
        let (line, column) = place(start)
        return .syntax(line: line, column: column, expected: "a pair of surrogate escapes", found: "half of one")
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

    // MARK: Bytes

    private func peek() -> UInt8? { position < text.count ? text[position] : nil }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek() == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func skipWhitespace() {
        while let byte = peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private func bytes(_ range: Range<Int>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count)
        for index in range { bytes.append(text[index]) }
        return bytes
    }

    /// Line and column are counted only when something is wrong.
    private func place(_ offset: Int) -> (line: Int, column: Int) {
        var line = 1
        var lineStart = 0
        for index in 0..<min(offset, text.count) where text[index] == 0x0A {
            line += 1
            lineStart = index + 1
        }
        return (line, offset - lineStart + 1)
    }

    private func unexpected(_ expected: String) -> JSONError {
        let (line, column) = place(position)
        let found =
            switch peek() {
            case nil: "the end of the text"
            case let byte? where (0x21...0x7E).contains(byte): "'\(Character(Unicode.Scalar(byte)))'"
            case let byte?: "byte 0x" + String(byte, radix: 16, uppercase: true)
            }
        return .syntax(line: line, column: column, expected: expected, found: found)
    }
}

/// The members of an object as they are read: order of first appearance, last value wins.
///
/// A handful of keys is compared one by one; from there on an index keeps hostile objects from costing a square. Keys are one
/// when their bytes are, as in Python; Swift would also take a composed character and its parts for the same.
private struct JSONObject {
    private var entries: [PythonDictionary.Entry] = []
    private var index: [[UInt8]: Int] = [:]
    private static let indexedFrom = 16

    var dictionary: PythonDictionary { PythonDictionary(entries) }

    mutating func set(_ key: String, _ value: PythonValue) {
        if let place = place(of: key) {
            entries[place].value = value
            return
        }
        entries.append(.init(key: .string(key), value: value))
        if entries.count == Self.indexedFrom {
            for (place, entry) in entries.enumerated() { index[Array((entry.key.string ?? "").utf8)] = place }
        } else if entries.count > Self.indexedFrom {
            index[Array(key.utf8)] = entries.count - 1
        }
    }

    private func place(of key: String) -> Int? {
        guard entries.count < Self.indexedFrom else { return index[Array(key.utf8)] }
        return entries.firstIndex { $0.key.string?.utf8.elementsEqual(key.utf8) == true }
    }
}
