import Marshalling
import Testing

@Suite("Writing JSON")
struct JSONWritingTests {
    @Test(
        "Each kind of value has its JSON form",
        arguments: [
            (PythonValue.none, "null"), (true, "true"), (-7, "-7"), (1.0, "1.0"), (0.1, "0.1"), (.float(-0.0), "-0.0"),
            (.float(1e20), "1e+20"), (.float(.leastNonzeroMagnitude), "5e-324"),
            ("a\"\\\u{8}\t\n\u{C}\r\u{1}\u{1F}/ä🦆", #""a\"\\\b\t\n\f\r\u0001\u001f/ä🦆""#),
            (.tuple([1, 2]), "[1,2]"), (.set([1]), "[1]"), (.frozenset([.none]), "[null]"), ([], "[]"), ([:], "{}"),
            (["b": [1, [:]], "a": .none], #"{"b":[1,{}],"a":null}"#),
        ] as [(PythonValue, String)])
    func form(value: PythonValue, text: String) throws {
        #expect(try value.jsonText() == text)
    }

    @Test("Pretty text is indented and reads back the same")
    func pretty() throws {
        let value: PythonValue = ["a": [1, ["b": .none]], "c": [], "d": [:]]
        let text = try value.jsonText(pretty: true)
        #expect(text == "{\n  \"a\": [\n    1,\n    {\n      \"b\": null\n    }\n  ],\n  \"c\": [],\n  \"d\": {}\n}")
        #expect(try PythonValue(json: text) == value)
    }

    @Test(
        "Floats keep their value through the text",
        arguments: [0.1 + 0.2, 1.0 / 3, 1e-7, 123456789.123456789, 4.35, .leastNormalMagnitude])
    func floats(value: Double) throws {
        #expect(try PythonValue(json: try PythonValue.float(value).jsonText()) == .float(value))
    }

    @Test(
        "What has no JSON form is named with its path",
        arguments: [
            (["rows": [1, 2, 3, ["data": .bytes([1])]]] as PythonValue, "$.rows[3].data: bytes has no JSON form"),
            (.bytes([]), "$: bytes has no JSON form"),
            ([.float(.nan)], "$[0]: float nan has no JSON form"),
            (["a": .float(.infinity)], "$.a: float inf has no JSON form"),
            (["odd key\n": [.float(-.infinity)]], #"$["odd key\n"][0]: float -inf has no JSON form"#),
            (["a": [1: 2]], "$.a: a dict key of type int has no JSON form"),
            (.extended(name: "decimal", payload: "1"), "$: decimal has no JSON form"),
            (.tuple([.set([.bytes([])])]), "$[0][0]: bytes has no JSON form"),
        ] as [(PythonValue, String)])
    func refused(value: PythonValue, message: String) {
        let error = #expect(throws: JSONError.self) { try value.jsonText() }
        #expect(error?.description == message)
    }

    @Test("Nesting beyond the limit is refused")
    func depth() {
        var value: PythonValue = 1
        for _ in 0...JSONError.depthLimit { value = [value] }
        let error = #expect(throws: JSONError.self) { try value.jsonText() }
        #expect(error?.description.hasSuffix(": nested deeper than 512 levels") == true)
    }

    @Test(
        "orjson's own spelling",
        arguments: [
            // As `orjson.dumps` writes them.
            (1.0, "1.0"), (1e15, "1000000000000000.0"), (1e16, "1e+16"),
            (1.2345678901234568e17, "1.2345678901234568e+17"),
            (0.0001, "0.0001"), (0.00001, "0.00001"), (-1.25e-5, "-0.0000125"), (1e-6, "1e-6"), (1.5e-7, "1.5e-7"),
            (1e-10, "1e-10"), (1e100, "1e+100"), (-0.0, "-0.0"), (.float(.leastNonzeroMagnitude), "5e-324"),
            (.float(.nan), "null"), (.float(.infinity), "null"), (-9_223_372_036_854_775_808, "-9223372036854775808"),
            (
                ["a": [], "b": [1, ["c": "é\u{7F}\u{1F}"]]],
                "{\n  \"a\": [],\n  \"b\": [\n    1,\n    {\n      \"c\": \"é\u{7F}\\u001f\"\n    }\n  ]\n}"
            ),
        ] as [(PythonValue, String)])
    func orjson(value: PythonValue, text: String) throws {
        #expect(try value.orjsonText() == text + "\n")
    }

    @Test("What orjson refuses is refused")
    func orjsonRefuses() throws {
        let largest = try #require(PythonInteger("18446744073709551615"))
        #expect(try PythonValue(largest).orjsonText() == "18446744073709551615\n")
        for digits in ["18446744073709551616", "-9223372036854775809"] {
            let integer = try #require(PythonInteger(digits))
            #expect(throws: JSONError.self) { try PythonValue(integer).orjsonText() }
        }
        for value in [.set([1]), .bytes([1]), .dict([1: 2])] as [PythonValue] {
            #expect(throws: JSONError.self) { try value.orjsonText() }
        }
    }
}
