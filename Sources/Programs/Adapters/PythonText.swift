internal import Marshalling
internal import Signatures

/// Texts as Python's own functions cut and show them.
enum PythonText {
    /// `str(value)`: a text as it is, anything else as in ``repr(_:)``.
    static func str(_ value: PythonValue) -> String {
        switch value.unshared {
        case .string(let text): text
        case .surrogateString(let text): text.description
        case .extended(_, let payload): PythonDecimal(value)?.text ?? PythonUUID(value)?.description ?? str(payload)
        default: repr(value)
        }
    }

    /// `repr(value)` of what Python has literals for; other values are named by their type.
    static func repr(_ value: PythonValue, depth: Int = 0) -> String {
        // A container inside itself ends in dots, as in Python.
        guard depth < 200 else { return "..." }
        func list(_ elements: [PythonValue]) -> String {
            elements.map { repr($0, depth: depth + 1) }.joined(separator: ", ")
        }
        switch value.unshared {
        case .none, .shared: return "None"
        case .bool(let flag): return flag ? "True" : "False"
        case .int(let number): return String(number)
        case .bigInt(let number): return number.description
        case .float(let number): return number.pythonRepr
        case .complex(let number): return complex(number)
        case .string(let text): return PythonQuoting.quoted(text)
        case .surrogateString(let text): return PythonQuoting.quoted(text.description)
        case .bytes(let bytes): return PythonQuoting.quoted(bytes)
        case .bytearray(let bytes): return "bytearray(\(PythonQuoting.quoted(bytes)))"
        case .list(let elements): return "[\(list(elements))]"
        case .tuple(let elements): return elements.count == 1 ? "(\(list(elements)),)" : "(\(list(elements)))"
        case .set(let set): return set.elements.isEmpty ? "set()" : "{\(list(set.elements))}"
        case .frozenset(let set):
            return set.elements.isEmpty ? "frozenset()" : "frozenset({\(list(set.elements))})"
        case .dict(let entries):
            let shown = entries.map { "\(repr($0.key, depth: depth + 1)): \(repr($0.value, depth: depth + 1))" }
            return "{\(shown.joined(separator: ", "))}"
        case .extended, .hosted, .array, .reference: return "<\(value.typeName)>"
        }
    }

    /// `(1+2j)`, and `2j` when the real part is a positive zero.
    private static func complex(_ number: PythonComplex) -> String {
        let imaginary = part(number.imaginary)
        if number.real == 0, number.real.sign == .plus { return imaginary + "j" }
        return "(\(part(number.real))\(imaginary.hasPrefix("-") ? "" : "+")\(imaginary)j)"
    }

    /// A part of a complex number, which has no `.0`.
    private static func part(_ number: Double) -> String {
        let text = number.pythonRepr
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    // MARK: Lines and blanks

    /// What `str.isspace` holds for a blank.
    static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
        default: false
        }
    }

    /// `text.strip()`
    static func strip(_ text: some StringProtocol) -> String {
        let scalars = text.unicodeScalars
        let kept = scalars.drop(while: isBlank)
        guard let last = kept.lastIndex(where: { !isBlank($0) }) else { return "" }
        return String(text[kept.startIndex...last])
    }

    /// `text.split("\\n")`. Swift's own would take `\\r\\n` for one character, and leave it in.
    static func split(_ text: String) -> [Substring] {
        text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map { Substring($0) }
    }

    /// `text.splitlines()`: at every line boundary that Unicode has, and no empty line at the end.
    static func lines(_ text: String) -> [Substring] {
        var lines: [Substring] = []
        let scalars = text.unicodeScalars
        var start = scalars.startIndex
        var index = start
        while index < scalars.endIndex {
            let scalar = scalars[index]
            let next = scalars.index(after: index)
            switch scalar.value {
            case 0x0D where next < scalars.endIndex && scalars[next] == "\n":
                lines.append(text[start..<index])
                index = scalars.index(after: next)
                start = index
            case 0x0A...0x0D, 0x1C...0x1E, 0x85, 0x2028, 0x2029:
                lines.append(text[start..<index])
                index = next
                start = index
            default: index = next
            }
        }
        if start < scalars.endIndex { lines.append(text[start...]) }
        return lines
    }
}
