internal import Marshalling

/// Dates and points in time written as text, as speedate 0.17 reads them for pydantic: RFC 3339 with some freedom, or a number.
enum DateText {
    /// A day: `2024-02-29`, or seconds after 1970 that are whole days.
    static func date(_ text: [UInt8]) -> PythonDate? {
        if text.count == 10, let date = day(text[...]) { return date }
        guard case .int(let seconds) = NumberText(text) else { return nil }
        return Timestamp.date(seconds)
    }

    /// A point in time: `2024-02-29T12:00`, with seconds, up to six digits behind their point and a zone if wanted, or seconds after 1970.
    static func dateTime(_ text: [UInt8]) -> PythonDateTime? {
        if text.count > 10, [UInt8(ascii: "T"), UInt8(ascii: "t"), UInt8(ascii: " "), .underscore].contains(text[10]),
            let date = day(text[..<10]), let time = TimeText.time(text[11...])
        {
            return PythonDateTime(date: date, time: time)
        }
        switch NumberText(text) {
        case .int(let seconds): return Timestamp.dateTime(seconds)
        case .float(let number): return Timestamp.dateTime(number)
        case nil: return nil
        }
    }

    /// A day as ten bytes, `YYYY-MM-DD`.
    private static func day(_ text: ArraySlice<UInt8>) -> PythonDate? {
        var reader = DigitReader(text)
        guard let year = reader.number(digits: 4), reader.take(.minus), let month = reader.number(digits: 2),
            reader.take(.minus), let day = reader.number(digits: 2), reader.isAtEnd, (1...12).contains(month)
        else { return nil }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return (1...days[month - 1]).contains(day) ? PythonDate(year: year, month: month, day: day) : nil
    }
}

/// A number in the place of a date.
private enum NumberText {
    case int(Int)
    case float(Double)

    init?(_ text: [UInt8]) {
        let isSigned = text.count > 1 && (text[0] == .plus || text[0] == .minus)
        var number = 0
        for byte in text.dropFirst(isSigned ? 1 : 0) {
            if byte == .point {
                guard let float = FloatText.plain(text) else { return nil }
                self = .float(float)
                return
            }
            guard byte.isDigit else { return nil }
            let (tens, overflow) = number.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(Int(byte - .zero))
            if overflow || carry { return nil }
            number = sum
        }
        guard !text.isEmpty else { return nil }
        self = .int(text[0] == .minus ? -number : number)
    }
}

/// Times of day written as text, as speedate 0.17 reads them: `10:30`, `10:30:05.25`, with a zone if wanted.
enum TimeText {
    static func time(_ text: ArraySlice<UInt8>) -> PythonTime? {
        var reader = DigitReader(text)
        guard var time = clock(&reader) else { return nil }
        guard !reader.isAtEnd else { return time }
        guard let offset = zone(&reader), reader.isAtEnd else { return nil }
        time.zone = offset == 0 ? .utc : .offset(seconds: offset)
        return time
    }

    /// Hours and minutes, and seconds if there are any. Digits beyond the sixth behind the point are dropped.
    static func clock(_ reader: inout DigitReader) -> PythonTime? {
        guard let hour = reader.number(digits: 2), reader.take(UInt8(ascii: ":")),
            let minute = reader.number(digits: 2), hour < 24, minute < 60
        else { return nil }
        var time = PythonTime(hour: hour, minute: minute)
        guard reader.take(UInt8(ascii: ":")) else { return time }
        guard let second = reader.number(digits: 2), second < 60 else { return nil }
        time.second = second
        guard reader.take(.point) || reader.take(UInt8(ascii: ",")) else { return time }
        let digits = reader.digits()
        guard !digits.isEmpty else { return nil }
        for place in 0..<6 {
            time.microsecond = time.microsecond * 10 + (place < digits.count ? Int(digits[place] - .zero) : 0)
        }
        return time
    }

    /// Seconds east of UTC: `Z`, `+05:30`, `-0530`, also with the minus sign of typography.
    private static func zone(_ reader: inout DigitReader) -> Int? {
        if reader.take(UInt8(ascii: "Z")) || reader.take(UInt8(ascii: "z")) { return 0 }
        let isNegative = reader.take(.minus) || reader.take([0xE2, 0x88, 0x92])
        guard isNegative || reader.take(.plus), let hours = reader.number(digits: 2) else { return nil }
        _ = reader.take(UInt8(ascii: ":"))
        guard let minutes = reader.number(digits: 2), minutes < 60, hours < 24 else { return nil }
        return (hours * 3_600 + minutes * 60) * (isNegative ? -1 : 1)
    }
}

/// Walks through digits and the marks between them.
struct DigitReader {
    private var rest: ArraySlice<UInt8>

    init(_ text: ArraySlice<UInt8>) { rest = text }

    var isAtEnd: Bool { rest.isEmpty }
    var remaining: ArraySlice<UInt8> { rest }

    /// Reads a number of exactly so many digits.
    mutating func number(digits count: Int) -> Int? {
        guard rest.count >= count, rest.prefix(count).allSatisfy(\.isDigit) else { return nil }
        defer { rest.removeFirst(count) }
        return rest.prefix(count).reduce(0) { $0 * 10 + Int($1 - .zero) }
    }

    /// Reads as many digits as there are.
    mutating func digits() -> [UInt8] {
        let found = Array(rest.prefix(while: \.isDigit))
        rest.removeFirst(found.count)
        return found
    }

    /// Reads this byte, if it is the next.
    mutating func take(_ byte: UInt8) -> Bool { take([byte]) }

    /// Reads these bytes, if they are the next.
    mutating func take(_ bytes: [UInt8]) -> Bool {
        guard rest.starts(with: bytes) else { return false }
        rest.removeFirst(bytes.count)
        return true
    }
}
