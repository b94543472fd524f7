internal import Marshalling

/// Spans of time written as text, as speedate 0.17 reads them for pydantic: `P1DT2H`, `1 day, 00:00:10`, `-01:02:03.5`.
enum DurationText {
    /// A span in parts that are not negative, and its sign.
    struct Parts {
        var isNegative = false
        var days = 0
        var seconds = 0
        var microseconds = 0

        /// The span with what exceeds a second or a day carried over; nil beyond the days that Python has, or 32 bits.
        var normalized: Parts? {
            var parts = self
            parts.seconds += parts.microseconds / 1_000_000
            parts.microseconds %= 1_000_000
            guard parts.seconds <= UInt32.max else { return nil }
            parts.days += parts.seconds / 86_400
            parts.seconds %= 86_400
            return parts.days <= 999_999_999 ? parts : nil
        }

        /// The span as Python keeps it, where only the days are negative; nil for more negative days than it has.
        var timeDelta: PythonTimeDelta? {
            guard isNegative else { return PythonTimeDelta(days: days, seconds: seconds, microseconds: microseconds) }
            let total = (seconds * 1_000_000 + microseconds)
            let borrowed = total > 0 ? 1 : 0
            let rest = borrowed * 86_400_000_000 - total
            guard days + borrowed <= 999_999_999 else { return nil }
            return PythonTimeDelta(
                days: -days - borrowed, seconds: rest / 1_000_000, microseconds: rest % 1_000_000)
        }
    }

    static func value(_ text: [UInt8]) -> Parts? {
        var rest = text[...]
        let isNegative = rest.first == .minus
        if isNegative || rest.first == .plus { rest.removeFirst() }
        guard let first = rest.first else { return nil }
        var parts: Parts? =
            if first == UInt8(ascii: "P") {
                iso(rest.dropFirst())
            } else if rest.count < 5 || rest.contains(where: { $0 | 0x20 == UInt8(ascii: "d") }) {
                days(rest)
            } else {
                clock(rest)
            }
        parts?.isNegative = isNegative
        return parts?.normalized
    }

    /// `P1Y2M3W4DT5H6M7.5S`: a year is 365 days here and a month 30; only the last number may have a fraction.
    private static func iso(_ text: ArraySlice<UInt8>) -> Parts? {
        guard text.count >= 2 else { return nil }
        var reader = DigitReader(text)
        var parts = Parts()
        var (isTime, hadFraction) = (false, false)
        while !reader.isAtEnd {
            if reader.take(UInt8(ascii: "T")) {
                if isTime { return nil }
                isTime = true
                continue
            }
            guard let number = number(&reader), !hadFraction, let unit = unit(&reader, isTime: isTime) else {
                return nil
            }
            hadFraction = number.fraction != nil
            let (whole, isTooLarge) = number.whole.multipliedReportingOverflow(by: UInt32(unit))
            guard !isTooLarge else { return nil }
            let extra = (number.fraction ?? 0) * Double(unit)
            if isTime {
                parts.add(seconds: Int(whole), extra)
            } else {
                let extraDays = extra.rounded(.towardZero)
                parts.days += Int(whole) + Int(extraDays)
                parts.add(seconds: 0, (extra - extraDays) * 86_400)
            }
            guard parts.days <= UInt32.max, parts.seconds <= UInt32.max else { return nil }
        }
        return parts
    }

    private static func unit(_ reader: inout DigitReader, isTime: Bool) -> Int? {
        let units = isTime ? [("H", 3_600), ("M", 60), ("S", 1)] : [("Y", 365), ("M", 30), ("W", 7), ("D", 1)]
        for (letter, size) in units where reader.take(Array(letter.utf8)) { return size }
        return nil
    }

    private static func number(_ reader: inout DigitReader) -> (whole: UInt32, fraction: Double?)? {
        guard let whole = UInt32(String(decoding: reader.digits(), as: UTF8.self)) else { return nil }
        guard reader.take(.point) || reader.take(UInt8(ascii: ",")) else { return (whole, nil) }
        var (fraction, scale) = (0.0, 1.0)
        for digit in reader.digits() {
            fraction = fraction * 10 + Double(digit - .zero)
            scale *= 10
        }
        return (whole, fraction / scale)
    }

    /// `5 days, 01:02:03`, `5d`, `5 D 01:02`.
    private static func days(_ text: ArraySlice<UInt8>) -> Parts? {
        var reader = DigitReader(text)
        guard let count = UInt32(String(decoding: reader.digits(), as: UTF8.self)) else { return nil }
        _ = reader.take(UInt8(ascii: " "))
        guard reader.take(UInt8(ascii: "d")) || reader.take(UInt8(ascii: "D")) else { return nil }
        let word = ["ays", "ay", "AYS", "AY"].contains { reader.take(Array($0.utf8)) }
        if !word, let next = reader.remaining.first, next | 0x20 == UInt8(ascii: "a") { return nil }
        _ = reader.take(UInt8(ascii: ","))
        _ = reader.take(UInt8(ascii: " "))
        guard !reader.isAtEnd else { return Parts(days: Int(count)) }
        guard var parts = clock(reader.remaining), parts.days == 0 else { return nil }
        parts.days = Int(count)
        return parts
    }

    /// `01:02`, `100:02:03.5`: any number of hours. What does not fit into `00:00:00.000000` is dropped behind.
    private static func clock(_ text: ArraySlice<UInt8>) -> Parts? {
        var reader = DigitReader(text)
        guard text.count >= 5 else { return nil }
        let digits = reader.digits()
        guard digits.count <= 10, reader.take(UInt8(ascii: ":")) else { return nil }
        let hours = digits.reduce(0) { $0 * 10 + Int($1 - .zero) }
        guard hours <= 2_400_000_000 else { return nil }
        var rest = DigitReader(("00:".utf8 + Array(reader.remaining.prefix(12)))[...])
        guard let time = TimeText.clock(&rest), rest.isAtEnd else { return nil }
        return Parts(
            days: hours / 24, seconds: hours % 24 * 3_600 + time.minute * 60 + time.second,
            microseconds: time.microsecond)
    }
}

extension DurationText.Parts {
    fileprivate mutating func add(seconds: Int, _ extra: Double) {
        let whole = extra.rounded(.towardZero)
        self.seconds += seconds + Int(whole)
        microseconds += Int(((extra - whole) * 1_000_000).rounded())
    }
}
