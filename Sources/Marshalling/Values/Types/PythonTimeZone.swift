/// The `tzinfo` of a Python time, or a time zone by itself.
public enum PythonTimeZone: PythonValueConvertible {
    /// `datetime.timezone.utc`
    case utc
    /// `datetime.timezone` with a fixed distance from UTC, east is positive, and the name that was given to it.
    case offset(seconds: Int, microseconds: Int = 0, name: String? = nil)
    /// `zoneinfo.ZoneInfo` of this key, such as `Europe/Berlin`.
    case zone(String)

    /// Reads a `timezone` or `ZoneInfo`.
    public init?(_ value: PythonValue) {
        guard let payload = value.payload(of: "timezone") else { return nil }
        self.init(payload: payload)
    }

    /// Reads what stands for a zone within a time.
    init?(payload: PythonValue) {
        guard let parts = payload.elements, let kind = parts.first?.string else { return nil }
        switch (kind, parts.count) {
        case ("utc", 1): self = .utc
        case ("offset", 4):
            guard let seconds = parts[1].int, let microseconds = parts[2].int, parts[3].isNone || parts[3].string != nil
            else { return nil }
            self = .offset(seconds: seconds, microseconds: microseconds, name: parts[3].string)
        case ("zone", 2):
            guard let key = parts[1].string else { return nil }
            self = .zone(key)
        default: return nil
        }
    }

    /// What stands for the zone within a time.
    var payload: PythonValue {
        switch self {
        case .utc: .tuple(["utc"])
        case .offset(let seconds, let microseconds, let name):
            .tuple(["offset", .int(seconds), .int(microseconds), name.map { .string($0) } ?? PythonValue.none])
        case .zone(let key): .tuple(["zone", .string(key)])
        }
    }

    /// The `timezone` or `ZoneInfo`.
    public var pythonValue: PythonValue { .extended(name: "timezone", payload: payload) }
}
