import Marshalling
import Testing

@Suite("Reading JSON")
struct JSONReadingTests {
    @Test(
        "Each kind of value becomes its Python kind",
        arguments: [
            ("null", PythonValue.none), ("true", true), ("false", false), ("0", 0), ("-7", -7), ("-0", 0), ("1.5", 1.5),
            ("1.0", 1.0), ("-0.0", .float(-0.0)), ("1e3", 1000.0), ("2E-2", 0.02),
            ("5e-324", .float(.leastNonzeroMagnitude)),
            ("1.7976931348623157e308", .float(.greatestFiniteMagnitude)), ("9223372036854775807", .int(.max)),
            ("-9223372036854775808", .int(.min)), ("\"\"", ""), ("\"häß 🦆\"", "häß 🦆"), ("[]", []), ("{}", [:]),
            (" [ 1 , [ ] , { } ] ", [1, [], [:]]), ("{\"a\":{\"b\":[null]}}", ["a": ["b": [.none]]]),
            ("\r\n\t1 ", 1), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u0041\u00e4\u20AC""#, "Aä€"),
            (#""\ud83e\udd86""#, "🦆"), (#""\u0000""#, "\0"),
        ] as [(String, PythonValue)])
    func value(text: String, expected: PythonValue) throws {
        #expect(try PythonValue(json: text) == expected)
        #expect(try PythonValue(json: Array(text.utf8)) == expected)
    }

    @Test(
        "Integers beyond 64 bits keep every digit",
        arguments: ["9223372036854775808", "-9223372036854775809", "123456789012345678901234567890"])
    func bigInteger(digits: String) throws {
        let value = try PythonValue(json: digits)
        let big = try #require(PythonInteger(digits))
        #expect(value == .bigInt(big))
        #expect(try value.jsonText() == digits)
    }

    @Test("Keys keep their order")
    func order() throws {
        let value = try PythonValue(json: #"{"z":1,"a":2,"m":3}"#)
        #expect(value.dict?.keys == ["z", "a", "m"])
    }

    @Test("Of duplicate keys the last value wins in the first place", arguments: [2, 40])
    func duplicates(keys: Int) throws {
        let members = (0..<keys).map { "\"k\($0)\":\($0)" } + ["\"k0\":\"last\""]
        let value = try PythonValue(json: "{" + members.joined(separator: ",") + "}")
        #expect(value.dict?.count == keys)
        #expect(value.dict?.first == .init(key: "k0", value: "last"))
    }

    @Test("Canonically equal keys of different bytes are told apart, as Python does")
    func canonicalEquivalence() throws {
        let value = try PythonValue(json: #"{"\u00e9":1,"e\u0301":2}"#)
        #expect(value.dict?.count == 2)
    }

    @Test(
        "What is wrong is named with its line, its column and what was expected",
        arguments: [
            ("", "line 1, column 1: expected a value, found the end of the text"),
            ("[1,\n 2,\n x]", "line 3, column 2: expected a value, found 'x'"),
            ("[", "line 1, column 2: expected a value or ']', found the end of the text"),
            ("[1", "line 1, column 3: expected ',' or ']', found the end of the text"),
            ("[1,]", "line 1, column 4: expected a value, found ']'"),
            ("{\"a\" 1}", "line 1, column 6: expected ':', found '1'"),
            ("{\"a\":1,}", "line 1, column 8: expected a key, found '}'"),
            ("{a:1}", "line 1, column 2: expected a key or '}', found 'a'"),
            ("{\"a\":1 \"b\"", "line 1, column 8: expected ',' or '}', found '\"'"),
            ("1 2", "line 1, column 3: expected the end of the text, found '2'"),
            ("tru", "line 1, column 4: expected 'true', found the end of the text"),
            ("nul\u{1}", "line 1, column 4: expected 'null', found byte 0x1"),
            ("01", "line 1, column 2: expected no digit after a leading zero, found '1'"),
            ("-", "line 1, column 2: expected a digit, found the end of the text"),
            ("1.", "line 1, column 3: expected a digit, found the end of the text"),
            ("1e+", "line 1, column 4: expected a digit, found the end of the text"),
            (".5", "line 1, column 1: expected a value, found '.'"),
            ("+1", "line 1, column 1: expected a value, found '+'"),
            ("NaN", "line 1, column 1: expected a value, found 'N'"),
            ("-Infinity", "line 1, column 2: expected a digit, found 'I'"),
            ("'a'", "line 1, column 1: expected a value, found '''"),
            ("\"a", "line 1, column 3: expected '\"', found the end of the text"),
            ("\"a\nb\"", "line 1, column 3: expected an escape for a control character, found byte 0xA"),
            (#""\x""#, "line 1, column 3: expected one of the escapes \" \\ / b f n r t u, found 'x'"),
            (#""\u12G4""#, "line 1, column 6: expected four hexadecimal digits, found 'G'"),
            (#""ab\ud800""#, "line 1, column 4: expected a pair of surrogate escapes, found half of one"),
            (#""\ud800\u0041""#, "line 1, column 2: expected a pair of surrogate escapes, found half of one"),
            (#""\udc00""#, "line 1, column 2: expected a pair of surrogate escapes, found half of one"),
            ("\u{FEFF}1", "line 1, column 1: expected a value, found byte 0xEF"),
            ("1e999", "line 1, column 1: a number that no Double holds"),
        ] as [(String, String)])
    func refused(text: String, message: String) {
        let error = #expect(throws: JSONError.self) { try PythonValue(json: text) }
        #expect(error?.description == message)
    }

    @Test(
        "Bytes that are no UTF-8 are refused",
        arguments: [
            [0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0x5C, 0x6E, 0x80, 0x22],
            [0xFF],
        ] as [[UInt8]])
    func notUTF8(bytes: [UInt8]) {
        #expect(throws: JSONError.self) { try PythonValue(json: bytes) }
    }

    @Test("Nesting is read to the limit and refused beyond it", arguments: ["[", "{\"a\":"])
    func depth(open: String) throws {
        let close = open == "[" ? "]" : "}"
        func nested(_ depth: Int) -> String {
            String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
        }
        let deepest = try PythonValue(json: nested(JSONError.depthLimit))
        #expect(try deepest.jsonText() == nested(JSONError.depthLimit))
        for depth in [JSONError.depthLimit + 1, 100_000] {
            let error = #expect(throws: JSONError.self) { try PythonValue(json: nested(depth)) }
            guard case .tooDeep(1, _, JSONError.depthLimit) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test("An integer of a million digits is refused before any arithmetic")
    func hugeInteger() throws {
        #expect(throws: JSONError.self) { try PythonValue(json: String(repeating: "9", count: 1_000_000)) }
        let longest = String(repeating: "9", count: JSONError.digitLimit)
        #expect(try PythonValue(json: longest).jsonText() == longest)
    }

    @Test("A text cut short anywhere is refused, never misread")
    func truncated() throws {
        let text = Array(#"{"a":[1,-2.5e3,"x\u00e9\ud83e\udd86y","ü",true,null,{"b":{}}],"c":false}"#.utf8)
        _ = try PythonValue(json: text)
        for end in 0..<text.count {
            #expect(throws: JSONError.self, "cut at \(end)") { try PythonValue(json: Array(text[..<end])) }
        }
    }

    @Test("Any change of one byte is either read or refused with a place inside the text")
    func garbage() throws {
        let text = Array(#"{"a":[1,-2.5e3,"x\u00e9y","ü",true,null],"c":{"d":""}}"#.utf8)
        for index in text.indices {
            for byte in UInt8.min...UInt8.max {
                var changed = text
                changed[index] = byte
                do {
                    let value = try PythonValue(json: changed)
                    #expect(try PythonValue(json: try value.jsonText()) == value)
                } catch .syntax(let line, let column, _, _) {
                    #expect(line >= 1 && line <= 2 && column >= 1 && column <= text.count + 1)
                } catch .numberOutOfRange, .tooDeep {
                } catch {
                    Issue.record("\(error)")
                }
            }
        }
    }
}
