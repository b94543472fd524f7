internal import Marshalling
internal import Signatures

extension PythonValue {
    /// The value as Python's `str()` writes it: a text as it is, anything else as in `repr()`.
    var pythonText: String {
        switch unshared {
        case .string(let text): text
        case .surrogateString(let text): text.description
        case .extended: standardText?.text ?? pythonRepresentation
        default: pythonRepresentation
        }
    }

    /// The value as Python's `repr()` writes it.
    var pythonRepresentation: String { Self.representation(of: self, depth: 0) }

    /// What is deeper than this is written as dots: it may contain itself.
    private static let depthLimit = 500

    private static func representation(of value: PythonValue, depth: Int) -> String {
        func list(_ elements: [PythonValue]) -> String {
            elements.map { representation(of: $0, depth: depth + 1) }.joined(separator: ", ")
        }
        guard depth < depthLimit else { return "..." }
        switch value.unshared {
        case .none, .shared: return "None"
        case .bool(let flag): return LiteralValue.bool(flag).text
        case .int(let number): return String(number)
        case .bigInt(let number): return number.description
        case .float(let number): return number.pythonRepr
        case .complex(let number): return representation(of: number)
        case .string(let text): return LiteralValue.string(text).description
        case .surrogateString(let text): return representation(of: text)
        case .bytes(let bytes): return LiteralValue.bytes(bytes).description
        case .bytearray(let bytes): return "bytearray(\(LiteralValue.bytes(bytes)))"
        case .list(let elements): return "[\(list(elements))]"
        case .tuple(let elements): return "(\(list(elements))\(elements.count == 1 ? "," : ""))"
        case .set(let set): return set.elements.isEmpty ? "set()" : "{\(list(set.elements))}"
        case .frozenset(let set): return set.elements.isEmpty ? "frozenset()" : "frozenset({\(list(set.elements))})"
        case .dict(let entries):
            let written = entries.map {
                "\(representation(of: $0.key, depth: depth + 1)): \(representation(of: $0.value, depth: depth + 1))"
            }
            return "{\(written.joined(separator: ", "))}"
        case .extended(let name, _): return value.unshared.standardText?.representation ?? "<\(name)>"
        case .hosted, .array, .reference: return "<\(value.typeName)>"
        }
    }

    /// Both parts without a point when they are whole, and no real part when it is zero.
    private static func representation(of number: PythonComplex) -> String {
        func part(_ part: Double) -> String {
            let text = part.pythonRepr
            return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
        }
        let imaginary = part(number.imaginary)
        if number.real == 0, number.real.sign == .plus { return "\(imaginary)j" }
        let sign = imaginary.hasPrefix("-") ? "" : "+"
        return "(\(part(number.real))\(sign)\(imaginary)j)"
    }

    /// Each lone surrogate as `\udXXX`.
    private static func representation(of text: PythonSurrogateString) -> String {
        var (result, plain) = ("", [UInt8]())
        func written(_ bytes: [UInt8]) -> String {
            String(LiteralValue.string(String(decoding: bytes, as: UTF8.self)).description.dropFirst().dropLast())
        }
        var index = 0
        while index < text.bytes.count {
            if text.bytes[index] == 0xED, text.bytes[index + 1] >= 0xA0 {
                let code = 0xD000 | Int(text.bytes[index + 1] & 0x3F) << 6 | Int(text.bytes[index + 2] & 0x3F)
                result += written(plain) + "\\u" + String(code, radix: 16)
                plain = []
                index += 3
            } else {
                plain.append(text.bytes[index])
                index += 1
            }
        }
        return "'\(result + written(plain))'"
    }
}
