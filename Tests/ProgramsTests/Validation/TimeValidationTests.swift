import Marshalling
import Testing

@testable import Programs

@Suite struct TimeValidationTests {
    /// What Python's `str()` gives of the result; nil when the value does not fit.
    private func text(_ value: PythonValue, _ type: String) throws -> String? {
        try validation(of: value, as: type).value?.pythonText
    }

    @Test(
        arguments: [
            ("2024-02-29", "2024-02-29"), ("2023-02-29", nil), ("2024-2-9", nil),
            ("2024-02-29T00:00:00Z", "2024-02-29"), ("2024-02-29T00:00:01", nil), ("0000-01-01", nil),
            ("86400", "1970-01-02"), ("86400.0", "1970-01-02"), ("86401", nil), (86_400, "1970-01-02"), (1.0, nil),
            (true, nil), (.bytes(Array("2024-02-29".utf8)), "2024-02-29"), ("18446744073709551616", nil),
            (253_402_300_800, nil),
        ] as [(PythonValue, String?)])
    func `days`(value: PythonValue, expected: String?) throws {
        #expect(try text(value, "datetime.date") == expected)
    }

    @Test(
        arguments: [
            ("2024-02-29T12:30", "2024-02-29 12:30:00"),
            ("2024-02-29 12:30:05.25+05:30", "2024-02-29 12:30:05.250000+05:30"),
            ("2024-02-29_12:30:05,1234567Z", "2024-02-29 12:30:05.123456+00:00"),
            ("2024-02-29T12:30\u{2212}0530", "2024-02-29 12:30:00-05:30"), ("2024-02-29T12:30+24:00", nil),
            ("2024-02-29T24:00", nil), ("2024-02-29T12:30:", nil), ("2024-02-29T12:30:05.", nil),
            ("2024-02-29X12:30", nil), ("2024-02-29", "2024-02-29 00:00:00"), ("20200101", "1970-08-22 19:08:21+00:00"),
            (20_000_000_000, "2603-10-11 11:33:20+00:00"), (20_000_000_001, "1970-08-20 11:33:20.001000+00:00"),
            (-1.25, "1969-12-31 23:59:58.750000+00:00"), (0.9999999, "1970-01-01 00:00:01+00:00"),
            ("1.5e3", "1970-01-01 00:25:00+00:00"), ("1234567890123.5", "2009-02-13 23:31:30.123500+00:00"),
            (.float(.infinity), nil), (.float(.nan), nil), (true, nil), (.int(.min), nil),
        ] as [(PythonValue, String?)])
    func `points in time`(value: PythonValue, expected: String?) throws {
        #expect(try text(value, "datetime.datetime") == expected)
    }

    @Test(
        arguments: [
            ("10:20", "10:20:00"), ("10:20:30.5Z", "10:20:30.500000+00:00"), ("1:20", nil),
            ("24:00", nil), ("10:20:60", nil), (86_399, "23:59:59+00:00"), (86_400, nil), (-1, nil),
            (1.5, "00:00:01.500000+00:00"), ("10", nil),
        ] as [(PythonValue, String?)])
    func `times of day`(value: PythonValue, expected: String?) throws {
        #expect(try text(value, "datetime.time") == expected)
    }

    @Test(
        arguments: [
            ("P1DT2H", "1 day, 2:00:00"), ("-P1D", "-1 day, 0:00:00"), ("P1.5D", "1 day, 12:00:00"),
            ("P1Y2M3W4DT5H6M7.5S", "450 days, 5:06:07.500000"), ("P1.5DT1H", nil), ("PT", nil), ("PTT1S", nil),
            ("1 day, 00:00:10", "1 day, 0:00:10"), ("2d", "2 days, 0:00:00"), ("2 DAYS 01:00", "2 days, 1:00:00"),
            ("2 dayz", nil), ("1 d 24:00", nil), ("-01:02:03.5", "-1 day, 22:57:56.500000"),
            ("100:02:03", "4 days, 4:02:03"), ("1", nil), ("P1000000000D", nil), ("-P999999999DT1S", nil),
            (90, "0:01:30"), (-1.5, "-1 day, 23:59:58.500000"), (true, "0:00:01"), (.float(.nan), nil), (1e300, nil),
        ] as [(PythonValue, String?)])
    func `spans of time`(value: PythonValue, expected: String?) throws {
        #expect(try text(value, "datetime.timedelta") == expected)
    }
}
