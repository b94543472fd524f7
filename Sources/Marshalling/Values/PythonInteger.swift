/// A Python `int` of any size, as its two's complement bytes.
///
/// It carries the number from one side to the other; arithmetic is left to libraries made for it.
public struct PythonInteger: Sendable, Hashable {
    /// The shortest two's complement form, least significant byte first, at least one byte.
    public let littleEndianBytes: [UInt8]

    /// Takes two's complement bytes, least significant first; superfluous sign bytes are dropped. No byte at all is zero.
    public init(littleEndianBytes bytes: some Sequence<UInt8>) {
        var bytes = Array(bytes)
        if bytes.isEmpty { bytes = [0] }
        while bytes.count > 1, let last = bytes.last {
            let signOfRest = bytes[bytes.count - 2] & 0x80
            guard (last == 0 && signOfRest == 0) || (last == 0xFF && signOfRest != 0) else { break }
            bytes.removeLast()
        }
        littleEndianBytes = bytes
    }

    /// Takes an integer of 64 bits.
    public init(_ value: Int) { self.init(littleEndianBytes: value.littleEndianBytes) }

    /// Takes an unsigned integer.
    public init(unsigned value: UInt64) { self.init(wide: value) }

    /// Takes an integer of any type.
    @usableFromInline init(wide value: some FixedWidthInteger) {
        // One byte more, for the sign, which that of an unsigned number would not have.
        self.init(littleEndianBytes: value.littleEndianBytes + [value < 0 ? 0xFF : 0])
    }

    /// Reads a decimal number with an optional sign; nil when the text is anything else.
    public init?(_ text: String) {
        let negative = text.utf8.first == UInt8(ascii: "-")
        let digits = text.utf8.dropFirst(negative || text.utf8.first == UInt8(ascii: "+") ? 1 : 0)
        guard !digits.isEmpty, digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return nil
        }
        var magnitude: [UInt32] = []
        for digit in digits {
            var carry = UInt64(digit - UInt8(ascii: "0"))
            for index in magnitude.indices {
                let product = UInt64(magnitude[index]) * 10 + carry
                magnitude[index] = UInt32(truncatingIfNeeded: product)
                carry = product >> 32
            }
            if carry > 0 { magnitude.append(UInt32(carry)) }
        }
        var bytes: [UInt8] = magnitude.flatMap(\.littleEndianBytes)
        bytes.append(0)
        if negative { Self.negate(&bytes) }
        self.init(littleEndianBytes: bytes)
    }

    /// The number, if it fits 64 bits.
    public var int: Int? {
        guard littleEndianBytes.count <= 8 else { return nil }
        let sign: UInt64 = isNegative ? .max : 0
        return Int(truncatingIfNeeded: littleEndianBytes.reversed().reduce(sign) { $0 << 8 | UInt64($1) })
    }

    /// The number with the other sign.
    public var negated: PythonInteger {
        // One byte more, as the lowest number of a size has no counterpart of that size.
        var bytes = littleEndianBytes + [isNegative ? 0xFF : 0]
        Self.negate(&bytes)
        return PythonInteger(littleEndianBytes: bytes)
    }

    /// Whether the number is below zero.
    public var isNegative: Bool { littleEndianBytes[littleEndianBytes.count - 1] & 0x80 != 0 }

    private static func negate(_ bytes: inout [UInt8]) {
        var carry = true
        for index in bytes.indices {
            let (sum, overflow) = (~bytes[index]).addingReportingOverflow(carry ? 1 : 0)
            bytes[index] = sum
            carry = overflow
        }
    }
}

extension PythonInteger: CustomStringConvertible {
    /// The decimal digits.
    public var description: String {
        var bytes = littleEndianBytes
        if isNegative {
            bytes.append(0xFF)
            Self.negate(&bytes)
        }
        var groups: [String] = []
        while bytes.contains(where: { $0 != 0 }) {
            var remainder: UInt64 = 0
            for index in bytes.indices.reversed() {
                let dividend = remainder << 8 | UInt64(bytes[index])
                bytes[index] = UInt8(dividend / 1_000_000_000)
                remainder = dividend % 1_000_000_000
            }
            while bytes.last == 0 { bytes.removeLast() }
            let group = String(remainder)
            groups.append(bytes.isEmpty ? group : String(repeating: "0", count: 9 - group.utf8.count) + group)
        }
        return (isNegative ? "-" : "") + (groups.isEmpty ? "0" : groups.reversed().joined())
    }
}
