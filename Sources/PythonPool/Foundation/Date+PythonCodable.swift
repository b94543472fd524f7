public import Foundation
public import Marshalling

extension Date: PythonCodable {
    /// Writes a `datetime` in UTC, rounded to the nearest microsecond, of which it is made.
    ///
    /// - Throws: ``WireError/mismatch(path:expected:found:)`` outside of the years 1 to 9999.
    public func encode(to encoder: inout WireEncoder) throws(WireError) {
        let seconds = timeIntervalSince1970.rounded(.down)
        let microseconds = ((timeIntervalSince1970 - seconds) * 1e6).rounded()
        guard (-62_135_596_800..<253_402_300_800).contains(seconds + (microseconds == 1e6 ? 1 : 0)) else {
            throw .mismatch(
                path: "", expected: "a date in the years 1 to 9999",
                found: "\(timeIntervalSinceReferenceDate) seconds from 2001")
        }
        let whole = Int(seconds) + Int(microseconds) / 1_000_000
        let (days, second) = whole.dividingFloor(by: 86400)
        let (year, month, day) = CivilDay(daysSince1970: days).parts
        encoder.open(extended: "datetime")
        try encoder.open(.tuple, count: 9)
        let parts = [year, month, day, second / 3600, second / 60 % 60, second % 60, Int(microseconds) % 1_000_000, 0]
        for part in parts { encoder.int(part) }
        try encoder.open(.tuple, count: 1)
        encoder.constant("utc")
        encoder.close()
        encoder.close()
    }

    /// Reads a `datetime` that has a time zone; one without is no point in time.
    public init(from decoder: inout WireDecoder) throws(WireError) {
        guard try decoder.take(extended: "datetime"), try decoder.openTuple(count: 9) else {
            throw decoder.mismatch(expected: "Date")
        }
        var parts: [Int] = []
        for _ in 0..<8 { parts.append(Int(try Int32(from: &decoder))) }
        guard (1...9999).contains(parts[0]), (1...12).contains(parts[1]), (1...31).contains(parts[2]),
            (0...23).contains(parts[3]), (0...59).contains(parts[4]), (0...59).contains(parts[5]),
            (0...999_999).contains(parts[6])
        else { throw .mismatch(path: "", expected: "Date", found: "datetime with the parts \(parts)") }
        let days = CivilDay(year: parts[0], month: parts[1], day: parts[2]).daysSince1970
        let local = days * 86400 + parts[3] * 3600 + parts[4] * 60 + parts[5]
        let zone = try PythonTimeZone(from: &decoder)
        decoder.close()
        let offset = try zone.offset(atLocalTime: local, isLater: parts[7] == 1)
        // Counted from 2001, whose numbers are small enough for every microsecond.
        let sinceReference = Double(local - 978_307_200) - offset
        self.init(timeIntervalSinceReferenceDate: sinceReference + Double(parts[6]) / 1e6)
    }
}

extension Date: PythonDescribable {
    /// A date and time with its zone.
    public static func describe(in schema: inout JSONSchema) -> PythonValue {
        ["type": "string", "format": "date-time"]
    }
}

extension Int {
    /// Quotient and remainder, the latter never negative.
    func dividingFloor(by divisor: Int) -> (quotient: Int, remainder: Int) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
