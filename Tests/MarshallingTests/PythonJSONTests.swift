import Marshalling
import Testing

/// What Python's `json.loads` and `json.dumps(…, ensure_ascii=False)` were seen to do.
@Suite("Python's JSON")
struct PythonJSONTests {
    @Test(
        "Python's dialect is read",
        arguments: [
            ("[Infinity, -Infinity, 1e999]", [.float(.infinity), .float(-.infinity), .float(.infinity)]),
            (#"{"b": 1, "a": 2, "b": 3}"#, ["b": 3, "a": 2]), ("[3, 3.0, 1e2, -0]", [3, 3.0, 100.0, 0]),
            (" \t\r\n1 ", 1), (#""\u00e9\ud83d\ude00\/""#, "é😀/"),
        ] as [(String, PythonValue)])
    func reading(text: String, expected: PythonValue) throws {
        #expect(try PythonValue(pythonJSON: text) == expected)
    }

    @Test("NaN is read")
    func notANumber() throws {
        #expect(try PythonValue(pythonJSON: "NaN").double?.isNaN == true)
    }

    @Test(
        "Lone surrogates are kept",
        arguments: [
            (#""\ud800""#, [0xED, 0xA0, 0x80]), (#""\ud800\n""#, [0xED, 0xA0, 0x80, 0x0A]),
            (#""a\udc00\ud800b""#, [0x61, 0xED, 0xB0, 0x80, 0xED, 0xA0, 0x80, 0x62]),
            (#""\ud800\ud83d\ude00""#, [0xED, 0xA0, 0x80, 0xF0, 0x9F, 0x98, 0x80]),
        ] as [(String, [UInt8])])
    func surrogates(text: String, bytes: [UInt8]) throws {
        let expected = PythonValue.surrogateString(try #require(PythonSurrogateString(bytes: bytes)))
        #expect(try PythonValue(pythonJSON: text) == expected)
        #expect(try PythonValue(pythonJSON: "{\(text): \(text)}") == [expected: expected])
    }

    @Test(
        "What Python refuses is refused",
        arguments: [
            "", "\u{FEFF}1", "1 2", "[1,]", #"{"a":1,}"#, "'a'", "\"a\nb\"", "\"\t\"", "\u{A0}1", "01", "1.", ".5",
            "+1",
            "nan", "-NaN", "Inf", "--Infinity", #""\ud80""#, #""\x41""#, String(repeating: "1", count: 4301),
            #"{"a" 1}"#, "{1: 2}", "// c\n1",
        ])
    func refusing(text: String) {
        #expect(throws: JSONError.self) { try PythonValue(pythonJSON: text) }
    }

    @Test(
        "The strict reader still refuses the dialect",
        arguments: ["NaN", "Infinity", "-Infinity", "1e999", #""\ud800""#])
    func strict(text: String) {
        #expect(throws: JSONError.self) { try PythonValue(json: text) }
    }

    @Test("A value is read from the beginning of a text")
    func prefix() throws {
        let (value, length) = try PythonValue.pythonJSONPrefix(of: Array(#"{"ä": [1]}, more"#.utf8))
        #expect(value == ["ä": [1]])
        #expect(length == 11)
        #expect(throws: JSONError.self) { try PythonValue.pythonJSONPrefix(of: Array("more".utf8)) }
    }

    @Test("A long array is read whole, without a copy of it for each element", .timeLimit(.minutes(1)))
    func longArray() throws {
        let value = try PythonValue(pythonJSON: "[" + String(repeating: "1,[],{},", count: 50_000) + "1]")
        #expect(value.elements?.count == 150_001)
    }

    @Test(
        "Values are written as Python writes them",
        arguments: [
            ([1, 2.0, "a", .none, true], #"[1, 2.0, "a", null, true]"#),
            (["a": [1, ["b": [:]]], "c": []], #"{"a": [1, {"b": {}}], "c": []}"#),
            (.tuple([1, .tuple([])]), "[1, []]"),
            ([.float(.nan), .float(.infinity), .float(-.infinity)], "[NaN, Infinity, -Infinity]"),
            (
                [1: "i", 2.5: "f", .float(.nan): "n", true: "b", .none: "z"],
                #"{"1": "i", "2.5": "f", "NaN": "n", "true": "b", "null": "z"}"#
            ),
            (
                "\u{8}\t\n\u{C}\r\"\\/\u{1}\u{1F}\u{7F}é\u{2028}",
                #""\b\t\n\f\r\"\\/\u0001\u001f"# + "\u{7F}é\u{2028}\""
            ),
            ([1e16, 1e-5, 1e22], "[1e+16, 1e-05, 1e+22]"),
        ] as [(PythonValue, String)])
    func writing(value: PythonValue, text: String) throws {
        #expect(try value.pythonJSONText() == text)
    }

    @Test("Indented text has Python's layout")
    func indented() throws {
        let value: PythonValue = ["a": [1, .tuple([])], "b": [:], "c": ["d": 2]]
        let text = "{\n  \"a\": [\n    1,\n    []\n  ],\n  \"b\": {},\n  \"c\": {\n    \"d\": 2\n  }\n}"
        #expect(try value.pythonJSONText(indent: 2) == text)
        #expect(try PythonValue.list([1, 2]).pythonJSONText(indent: 0) == "[\n1,\n2\n]")
    }

    @Test(
        "What Python does not write is refused",
        arguments: [
            .set([1]), .frozenset([]), .bytes([1]), .complex(.init(real: 1, imaginary: 2)), [.tuple([1]): 1],
            .bigInt(PythonInteger(littleEndianBytes: [UInt8](repeating: 0xFF, count: 1800) + [0])),
        ] as [PythonValue])
    func unwritable(value: PythonValue) {
        #expect(throws: JSONError.self) { try value.pythonJSONText() }
    }

    @Test("No Swift text holds a lone surrogate, so none is written")
    func unwritableSurrogate() throws {
        let text = try #require(PythonSurrogateString(bytes: [0xED, 0xA0, 0x80]))
        #expect(throws: JSONError.self) { try PythonValue.surrogateString(text).pythonJSONText() }
    }

    @Test(
        "Floats are spelled as repr spells them",
        arguments: [
            (0.0, "0.0"), (-0.0, "-0.0"), (1.0, "1.0"), (0.1, "0.1"), (0.30000000000000004, "0.30000000000000004"),
            (1e-4, "0.0001"), (1e-5, "1e-05"), (1.5e-7, "1.5e-07"), (123456.789, "123456.789"),
            (1e15, "1000000000000000.0"), (1e16, "1e+16"), (1.2345678901234567e19, "1.2345678901234567e+19"),
            (1e100, "1e+100"), (.leastNonzeroMagnitude, "5e-324"),
            (.greatestFiniteMagnitude, "1.7976931348623157e+308"), (.infinity, "inf"), (-.infinity, "-inf"),
            (.nan, "nan"), (-2.5, "-2.5"),
        ] as [(Double, String)])
    func representation(value: Double, text: String) {
        #expect(value.pythonRepr == text)
    }
}
