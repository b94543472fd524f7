/// Writes a ``PythonValue`` as JSON text.
struct JSONWriter {
    private(set) var text: [UInt8] = []
    private let style: JSONStyle
    private var depth = 0

    /// What was written out, so that writing it again is a repetition.
    private var written: Set<PythonShared> = []
    /// Bytes of the repetitions before the one that is being written, and where that began.
    private var repeated = 0
    private var repetition: Int?
    private let mostRepeated: Int

    init(style: JSONStyle, mostRepeated: Int = 1 << 24) {
        self.style = style
        self.mostRepeated = mostRepeated
    }

    mutating func write(_ value: PythonValue) throws(JSONError) {
        switch value {
        case .none: append("null")
        case .bool(let value): append(value ? "true" : "false")
        case .int(let value): append(String(value))
        case .bigInt(let value): append(try style.digits(of: value))
        case .float(let value): append(try style.text(of: value))
        case .string(let value): write(value)
        case .list(let elements), .tuple(let elements): try write(elements)
        case .set(let set) where style.dialect == .standard, .frozenset(let set) where style.dialect == .standard:
            try write(set.elements)
        case .dict(let entries): try write(entries)
        case .shared(let shared): try write(shared)
        case .surrogateString:
            throw .noJSONForm(path: "$", detail: "a str with a lone surrogate has no JSON form")
        case .bytes, .bytearray, .complex, .set, .frozenset, .extended, .array, .hosted, .reference:
            throw .noJSONForm(path: "$", detail: "\(value.typeName) has no JSON form")
        }
    }

    /// JSON cannot share, so what is small as a value may be endless as a text: repetitions are counted. A cycle ends at the limit of depth.
    private mutating func write(_ shared: PythonShared) throws(JSONError) {
        guard repeated + text.count - (repetition ?? text.count) <= mostRepeated else {
            throw .noJSONForm(path: "$", detail: "what it repeats takes more than \(mostRepeated) bytes")
        }
        let value = PythonValue.shared(shared).unshared
        if written.insert(shared).inserted || repetition != nil { return try write(value) }
        let start = text.count
        repetition = start
        try write(value)
        repetition = nil
        repeated += text.count - start
    }

    private mutating func write(_ elements: [PythonValue]) throws(JSONError) {
        guard !elements.isEmpty else { return append("[]") }
        try open("[")
        for (index, element) in elements.enumerated() {
            separate(first: index == 0)
            do {
                try write(element)
            } catch {
                throw error.inside("[\(index)]")
            }
        }
        close("]")
    }

    private mutating func write(_ entries: PythonDictionary) throws(JSONError) {
        guard !entries.isEmpty else { return append("{}") }
        try open("{")
        for (index, entry) in entries.enumerated() {
            guard let key = try style.text(ofKey: entry.key) else {
                throw .noJSONForm(path: "$", detail: "a dict key of type \(entry.key.typeName) has no JSON form")
            }
            separate(first: index == 0)
            write(key)
            append(style.colon)
            do {
                try write(entry.value)
            } catch {
                throw error.inside(Self.member(key))
            }
        }
        close("}")
    }

    private mutating func open(_ bracket: String) throws(JSONError) {
        guard depth < JSONError.depthLimit else {
            throw .noJSONForm(path: "$", detail: "nested deeper than \(JSONError.depthLimit) levels")
        }
        append(bracket)
        depth += 1
    }

    private mutating func separate(first: Bool) {
        if !first { append(style.comma) }
        newLine()
    }

    private mutating func close(_ bracket: String) {
        depth -= 1
        newLine()
        append(bracket)
    }

    private mutating func newLine() {
        guard let indent = style.indent else { return }
        text.append(0x0A)
        text.append(contentsOf: repeatElement(0x20, count: indent * depth))
    }

    private mutating func write(_ string: String) {
        text.append(UInt8(ascii: "\""))
        for byte in string.utf8 {
            switch byte {
            case UInt8(ascii: "\""): append("\\\"")
            case UInt8(ascii: "\\"): append("\\\\")
            case 0x08: append("\\b")
            case 0x09: append("\\t")
            case 0x0A: append("\\n")
            case 0x0C: append("\\f")
            case 0x0D: append("\\r")
            case ..<0x20: append("\\u00" + (byte < 0x10 ? "0" : "") + String(byte, radix: 16))
            default: text.append(byte)
            }
        }
        text.append(UInt8(ascii: "\""))
    }

    private mutating func append(_ string: String) { text.append(contentsOf: string.utf8) }

    /// `.name` where that is unmistakable, else `["odd name"]`.
    private static func member(_ key: String) -> String {
        let plain = key.utf8.allSatisfy {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "_")
        }
        if plain, !key.isEmpty { return "." + key }
        var writer = JSONWriter(style: .compact)
        writer.write(String(key.prefix(64)))
        return "[" + String(decoding: writer.text, as: UTF8.self) + "]"
    }
}

extension JSONError {
    /// The same error seen from one container further out; the path grows only while an error is on its way.
    fileprivate func inside(_ step: String) -> JSONError {
        guard case .noJSONForm(let path, let detail) = self else { return self }
        return .noJSONForm(path: "$" + step + path.dropFirst(), detail: detail)
    }
}
