extension Duration: PythonCodable {
    /// Writes a `timedelta`, rounded to the nearest microsecond, of which it is made.
    ///
    /// - Throws: ``WireError/mismatch(path:expected:found:)`` beyond the 999,999,999 days of a `timedelta`.
    public func encode(to encoder: inout WireEncoder) throws(WireError) {
        let (seconds, attoseconds) = components
        let microseconds =
            Int128(seconds) * 1_000_000 + Int128((Double(attoseconds) / 1e12).rounded())
        let day: Int128 = 86_400_000_000
        let days = microseconds >= 0 ? microseconds / day : -((day - 1 - microseconds) / day)
        guard (-999_999_999...999_999_999).contains(days) else {
            throw .mismatch(path: "", expected: "a timedelta of at most 999,999,999 days", found: "\(self)")
        }
        let rest = Int(microseconds - days * day)
        encoder.open(extended: "timedelta")
        try encoder.open(.tuple, count: 3)
        encoder.int(Int(days))
        encoder.int(rest / 1_000_000)
        encoder.int(rest % 1_000_000)
        encoder.close()
    }

    /// Reads a `timedelta`.
    public init(from decoder: inout WireDecoder) throws(WireError) {
        guard try decoder.take(extended: "timedelta"), try decoder.openTuple(count: 3) else {
            throw decoder.mismatch(expected: "Duration")
        }
        let (days, seconds, microseconds) = (
            try Int32(from: &decoder), try Int32(from: &decoder), try Int32(from: &decoder)
        )
        decoder.close()
        self = .seconds(Int64(days) * 86400 + Int64(seconds)) + .microseconds(Int64(microseconds))
    }
}
