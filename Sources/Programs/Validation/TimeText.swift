internal import Marshalling

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
