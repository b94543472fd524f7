internal import Marshalling

/// An integer of any size without a sign: as much arithmetic as fractions need.
struct Magnitude: Comparable {
    /// 32 bits each, the least significant first, none of them zero at the end.
    private var words: [UInt32]

    init(_ number: UInt64) {
        words = [UInt32(truncatingIfNeeded: number), UInt32(truncatingIfNeeded: number >> 32)]
        drop()
    }

    /// Reads decimal digits, given as numbers from 0 to 9.
    init(digits: [UInt8]) {
        words = []
        for digit in digits {
            var carry = UInt64(digit)
            for index in words.indices {
                let product = UInt64(words[index]) * 10 + carry
                words[index] = UInt32(truncatingIfNeeded: product)
                carry = product >> 32
            }
            if carry > 0 { words.append(UInt32(carry)) }
        }
    }

    /// The magnitude of an integer.
    init(_ integer: PythonInteger) {
        self.init(digits: integer.description.utf8.filter(\.isDigit).map { $0 - .zero })
    }

    var isZero: Bool { words.isEmpty }

    private var bitCount: Int {
        words.last.map { words.count * 32 - $0.leadingZeroBitCount } ?? 0
    }

    static func < (left: Magnitude, right: Magnitude) -> Bool {
        if left.words.count != right.words.count { return left.words.count < right.words.count }
        return left.words.reversed().lexicographicallyPrecedes(right.words.reversed())
    }

    func shifted(left count: Int) -> Magnitude {
        var result = self
        let bits = count % 32
        if bits > 0 {
            result.words.append(0)
            for index in result.words.indices.reversed() {
                let below = index > 0 ? result.words[index - 1] >> UInt32(32 - bits) : 0
                result.words[index] = result.words[index] << UInt32(bits) | below
            }
            result.drop()
        }
        if !result.isZero { result.words.insert(contentsOf: repeatElement(0, count: count / 32), at: 0) }
        return result
    }

    private mutating func halve() {
        for index in words.indices {
            let above = index + 1 < words.count ? words[index + 1] << 31 : 0
            words[index] = words[index] >> 1 | above
        }
        drop()
    }

    private mutating func subtract(_ other: Magnitude) {
        var borrow: Int64 = 0
        for index in words.indices {
            let difference = Int64(words[index]) - (index < other.words.count ? Int64(other.words[index]) : 0) - borrow
            words[index] = UInt32(truncatingIfNeeded: difference)
            borrow = difference < 0 ? 1 : 0
        }
        drop()
    }

    private mutating func drop() { while words.last == 0 { words.removeLast() } }

    /// Divides bit by bit, which is fast enough for the numbers of fractions. The divisor is not zero.
    func divided(by divisor: Magnitude) -> (quotient: Magnitude, remainder: Magnitude) {
        var quotient = Magnitude(0)
        var rest = self
        let distance = bitCount - divisor.bitCount
        guard distance >= 0 else { return (quotient, rest) }
        var part = divisor.shifted(left: distance)
        quotient.words = Array(repeating: 0, count: distance / 32 + 1)
        for bit in (0...distance).reversed() {
            if part <= rest {
                rest.subtract(part)
                quotient.words[bit / 32] |= 1 << UInt32(bit % 32)
            }
            part.halve()
        }
        quotient.drop()
        return (quotient, rest)
    }

    func greatestCommonDivisor(with other: Magnitude) -> Magnitude {
        var (left, right) = (self, other)
        while !right.isZero { (left, right) = (right, left.divided(by: right).remainder) }
        return left
    }

    /// The integer with a sign.
    func integer(isNegative: Bool) -> PythonInteger {
        var bytes: [UInt8] = []
        for word in words {
            for shift: UInt32 in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
        }
        bytes.append(0)
        if isNegative {
            var carry = true
            for index in bytes.indices {
                let (sum, overflow) = (~bytes[index]).addingReportingOverflow(carry ? 1 : 0)
                (bytes[index], carry) = (sum, overflow)
            }
        }
        return PythonInteger(littleEndianBytes: bytes)
    }
}
