internal import Marshalling

/// Dates, times and durations as pydantic's JSON mode writes them.
enum ISO8601 {
    static func text(_ date: PythonDate) -> String {
        "\(digits(date.year, 4))-\(digits(date.month, 2))-\(digits(date.day, 2))"
    }

    static func text(_ moment: PythonDateTime) -> String { "\(text(moment.date))T\(text(moment.time))" }

    static func text(_ time: PythonTime) -> String {
        let clock = clock(time)
        switch time.zone {
        case nil: return clock
        case .utc: return clock + "Z"
        case .offset(let seconds, _, _):
            if seconds == 0 { return clock + "Z" }
            let minutes = abs(seconds) / 60
            return clock + (seconds < 0 ? "-" : "+") + "\(digits(minutes / 60, 2)):\(digits(minutes % 60, 2))"
        case .zone(let name): return "\(clock)[\(name)]"
        }
    }

    /// The time of day without its zone.
    static func clock(_ time: PythonTime) -> String {
        let fraction = time.microsecond == 0 ? "" : "." + digits(time.microsecond, 6)
        return "\(digits(time.hour, 2)):\(digits(time.minute, 2)):\(digits(time.second, 2))\(fraction)"
    }

    /// Years of 365 days, days, hours, minutes and seconds: `P1Y2DT3H4M5.5S`.
    static func text(_ duration: PythonTimeDelta) -> String {
        var seconds = duration.days * 86_400 + duration.seconds
        var microseconds = duration.microseconds
        let isNegative = seconds < 0
        if isNegative {
            // Python counts microseconds upwards from the second before.
            if microseconds > 0 { (seconds, microseconds) = (seconds + 1, 1_000_000 - microseconds) }
            seconds = -seconds
        }
        if seconds == 0, microseconds == 0 { return "PT0S" }
        let (days, clock) = (seconds / 86_400, seconds % 86_400)
        func part(_ number: Int, _ unit: String) -> String { number == 0 ? "" : "\(number)\(unit)" }
        var result = (isNegative ? "-P" : "P") + part(days / 365, "Y") + part(days % 365, "D")
        if clock == 0, microseconds == 0 { return result }
        result += "T" + part(clock / 3600, "H") + part(clock / 60 % 60, "M")
        if microseconds == 0 { return result + part(clock % 60, "S") }
        var fraction = digits(microseconds, 6)
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return result + "\(clock % 60).\(fraction)S"
    }

    /// A number with zeros before it, to so many digits.
    static func digits(_ number: Int, _ count: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
    }
}
