internal import Marshalling
internal import Signatures

extension PythonValue {
    /// What Python's `str()` and `repr()` give of a value of its standard library; nil for any other value.
    var standardText: (text: String, representation: String)? {
        if let value = PythonDateTime(self) { return (value.text, value.representation) }
        if let value = PythonDate(self) {
            return (ISO8601.text(value), "datetime.date(\(value.year), \(value.month), \(value.day))")
        }
        if let value = PythonTime(self) { return (value.text, value.representation) }
        if let value = PythonTimeDelta(self) { return (value.text, value.representation) }
        if let value = PythonDecimal(self) { return (value.text, "Decimal('\(value.text)')") }
        if let value = PythonUUID(self) { return (value.description, "UUID('\(value)')") }
        if let value = PythonPath(self) {
            return (value.path, "\(value.kind.rawValue)(\(LiteralValue.string(value.path)))")
        }
        guard let value = PythonFraction(self) else { return nil }
        let isWhole = value.denominator.int == 1
        return (
            isWhole ? value.numerator.description : "\(value.numerator)/\(value.denominator)",
            "Fraction(\(value.numerator), \(value.denominator))"
        )
    }
}

extension PythonTime {
    fileprivate var text: String { ISO8601.clock(self) + (zone?.offsetText ?? "") }

    fileprivate var representation: String { "datetime.time(\(parts))" }

    /// The arguments of the constructor: seconds and microseconds only when they are not zero.
    fileprivate var parts: String {
        let seconds = second == 0 && microsecond == 0 ? "" : ", \(second)"
        let fraction = microsecond == 0 ? "" : ", \(microsecond)"
        let zone = zone.map { ", tzinfo=\($0.representation)" } ?? ""
        return "\(hour), \(minute)\(seconds)\(fraction)\(fold == 0 ? "" : ", fold=1")\(zone)"
    }
}

extension PythonDateTime {
    fileprivate var text: String { "\(ISO8601.text(date)) \(time.text)" }

    fileprivate var representation: String {
        "datetime.datetime(\(date.year), \(date.month), \(date.day), \(time.parts))"
    }
}

extension PythonTimeDelta {
    fileprivate var text: String {
        let clock = "\(seconds / 3_600):\(ISO8601.digits(seconds / 60 % 60, 2)):\(ISO8601.digits(seconds % 60, 2))"
        let shown = days == 0 ? "" : "\(days) day\(days.magnitude == 1 ? "" : "s"), "
        return shown + clock + (microseconds == 0 ? "" : "." + ISO8601.digits(microseconds, 6))
    }

    fileprivate var representation: String {
        let parts = [("days", days), ("seconds", seconds), ("microseconds", microseconds)].filter { $0.1 != 0 }
        return "datetime.timedelta(\(parts.isEmpty ? "0" : parts.map { "\($0)=\($1)" }.joined(separator: ", ")))"
    }
}

extension PythonTimeZone {
    /// `+02:00`; nothing for a zone by name, whose distance from UTC is not known here.
    fileprivate var offsetText: String {
        switch self {
        case .utc: return "+00:00"
        case .offset(let seconds, let microseconds, _):
            let total = (seconds * 1_000_000 + microseconds)
            let (magnitude, fraction) = (Int(total.magnitude) / 1_000_000, Int(total.magnitude) % 1_000_000)
            let rest = magnitude % 60 == 0 && fraction == 0 ? "" : ":" + ISO8601.digits(magnitude % 60, 2)
            return (total < 0 ? "-" : "+") + ISO8601.digits(magnitude / 3_600, 2) + ":"
                + ISO8601.digits(magnitude / 60 % 60, 2) + rest
                + (fraction == 0 ? "" : "." + ISO8601.digits(fraction, 6))
        case .zone: return ""
        }
    }

    fileprivate var representation: String {
        switch self {
        case .utc: return "datetime.timezone.utc"
        case .offset(let seconds, let microseconds, let name):
            let days = seconds < 0 ? -1 : 0
            let delta = PythonTimeDelta(days: days, seconds: seconds - days * 86_400, microseconds: microseconds)
            let shown = name.map { ", \(LiteralValue.string($0))" } ?? ""
            return "datetime.timezone(\(delta.representation)\(shown))"
        case .zone(let key): return "zoneinfo.ZoneInfo(key=\(LiteralValue.string(key)))"
        }
    }
}
