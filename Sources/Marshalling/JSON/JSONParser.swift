/// Reads one JSON text into a ``PythonValue``.
///
/// It keeps its own stack instead of calling itself, so that hostile nesting meets the depth limit and not the end of the
/// thread's stack.
struct JSONParser: ~Escapable {
    let text: Span<UInt8>
    let dialect: JSONDialect
    /// The byte that is read next.
    var position = 0

    @_lifetime(copy text)
    init(_ text: Span<UInt8>, dialect: JSONDialect = .standard) {
        self.text = text
        self.dialect = dialect
    }

    /// An array or object whose end has not been read yet. Both kinds of content lie side by side, as what lies in an enum cannot grow in
    /// place: each element would copy those before it.
    private struct Open {
        var elements: [PythonValue] = []
        var members = JSONMembers()
        /// The key whose value comes next; nil in an array.
        var key: PythonValue?

        var isEmptyArray: Bool { key == nil && elements.isEmpty }
    }

    /// The value of the whole text.
    mutating func parse() throws(JSONError) -> PythonValue {
        let value = try parseValue()
        skipWhitespace()
        guard position == text.count else { throw unexpected("the end of the text") }
        return value
    }

    /// The value that the text begins with, whatever comes after it.
    mutating func parseValue() throws(JSONError) -> PythonValue {
        var stack: [Open] = []
        while true {
            skipWhitespace()
            var value: PythonValue
            switch peek() {
            case UInt8(ascii: "["):
                try checkDepth(stack.count)
                position += 1
                skipWhitespace()
                guard take("]") else {
                    stack.append(Open())
                    continue
                }
                value = .list([])
            case UInt8(ascii: "{"):
                try checkDepth(stack.count)
                position += 1
                skipWhitespace()
                guard take("}") else {
                    stack.append(Open(key: try key(orEnd: true)))
                    continue
                }
                value = .dict([:])
            default:
                value = try scalar(atBeginningOfArray: stack.last?.isEmptyArray == true)
            }
            guard try !put(&value, into: &stack) else { return value }
        }
    }

    /// Puts a complete value where it belongs, and closes what it completes.
    ///
    /// - Returns: whether nothing is open any more; then `value` is the outermost one.
    private mutating func put(_ value: inout PythonValue, into stack: inout [Open]) throws(JSONError) -> Bool {
        while let innermost = stack.indices.last {
            skipWhitespace()
            guard let key = stack[innermost].key else {
                stack[innermost].elements.append(value)
                if take(",") { return false }
                guard take("]") else { throw unexpected("',' or ']'") }
                value = .list(stack.removeLast().elements)
                continue
            }
            stack[innermost].members.set(key, value)
            if take(",") {
                skipWhitespace()
                stack[innermost].key = try self.key(orEnd: false)
                return false
            }
            guard take("}") else { throw unexpected("',' or '}'") }
            value = .dict(stack.removeLast().members.dictionary)
        }
        return true
    }

    private func checkDepth(_ depth: Int) throws(JSONError) {
        guard depth < JSONError.depthLimit else {
            let (line, column) = place(position)
            throw .tooDeep(line: line, column: column, limit: JSONError.depthLimit)
        }
    }

    private mutating func key(orEnd: Bool) throws(JSONError) -> PythonValue {
        guard peek() == UInt8(ascii: "\"") else { throw unexpected(orEnd ? "a key or '}'" : "a key") }
        let key = try string()
        skipWhitespace()
        guard take(":") else { throw unexpected("':'") }
        return key
    }

    private mutating func scalar(atBeginningOfArray: Bool) throws(JSONError) -> PythonValue {
        switch peek() {
        case UInt8(ascii: "\""): return try string()
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .none)
        case let byte? where byte == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte):
            return try number()
        case UInt8(ascii: "N") where dialect == .python: return try word("NaN", .float(.nan))
        case UInt8(ascii: "I") where dialect == .python: return try word("Infinity", .float(.infinity))
        default:
            if atBeginningOfArray { throw unexpected("a value or ']'") }
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
        if take("-"), dialect == .python, peek() == UInt8(ascii: "I") {
            return try word("Infinity", .float(-.infinity))
        }
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
        guard let value = Double(written), value.isFinite || dialect == .python else {
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

    // MARK: Bytes

    func peek() -> UInt8? { position < text.count ? text[position] : nil }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek() == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func skipWhitespace() {
        while let byte = peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    func bytes(_ range: Range<Int>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count)
        for index in range { bytes.append(text[index]) }
        return bytes
    }

    /// Line and column are counted only when something is wrong.
    func place(_ offset: Int) -> (line: Int, column: Int) {
        var line = 1
        var lineStart = 0
        for index in 0..<min(offset, text.count) where text[index] == 0x0A {
            line += 1
            lineStart = index + 1
        }
        return (line, offset - lineStart + 1)
    }

    func unexpected(_ expected: String) -> JSONError {
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
