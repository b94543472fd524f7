// Paths are made while an error travels outwards, so a value that decodes pays nothing for them.
extension WireError {
    /// The same error, seen from the record or container around it.
    ///
    /// - Parameter key: the property's or entry's name.
    @inline(never) public func within(_ key: StaticString) -> WireError { within(step: "\(key)") }

    /// The same error, seen from the list around it.
    ///
    /// - Parameter index: the element's place.
    @inline(never) public func within(_ index: Int) -> WireError { within(step: "[\(index)]") }

    /// The same error, seen from one step further out: `name`, `[17]`, `["key"]` or `{3}`.
    func within(step: String) -> WireError {
        guard case .mismatch(let path, let expected, let found) = self else { return self }
        let joint = path.isEmpty || path.hasPrefix("[") || path.hasPrefix("{") ? "" : "."
        return .mismatch(path: step + joint + path, expected: expected, found: found)
    }

    /// Whether it says that the value is of another type, rather than that the bytes are no wire form.
    @usableFromInline var isMismatch: Bool { if case .mismatch = self { true } else { false } }
}

extension WireDecoder {
    /// The error that says what stands where a value of another type was expected. Nothing is read.
    ///
    /// - Parameter expected: the Swift type, or what is allowed, in words.
    /// - Returns: ``WireError/mismatch(path:expected:found:)``, or what is wrong with the bytes.
    @inline(never) @_lifetime(self: copy self)
    public mutating func mismatch(expected: String) -> WireError {
        let start = position
        defer { position = start }
        do throws(WireError) {
            return .mismatch(path: "", expected: expected, found: try found())
        } catch { return error }
    }

    /// The error that says that a `dict` has no entry for a property.
    @inline(never) public borrowing func missing(_ key: StaticString, expected: String) -> WireError {
        .mismatch(path: "\(key)", expected: expected, found: "no such key")
    }

    /// The next value in words: the type as Python calls it, and of a small value what it is.
    @_lifetime(self: copy self)
    private mutating func found() throws(WireError) -> String {
        let tag = try peek()
        switch tag {
        case .none: return "None"
        case .false: return "bool False"
        case .true: return "bool True"
        case .int8, .int32, .int64, .bigInt: return "int \(Self.shortened(Self.digits(try value())))"
        case .float:
            if case .float(let number) = try value() { return "float \(number)" }
            return "float"
        case .str8, .str32: return "str \(Self.quoted(try str()))"
        case .complex: return "complex"
        case .surrogateStr: return "str with a lone surrogate"
        case .bytes: return "bytes of \(try counted())"
        case .bytearray: return "bytearray of \(try counted())"
        case .list, .floatList: return "list of \(try counted())"
        case .tuple: return "tuple of \(try counted())"
        case .set: return "set of \(try counted())"
        case .frozenset: return "frozenset of \(try counted())"
        case .dict: return "dict of \(try counted())"
        case .extended:
            _ = try self.tag()
            return try str()
        case .mark, .shared:
            _ = try self.tag()
            return try found()
        case .again: return "an object that was sent before"
        case .reference:
            _ = try self.tag()
            _ = try number(UInt64.self)
            return "reference to \(try str())"
        case .array: return "array"
        }
    }

    @_lifetime(self: copy self)
    private mutating func counted() throws(WireError) -> Int {
        _ = try tag()
        return try count(unit: 1)
    }

    private static func digits(_ value: PythonValue) -> String {
        switch value {
        case .int(let number): "\(number)"
        case .bigInt(let number): "of \(number.littleEndianBytes.count) bytes"
        default: ""
        }
    }

    private static func shortened(_ text: String) -> String {
        text.unicodeScalars.count <= 40 ? text : String(text.unicodeScalars.prefix(40)) + "…"
    }

    /// A text between quotes, its control characters escaped, cut after 40 characters.
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars.prefix(40) { quoted += scalar.escaped(asASCII: false) }
        return quoted + (text.unicodeScalars.dropFirst(40).isEmpty ? "\"" : "…\"")
    }
}

extension WireError: CustomStringConvertible {
    /// What happened, and where.
    public var description: String {
        switch self {
        case .noWireForm(let type, let path): "\(path.isEmpty ? "" : "\(path): ")\(type) has no wire form"
        case .tooDeep(let limit): "containers are nested deeper than \(limit)"
        case .tooLarge(let bytes, let limit): "\(bytes) bytes do not fit a frame, which holds \(limit)"
        case .truncated(let offset): "the frame ends at byte \(offset), before the value does"
        case .lyingLength(let offset, let claimed, let available):
            "the length or count \(claimed) at byte \(offset) exceeds the \(available) that the frame has left"
        case .unknownTag(let offset, let tag): "the byte \(tag) at byte \(offset) is no tag"
        case .invalidUTF8(let offset): "the str at byte \(offset) is not UTF-8"
        case .trailingBytes(let offset): "the value ends at byte \(offset), before the frame does"
        case .invalid(let offset, let detail): "\(detail) (at byte \(offset))"
        case .mismatch(let path, let expected, let found):
            "\(path.isEmpty ? "" : "\(path): ")expected \(expected), found \(found)"
        }
    }
}

extension WireError {
    /// The error that says that an enum has no case of a name.
    @inline(never) public static func unknownCase(
        _ name: String, at key: StaticString, expected: String
    ) -> WireError {
        .mismatch(path: "\(key)", expected: expected, found: "str \(WireDecoder.quoted(name))")
    }
}
