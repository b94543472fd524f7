internal import Marshalling

/// What Python compares when it looks for a dict's key or a set's element: `1`, `1.0`, `True` and `1+0j` are one.
enum LiteralKey: Hashable {
    case none
    case integer(PythonInteger)
    /// A number that is no integer, as its bits.
    case float(UInt64)
    case complex(real: UInt64, imaginary: UInt64)
    /// A `str`, as the bytes of its code points.
    case string([UInt8])
    case bytes([UInt8])
    case tuple([LiteralKey])

    /// Nil for a value that Python cannot hash: lists, dicts, sets, and tuples that hold one.
    init?(_ value: PythonValue) {
        switch value {
        case .none: self = .none
        case .bool(let value): self = .integer(PythonInteger(value ? 1 : 0))
        case .int(let value): self = .integer(PythonInteger(value))
        case .bigInt(let value): self = .integer(value)
        case .float(let value): self = Self.number(value)
        case .complex(let value):
            self =
                value.imaginary == 0
                ? Self.number(value.real)
                : .complex(real: (value.real + 0).bitPattern, imaginary: value.imaginary.bitPattern)
        case .string(let text): self = .string(Array(text.utf8))
        case .surrogateString(let text): self = .string(text.bytes)
        case .bytes(let bytes): self = .bytes(bytes)
        case .tuple(let elements):
            var keys: [LiteralKey] = []
            for element in elements {
                guard let key = LiteralKey(element) else { return nil }
                keys.append(key)
            }
            self = .tuple(keys)
        default: return nil
        }
    }

    private static func number(_ value: Double) -> LiteralKey {
        guard value.isFinite, value.rounded(.towardZero) == value else { return .float(value.bitPattern) }
        if let small = Int(exactly: value) { return .integer(PythonInteger(small)) }
        // Beyond 64 bits a Double is its significand, moved to the left by more bits than it has behind the point.
        let shift = Int(value.exponent) - Double.significandBitCount
        var bits = (value.significandBitPattern | 1 << UInt64(Double.significandBitCount)) << UInt64(shift % 8)
        var bytes = [UInt8](repeating: 0, count: shift / 8)
        while bits > 0 {
            bytes.append(UInt8(truncatingIfNeeded: bits))
            bits >>= 8
        }
        let magnitude = PythonInteger(littleEndianBytes: bytes + [0])
        return .integer(value < 0 ? magnitude.negated : magnitude)
    }
}
