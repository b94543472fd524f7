import Marshalling

/// Values of every kind that Python can hold, the same ones for the same seed.
struct RandomValues {
    private var state: UInt64
    /// What was made so far and may come again as the same object.
    private var shared: [PythonShared] = []

    init(seed: UInt64) { state = seed }

    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
    private mutating func within(_ range: ClosedRange<Int>) -> Int { range.lowerBound + below(range.count) }
    private mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) } }
    private mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

    // MARK: Views

    mutating func date() -> PythonDate {
        PythonDate(year: within(1...9999), month: within(1...12), day: within(1...28))
    }

    mutating func zone() -> PythonTimeZone? {
        switch below(4) {
        case 0: nil
        case 1: .utc
        // Python writes an offset of zero without a name as UTC.
        case 2:
            .offset(seconds: within(1...86_000) * pick([1, -1]), microseconds: below(2), name: pick([nil, "", "ü"]))
        default: .zone(pick(["Europe/Berlin", "America/New_York", "UTC", "Asia/Kolkata"]))
        }
    }

    mutating func time() -> PythonTime {
        PythonTime(
            hour: below(24), minute: below(60), second: below(60), microsecond: below(1_000_000), fold: below(2),
            zone: zone())
    }

    mutating func dateTime() -> PythonDateTime { PythonDateTime(date: date(), time: time()) }

    mutating func timeDelta() -> PythonTimeDelta {
        PythonTimeDelta(
            days: within(-999_999_999...999_999_998), seconds: below(86_400), microseconds: below(1_000_000))
    }

    mutating func decimal() -> PythonDecimal? {
        switch below(4) {
        case 0: PythonDecimal(pick(["NaN", "-sNaN12", "Infinity", "-Infinity", "-0", "0E-8", "1E+999999"]))
        default: PythonDecimal("\(pick(["-", ""]))\(below(1000)).\(within(1...Int(Int32.max)))")
        }
    }

    mutating func integer() -> PythonInteger {
        below(2) == 0
            ? PythonInteger(Int(truncatingIfNeeded: next()) >> below(64)) : PythonInteger(littleEndianBytes: bytes(30))
    }

    /// A denominator of two and an odd numerator have nothing in common.
    mutating func fraction() -> PythonFraction {
        PythonFraction(
            numerator: PythonInteger(littleEndianBytes: [1] + bytes(12)),
            denominator: PythonInteger(1 << within(1...60)))
    }

    mutating func uuid() -> PythonUUID? { PythonUUID(bytes: bytes(16)) }

    mutating func path() -> PythonPath {
        PythonPath("/" + text(), kind: pick([.posix, .purePosix]))
    }

    private mutating func text() -> String {
        String((0..<below(6)).map { _ in pick(["a", "é", "日", "🦊", "-", "x"] as [Character]) })
    }

    // MARK: Trees

    mutating func value(depth: Int = 4) -> PythonValue {
        switch below(depth > 0 ? 16 : 9) {
        case 0...3: return atom()
        case 4: return .bytearray(bytes(below(9)))
        case 5: return .float(Double(bitPattern: next()))
        case 6: return .complex(PythonComplex(real: Double(bitPattern: next()), imaginary: -0.0))
        case 7: return atom()
        case 8: return shared.isEmpty ? .none : .shared(pick(shared))
        case 9: return .list((0..<below(4)).map { _ in .float(Double(bitPattern: next())) })
        case 10, 11: return .list((0..<below(5)).map { _ in value(depth: depth - 1) })
        case 12: return .tuple((0..<below(4)).map { _ in value(depth: depth - 1) })
        case 13:
            return .dict(PythonDictionary(keys().map { .init(key: $0, value: value(depth: depth - 1)) }))
        case 14:
            let list = PythonShared(.list((0..<2).map { _ in value(depth: depth - 1) }))
            shared.append(list)
            return .tuple([.shared(list), .shared(list)])
        default:
            let count = below(3)
            let cycle = PythonShared { itself in .list([.tuple([.int(count), .shared(itself)])]) }
            return .tuple([.shared(cycle), .shared(cycle)])
        }
    }

    /// Different keys, as two that Python holds for equal would be one there.
    private mutating func keys() -> [PythonValue] {
        (0..<below(4)).map { index in
            switch below(5) {
            case 0: .int(index)
            case 1: .string("k\(index)")
            case 2: .tuple([.int(index), .frozenset([.string("\(index)")])])
            case 3: .bytes([UInt8(index)])
            default: .frozenset([.int(index)])
            }
        }
    }

    private mutating func atom() -> PythonValue {
        switch below(8) {
        case 0: .none
        case 1: .bool(below(2) == 0)
        case 2: PythonValue(integer())
        case 3: .float([0.0, -0.0, .infinity, .nan, .signalingNaN, Double.leastNonzeroMagnitude][below(6)])
        case 4: .string(text())
        case 5: .bytes(bytes(below(9)))
        case 6: dateTime().pythonValue
        default:
            PythonSurrogateString(bytes: [0x61, 0xED, UInt8(0xA0 + below(32)), UInt8(0x80 + below(64))])
                .map { .surrogateString($0) } ?? .none
        }
    }
}
