/// A Python `datetime.datetime`.
public struct PythonDateTime: PythonValueConvertible {
    /// The day.
    public var date: PythonDate
    /// The time of day, with its zone.
    public var time: PythonTime

    /// Makes a point in time.
    public init(date: PythonDate, time: PythonTime) {
        (self.date, self.time) = (date, time)
    }

    /// Reads a `datetime`; nil for any other value, and for one whose zone is of a class that has no Swift form.
    public init?(_ value: PythonValue) {
        guard let parts = value.payload(of: "datetime")?.elements, parts.count == 9,
            let year = parts[0].int, let month = parts[1].int, let day = parts[2].int,
            let time = PythonTime(parts: parts[3...])
        else { return nil }
        self.init(date: PythonDate(year: year, month: month, day: day), time: time)
    }

    /// The `datetime`.
    public var pythonValue: PythonValue {
        .extended(
            name: "datetime", payload: .tuple([date.year, date.month, date.day].map { .int($0) } + time.parts))
    }
}
