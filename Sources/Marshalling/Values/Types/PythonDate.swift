/// A Python `datetime.date`.
public struct PythonDate: PythonValueConvertible {
    /// 1 to 9999.
    public var year: Int
    /// 1 to 12.
    public var month: Int
    /// 1 to 31.
    public var day: Int

    /// Makes a date; Python refuses one that the calendar does not have.
    public init(year: Int, month: Int, day: Int) {
        (self.year, self.month, self.day) = (year, month, day)
    }

    /// Reads a `date`.
    public init?(_ value: PythonValue) {
        guard let numbers = value.numbers(of: "date", count: 3) else { return nil }
        self.init(year: numbers[0], month: numbers[1], day: numbers[2])
    }

    /// The `date`.
    public var pythonValue: PythonValue { .extended(name: "date", payload: Self.tuple(year, month, day)) }
}
