internal import Marshalling

/// Points and spans of time given as numbers, as speedate 0.17 reads them for pydantic.
enum Timestamp {
    /// Numbers above this one are milliseconds, the others seconds: the year 2603 in the one, August of 1970 in the other.
    static let watershed = 20_000_000_000

    private static let secondsPerDay = 86_400
    /// The first second of the year 0, and the last one of the year 9999.
    private static let years = -62_167_219_200...253_402_300_799

    /// A point in time in UTC, so many seconds or milliseconds after the beginning of 1970.
    static func dateTime(_ timestamp: Int) -> PythonDateTime? { dateTime(timestamp, microseconds: 0) }

    /// A point in time in UTC, so many seconds or milliseconds after the beginning of 1970.
    static func dateTime(_ timestamp: Double) -> PythonDateTime? {
        guard !timestamp.isNaN else { return nil }
        let scale: Double = timestamp.magnitude <= Double(watershed) ? 1_000_000 : 1_000
        return dateTime(saturated(timestamp.rounded(.down)), microseconds: fraction(of: timestamp, times: scale))
    }

    private static func dateTime(_ timestamp: Int, microseconds: Int) -> PythonDateTime? {
        guard timestamp.magnitude > watershed else { return dateTime(second: timestamp, microseconds: microseconds) }
        guard timestamp != .min else { return nil }
        let second = floor(timestamp, 1_000)
        return dateTime(second: second, microseconds: microseconds + (timestamp - second * 1_000) * 1_000)
    }

    /// A point in time in UTC, so many seconds after the beginning of 1970.
    private static func dateTime(second: Int, microseconds: Int) -> PythonDateTime? {
        guard years.contains(second) else { return nil }
        let second = second + microseconds / 1_000_000
        guard let date = date(atSecond: second) else { return nil }
        let ofDay = second - floor(second, secondsPerDay) * secondsPerDay
        return PythonDateTime(date: date, time: time(ofDay, microseconds % 1_000_000, zone: .utc))
    }

    /// A day, so many seconds or milliseconds after the beginning of 1970, and not a second more.
    static func date(_ timestamp: Int) -> PythonDate? {
        guard let found = dateTime(timestamp), found.time == time(0, 0, zone: .utc) else { return nil }
        return found.date
    }

    /// A time of day in UTC, so many seconds after midnight.
    static func time(_ timestamp: Int) -> PythonTime? { time(timestamp, microseconds: 0) }

    /// A time of day in UTC, so many seconds after midnight.
    static func time(_ timestamp: Double) -> PythonTime? {
        guard !timestamp.isNaN else { return nil }
        return time(
            saturated(timestamp.rounded(.down)), microseconds: fraction(of: timestamp, times: 1_000_000))
    }

    private static func time(_ timestamp: Int, microseconds: Int) -> PythonTime? {
        guard (0..<secondsPerDay).contains(timestamp) else { return nil }
        let seconds = timestamp + microseconds / 1_000_000
        guard seconds < secondsPerDay else { return nil }
        return time(seconds, microseconds % 1_000_000, zone: .utc)
    }

    /// A span of so many seconds.
    static func duration(_ seconds: Int) -> DurationText.Parts? {
        let magnitude = seconds.magnitude
        let days = Int(magnitude / UInt(secondsPerDay))
        let rest = Int(magnitude % UInt(secondsPerDay))
        return DurationText.Parts(isNegative: seconds < 0, days: days, seconds: rest).normalized
    }

    /// A span of so many seconds.
    static func duration(_ seconds: Double) -> DurationText.Parts? {
        guard !seconds.isNaN else { return nil }
        let magnitude = seconds.magnitude
        let days = min(saturated(magnitude / Double(secondsPerDay)), Int(UInt32.max))
        let rest = magnitude < 0x1p64 ? UInt(magnitude) % UInt(secondsPerDay) : UInt.max % UInt(secondsPerDay)
        return DurationText.Parts(
            isNegative: seconds < 0, days: days, seconds: Int(rest),
            microseconds: fraction(of: magnitude, times: 1_000_000)
        ).normalized
    }

    private static func time(_ seconds: Int, _ microseconds: Int, zone: PythonTimeZone?) -> PythonTime {
        PythonTime(
            hour: seconds / 3_600, minute: seconds / 60 % 60, second: seconds % 60, microsecond: microseconds,
            zone: zone)
    }

    /// The day of a second, counted from 1970, in the calendar of today, in the years 0 to 9999.
    private static func date(atSecond seconds: Int) -> PythonDate? {
        guard years.contains(seconds) else { return nil }
        // Years begin in March, so that the leap day is the last: 400 of them have 146,097 days, and five months 153.
        let days = floor(seconds, secondsPerDay) + 719_468
        let era = floor(days, 146_097)
        let ofEra = days - era * 146_097
        let yearOfEra = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * ofYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return PythonDate(
            year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
            day: ofYear - (153 * monthFromMarch + 2) / 5 + 1)
    }

    private static func floor(_ number: Int, _ divisor: Int) -> Int {
        number / divisor - (number % divisor < 0 ? 1 : 0)
    }

    private static func fraction(of number: Double, times scale: Double) -> Int {
        let part = (number - number.rounded(.down)) * scale
        return part.isNaN ? 0 : Int(part.rounded())
    }

    private static func saturated(_ number: Double) -> Int {
        Int(exactly: number.rounded(.towardZero)) ?? (number < 0 ? .min : .max)
    }
}
