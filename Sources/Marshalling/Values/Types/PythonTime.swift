/// A Python `datetime.time`.
public struct PythonTime: PythonValueConvertible {
    /// 0 to 23.
    public var hour: Int
    /// 0 to 59.
    public var minute: Int
    /// 0 to 59.
    public var second: Int
    /// 0 to 999,999.
    public var microsecond: Int
    /// 1 for the second of two equal times, when clocks are put back; else 0.
    public var fold: Int
    /// The zone; nil for a time that knows none.
    public var zone: PythonTimeZone?

    /// Makes a time; Python refuses one that no clock shows.
    public init(
        hour: Int, minute: Int, second: Int = 0, microsecond: Int = 0, fold: Int = 0, zone: PythonTimeZone? = nil
    ) {
        (self.hour, self.minute, self.second, self.microsecond) = (hour, minute, second, microsecond)
        (self.fold, self.zone) = (fold, zone)
    }

    /// Reads a `time`; nil for any other value, and for one whose zone is of a class that has no Swift form.
    public init?(_ value: PythonValue) {
        guard let parts = value.payload(of: "time")?.elements else { return nil }
        self.init(parts: parts[...])
    }

    /// Reads hour, minute, second, microsecond, fold and zone.
    init?(parts: ArraySlice<PythonValue>) {
        let numbers = parts.dropLast().compactMap(\.int)
        guard parts.count == 6, numbers.count == 5, let last = parts.last else { return nil }
        let zone = PythonTimeZone(payload: last)
        guard zone != nil || last.isNone else { return nil }
        self.init(
            hour: numbers[0], minute: numbers[1], second: numbers[2], microsecond: numbers[3], fold: numbers[4],
            zone: zone)
    }

    /// Hour, minute, second, microsecond, fold and zone.
    var parts: [PythonValue] {
        [hour, minute, second, microsecond, fold].map { .int($0) } + [zone?.payload ?? PythonValue.none]
    }

    /// The `time`.
    public var pythonValue: PythonValue { .extended(name: "time", payload: .tuple(parts)) }
}
