internal import Marshalling
internal import Signatures

/// What Python's `==` and `hash` see of a value that may be a key: `1`, `1.0` and `True` are one, a text is its code points.
enum PythonKey: Hashable {
    case none
    case integer(PythonInteger)
    /// A number between integers, an infinity or a NaN, which equals nothing.
    case float(Double)
    /// A number between integers that no float is.
    case decimal(DecimalNumber)
    case complex(PythonComplex)
    case text([UInt8])
    case bytes([UInt8])
    case tuple([PythonKey])
    case frozenset(Set<PythonKey>)
    /// A point in time with a zone: microseconds of UTC
    case moment(Int)
    /// Anything else, by its content
    case other(PythonValue)

    /// The key of a value; nil when Python cannot hash it.
    init?(_ value: PythonValue) {
        switch value.unshared {
        case .none: self = .none
        case .bool(let flag): self = .integer(PythonInteger(flag ? 1 : 0))
        case .int(let number): self = .integer(PythonInteger(number))
        case .bigInt(let number): self = .integer(number)
        case .float(let number): self = Self.key(of: number)
        case .complex(let number): self = number.imaginary == 0 ? Self.key(of: number.real) : .complex(number)
        case .string(let text): self = .text(Array(text.utf8))
        case .surrogateString(let text): self = .text(text.bytes)
        case .bytes(let bytes): self = .bytes(bytes)
        case .tuple(let elements):
            let keys = elements.compactMap(Self.init)
            guard keys.count == elements.count else { return nil }
            self = .tuple(keys)
        case .frozenset(let set): self = .frozenset(Set(set.elements.compactMap(Self.init)))
        case .list, .set, .dict, .bytearray, .array: return nil
        case .extended: self = Self.key(ofConverted: value.unshared)
        case .shared, .hosted, .reference: self = .other(value)
        }
    }

    private static func key(of number: Double) -> PythonKey {
        guard number.isFinite, number == number.rounded(.towardZero) else { return .float(number) }
        if let small = Int(exactly: number) { return .integer(PythonInteger(small)) }
        return FractionText.value(of: number).map { .integer($0.numerator) } ?? .float(number)
    }

    private static func key(ofConverted value: PythonValue) -> PythonKey {
        if let decimal = DecimalNumber(value) {
            if let integer = decimal.integer { return .integer(integer) }
            let reduced = decimal.reduced
            // A decimal equals a float only when that float is exactly it.
            if let float = Double(decimal.text), let fraction = FractionText.value(of: float),
                fraction == FractionText.value(of: reduced)
            {
                return .float(float)
            }
            return .decimal(reduced)
        }
        if let fraction = PythonFraction(value), fraction.denominator.int == 1 { return .integer(fraction.numerator) }
        if let moment = PythonDateTime(value).flatMap(Self.microseconds) { return .moment(moment) }
        return .other(value)
    }

    /// Microseconds of a point in time with a fixed zone, counted in UTC from some day.
    private static func microseconds(_ moment: PythonDateTime) -> Int? {
        let offset: Int
        switch moment.time.zone {
        case .utc: offset = 0
        case .offset(let seconds, let microseconds, _): offset = seconds * 1_000_000 + microseconds
        case .zone, nil: return nil
        }
        let (year, month) = (moment.date.year, moment.date.month)
        let shifted = year - (month < 3 ? 1 : 0)
        let days =
            365 * shifted + shifted / 4 - shifted / 100 + shifted / 400 + (153 * ((month + 9) % 12) + 2) / 5
            + moment.date.day
        let seconds = ((days * 24 + moment.time.hour) * 60 + moment.time.minute) * 60 + moment.time.second
        return seconds * 1_000_000 + moment.time.microsecond - offset
    }
}
