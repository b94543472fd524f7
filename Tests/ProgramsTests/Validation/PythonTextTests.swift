import Marshalling
import Testing

@testable import Programs

@Suite struct PythonTextTests {
    @Test(
        arguments: [
            (.none, "None"), (true, "True"), (-5, "-5"), (1.0, "1.0"), (1e-7, "1e-07"),
            (9_667_150_875_860_856.0, "9667150875860856.0"), (.float(.nan), "nan"),
            (.complex(.init(real: 1, imaginary: -2)), "(1-2j)"), (.complex(.init(real: 0, imaginary: 1.5)), "1.5j"),
            (.bytes([0x61, 0xFF]), "b'a\\xff'"), (.bytearray([0x61]), "bytearray(b'a')"),
            (["it's", "a\"b", "\n"], "[\"it's\", 'a\"b', '\\n']"), (.tuple([1]), "(1,)"), (.tuple([]), "()"),
            (.set([]), "set()"), (.set([1]), "{1}"), (.frozenset(["a"]), "frozenset({'a'})"),
            (["a": [1, .none], 2: .tuple([true, 0.5])], "{'a': [1, None], 2: (True, 0.5)}"),
            ([PythonDate(year: 2024, month: 2, day: 9).pythonValue], "[datetime.date(2024, 2, 9)]"),
            (
                [
                    PythonDateTime(
                        date: .init(year: 2024, month: 2, day: 9),
                        time: .init(hour: 1, minute: 2, microsecond: 3, zone: .offset(seconds: -5_400))
                    ).pythonValue
                ],
                "[datetime.datetime(2024, 2, 9, 1, 2, 0, 3, tzinfo=datetime.timezone(datetime.timedelta(days=-1, seconds=81000)))]"
            ),
            ([PythonTimeDelta(days: 0).pythonValue], "[datetime.timedelta(0)]"),
            (PythonTimeDelta(days: -1, seconds: 5).pythonValue, "-1 day, 0:00:05"),
            (PythonTime(hour: 1, minute: 2, zone: .offset(seconds: 3_661)).pythonValue, "01:02:00+01:01:01"),
        ] as [(PythonValue, String)])
    func `values are written as Python writes them`(value: PythonValue, text: String) {
        #expect(value.pythonText == text)
    }

    @Test func `a lone surrogate is escaped`() throws {
        let text = try #require(PythonSurrogateString(bytes: [0x61, 0xED, 0xA0, 0xBD, 0x0A]))
        #expect(PythonValue.list([.surrogateString(text)]).pythonText == "['a\\ud83d\\n']")
    }

    @Test func `what contains itself is written to an end`() {
        let loop = PythonShared { itself in [1, .shared(itself)] }
        #expect(PythonValue.shared(loop).pythonText.hasPrefix("[1, [1, [1, "))
    }
}
