/// A Python `datetime.timedelta`, in the form in which Python keeps it: only the days may be negative.
public struct PythonTimeDelta: PythonValueConvertible {
    /// Whole days.
    public var days: Int
    /// 0 to 86,399.
    public var seconds: Int
    /// 0 to 999,999.
    public var microseconds: Int

    /// Makes a difference; Python carries over what exceeds the ranges.
    public init(days: Int, seconds: Int = 0, microseconds: Int = 0) {
        (self.days, self.seconds, self.microseconds) = (days, seconds, microseconds)
    }

    /// Reads a `timedelta`.
    public init?(_ value: PythonValue) {
        guard let numbers = value.numbers(of: "timedelta", count: 3) else { return nil }
        self.init(days: numbers[0], seconds: numbers[1], microseconds: numbers[2])
    }

    /// The `timedelta`.
    public var pythonValue: PythonValue {
        .extended(name: "timedelta", payload: Self.tuple(days, seconds, microseconds))
    }
}
