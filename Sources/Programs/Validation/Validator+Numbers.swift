internal import Marshalling
internal import Signatures

extension Validator {
    /// A finite `decimal.Decimal`; a float counts as the digits that Python prints of it.
    mutating func decimal(_ value: PythonValue, at path: String) -> PythonValue? {
        if value.payload(of: "Decimal") != nil {
            return DecimalNumber(value) == nil ? fail(value, as: .standard(.decimal), at: path) : take(value, .exact)
        }
        let found: DecimalNumber? =
            switch value {
            case .string(let text): DecimalNumber(text: text)
            case .int(let number): DecimalNumber(text: String(number))
            case .bigInt(let number): DecimalNumber(text: number.description)
            case .float(let number): number.isFinite ? DecimalNumber(text: number.pythonRepr) : nil
            case .tuple(let parts): Self.decimal(ofParts: parts)
            default: nil
            }
        guard let found, let decimal = PythonDecimal(found.text) else {
            return fail(value, as: .standard(.decimal), at: path)
        }
        return take(decimal.pythonValue, .lax)
    }

    /// A decimal as `Decimal((0, (1, 2), -1))` makes it: the sign, the digits, the exponent.
    private static func decimal(ofParts parts: [PythonValue]) -> DecimalNumber? {
        guard parts.count == 3, let sign = parts[0].int, sign == 0 || sign == 1, let exponent = parts[2].int,
            exponent.magnitude < 1_000_000_000_000_000_000
        else { return nil }
        let digits: [PythonValue]
        switch parts[1].unshared {
        case .list(let elements), .tuple(let elements): digits = elements
        default: return nil
        }
        let numbers = digits.compactMap(\.int).filter { (0...9).contains($0) }.map { UInt8($0) }
        guard numbers.count == digits.count else { return nil }
        return DecimalNumber(isNegative: sign == 1, digits: numbers, exponent: exponent)
    }

    /// A `fractions.Fraction`: a quotient as text, or any number, exactly.
    mutating func fraction(_ value: PythonValue, at path: String) -> PythonValue? {
        if PythonFraction(value) != nil { return take(value, .exact) }
        let found: PythonFraction? =
            switch value {
            case .string(let text): FractionText.value(of: text)
            case .bool(let flag): PythonFraction(numerator: PythonInteger(flag ? 1 : 0), denominator: PythonInteger(1))
            case .int(let number): PythonFraction(numerator: PythonInteger(number), denominator: PythonInteger(1))
            case .bigInt(let number): PythonFraction(numerator: number, denominator: PythonInteger(1))
            case .float(let number): FractionText.value(of: number)
            default: DecimalNumber(value).flatMap(FractionText.value)
            }
        guard let found else { return fail(value, as: .standard(.fraction), at: path) }
        return take(found.pythonValue, .lax)
    }

    /// A `uuid.UUID`: a text of its digits, or sixteen bytes.
    mutating func uuid(_ value: PythonValue, at path: String) -> PythonValue? {
        if PythonUUID(value) != nil { return value }
        let found: PythonUUID? =
            switch value {
            case .string(let text): Self.uuid(Array(text.utf8))
            case .bytes(let bytes): Self.uuid(bytes) ?? PythonUUID(bytes: bytes)
            default: nil
            }
        guard let found else { return fail(value, as: .standard(.uuid), at: path) }
        return take(found.pythonValue, .lax)
    }

    /// 32 hexadecimal digits, or with hyphens in groups of 8, 4, 4, 4 and 12, these also in braces or behind `urn:uuid:`.
    private static func uuid(_ text: [UInt8]) -> PythonUUID? {
        var rest = text[...]
        if text.count == 38, text.first == UInt8(ascii: "{"), text.last == UInt8(ascii: "}") {
            rest = rest.dropFirst().dropLast()
        } else if text.count == 45, text.starts(with: "urn:uuid:".utf8) {
            rest = rest.dropFirst(9)
        } else if text.count == 32 {
            return uuid(digits: rest)
        }
        let groups = rest.split(separator: .minus, omittingEmptySubsequences: false)
        return groups.map(\.count) == [8, 4, 4, 4, 12] ? uuid(digits: Array(groups.joined())[...]) : nil
    }

    private static func uuid(digits: ArraySlice<UInt8>) -> PythonUUID? {
        let values = digits.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        guard values.count == digits.count else { return nil }
        return PythonUUID(
            bytes: stride(from: 0, to: values.count, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) })
    }

    /// A `pathlib.Path`: also a text.
    mutating func filePath(_ value: PythonValue, at path: String) -> PythonValue? {
        if let found = PythonPath(value), found.kind == .posix { return value }
        guard case .string(let text) = value else { return fail(value, as: .standard(.path), at: path) }
        return take(PythonPath(Self.normalized(text)).pythonValue, .lax)
    }

    /// A path as `str(pathlib.Path(…))` gives it: without empty parts and dots, two slashes before it kept, three and more made one.
    private static func normalized(_ text: String) -> String {
        let slashes = text.utf8.prefix { $0 == UInt8(ascii: "/") }.count
        let root = slashes == 2 ? "//" : slashes > 0 ? "/" : ""
        let parts = text.utf8.split(separator: UInt8(ascii: "/")).filter { !$0.elementsEqual([.point]) }
        let joined = parts.map { String(Substring($0)) }.joined(separator: "/")
        return root.isEmpty && joined.isEmpty ? "." : root + joined
    }
}
