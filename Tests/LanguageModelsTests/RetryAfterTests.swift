import HTTPClient
import Testing

@testable import LanguageModels

@Suite("How long a provider wants to be left alone")
struct RetryAfterTests {
    static let cases: [(HTTPHeaders, Duration?)] = [
        (["Retry-After": "30"], .seconds(30)), (["retry-after": "0.5"], .milliseconds(500)),
        (["Retry-After": "-3"], .zero),
        (["Retry-After": "1e99"], .seconds(86_400)), (["Retry-After": "nan"], nil), (["Retry-After": "soon"], nil),
        ([:], nil),
        (["retry-after-ms": "250", "Retry-After": "9"], .milliseconds(250)),
        (["Retry-After": "Sun, 06 Nov 1994 08:49:37 GMT"], .seconds(37)),
        (["Retry-After": "Sun, 06 Nov 1994 08:48:00 GMT"], .zero),
        (["Retry-After": "Sun, 06 Nov 1994 08:49:37 CET"], nil),
        (["Retry-After": "Sun, 99 Foo 1994 08:49:37 GMT"], nil),
    ]

    @Test("Seconds and dates are understood, nonsense is not", arguments: cases)
    func duration(headers: HTTPHeaders, expected: Duration?) {
        #expect(RetryAfter.duration(headers, now: 784_111_740) == expected)
    }

    @Test(
        "Dates are counted over leap years",
        arguments: [
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Tue, 29 Feb 2000 23:59:59 GMT", 951_868_799),
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
            ("Fri, 01 Mar 2024 00:00:00 GMT", 1_709_251_200),
        ])
    func date(text: String, seconds: Int) {
        #expect(RetryAfter.date(text) == seconds)
    }
}
