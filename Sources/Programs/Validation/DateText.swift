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
