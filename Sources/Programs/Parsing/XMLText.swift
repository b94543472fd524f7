internal import Marshalling

/// Writes values as the nested XML that DSPy's XMLAdapter shows to a model, and escapes text as Python's XML libraries do.
enum XMLText {
    /// Why a value has no such form.
    enum Failure: Error, Sendable, Hashable {
        /// A value of a type that JSON does not have; DSPy turns values into those of JSON first.
        case notJSON(typeName: String)
        /// Lists and dictionaries nest deeper than ``XMLElement/Limits/depth``, or without end.
        case tooDeep(limit: Int)
    }

    /// The element for a value of JSON: the text of `XMLAdapter._value_to_xml(value, tag)` of DSPy 3.4.1.
    ///
    /// The items of a list stand in `<item>`, the entries of a dictionary in elements named by their keys; a key that cannot be a
    /// name becomes `<entry key="…">`. The tag is written as it is.
    static func write(_ value: PythonValue, tag: String) throws(Failure) -> String {
        var result = ""
        try write(value, tag: tag, key: nil, depth: 0, to: &result)
        return result
    }

    private static func write(
        _ value: PythonValue, tag: String, key: String?, depth: Int, to result: inout String
    ) throws(Failure) {
        guard depth <= XMLElement.Limits.depth else { throw .tooDeep(limit: XMLElement.Limits.depth) }
        let opening = "<" + tag + (key.map { " key=" + quotedAttribute($0) } ?? "")
        switch value.unshared {
        case .none, .list([]): result += opening + " />"
        case .list(let items):
            result += opening + ">"
            for item in items { try write(item, tag: "item", key: nil, depth: depth + 1, to: &result) }
            result += "</" + tag + ">"
        case .dict(let entries):
            result += opening + ">"
            for entry in entries {
                let name = try text(of: entry.key)
                let isName = isElementName(name)
                try write(
                    entry.value, tag: isName ? name : "entry", key: isName ? nil : name, depth: depth + 1, to: &result)
            }
            result += "</" + tag + ">"
        default: result += opening + ">" + escaped(try text(of: value), closing: false) + "</" + tag + ">"
        }
    }

    /// Python's `str(value)`.
    private static func text(of value: PythonValue) throws(Failure) -> String {
        switch value.unshared {
        case .none: "None"
        case .bool(let flag): flag ? "True" : "False"
        case .int(let number): String(number)
        case .bigInt(let number): number.description
        case .float(let number): number.pythonRepr
        case .string(let text): text
        default: throw .notJSON(typeName: value.typeName)
        }
    }

    // MARK: Names

    /// Whether DSPy makes an element of a key: a Python identifier, in which `-` and `.` may stand too, but not first.
    static func isElementName(_ key: String) -> Bool {
        guard let first = key.unicodeScalars.first, first == "_" || isIdentifierPart(first, first: true) else {
            return false
        }
        return key.unicodeScalars.dropFirst().allSatisfy {
            $0 == "-" || $0 == "." || isIdentifierPart($0, first: false)
        }
    }

    /// Whether `str.isidentifier` of CPython 3.11 lets the character begin or continue a name: it knows Unicode 14.0.
    private static func isIdentifierPart(_ scalar: Unicode.Scalar, first: Bool) -> Bool {
        let properties = scalar.properties
        guard let age = properties.age, age.major <= 14 else { return false }
        // These have become parts of names in later versions: joiners and middle dots.
        if "\u{200C}\u{200D}\u{30FB}\u{FF65}".unicodeScalars.contains(scalar) { return false }
        return first ? properties.isXIDStart : properties.isXIDContinue
    }

    // MARK: Escapes

    /// Text between tags, as ElementTree escapes it: `&`, `<` and, unless told otherwise, `>`.
    static func escaped(_ text: String, closing: Bool = true) -> String {
        replacing(in: text) { byte in
            switch byte {
            case UInt8(ascii: "&"): "&amp;"
            case UInt8(ascii: "<"): "&lt;"
            case UInt8(ascii: ">") where closing: "&gt;"
            default: nil
            }
        }
    }

    /// The value of an attribute, as ElementTree escapes it for double quotes.
    static func escapedAttribute(_ text: String) -> String {
        replacing(in: escaped(text)) { byte in
            switch byte {
            case UInt8(ascii: "\""): "&quot;"
            case UInt8(ascii: "\r"): "&#13;"
            case UInt8(ascii: "\n"): "&#10;"
            case UInt8(ascii: "\t"): "&#09;"
            default: nil
            }
        }
    }

    /// The value of an attribute in quotes, as `xml.sax.saxutils.quoteattr` writes it.
    static func quotedAttribute(_ text: String) -> String {
        let hasDouble = text.utf8.contains(UInt8(ascii: "\""))
        let hasBoth = hasDouble && text.utf8.contains(UInt8(ascii: "'"))
        let content = replacing(in: escaped(text)) { byte in
            switch byte {
            case UInt8(ascii: "\"") where hasBoth: "&quot;"
            case UInt8(ascii: "\r"): "&#13;"
            case UInt8(ascii: "\n"): "&#10;"
            case UInt8(ascii: "\t"): "&#9;"
            default: nil
            }
        }
        return hasDouble && !hasBoth ? "'\(content)'" : "\"\(content)\""
    }

    private static func replacing(in text: String, _ replacement: (UInt8) -> String?) -> String {
        guard text.utf8.contains(where: { replacement($0) != nil }) else { return text }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count + text.utf8.count / 8)
        for byte in text.utf8 {
            if let written = replacement(byte) { bytes += written.utf8 } else { bytes.append(byte) }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
