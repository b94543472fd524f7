import Marshalling
import Testing

@testable import Programs

/// What json_repair 0.64.6 was seen to return for these texts.
@Suite struct JSONRepairTests {
    @Test(
        arguments: [
            (#"{"a": 1}"#, ["a": 1]), ("null", .none), ("-Infinity", .float(-.infinity)),
            ("[1e999]", [.float(.infinity)]),
            (#"{"key": "v1", "key": "v2"}"#, ["key": "v2"]), ("\"text\"", "text"), (" 12 ", 12),
        ] as [(String, PythonValue)])
    func `valid JSON is read as Python reads it`(text: String, expected: PythonValue) throws {
        #expect(try JSONRepair.value(of: text) == expected)
    }

    @Test(arguments: ["", "The answer is 42.", " \n", "true story", "]", "}"])
    func `text without a value gives the empty text`(text: String) throws {
        #expect(try JSONRepair.value(of: text) == "")
    }

    @Test(
        arguments: [
            ("Here you are:\n```json\n{\"answer\": 42}\n```\nDone.", ["answer": 42]), (#"x {"a": 1} y"#, ["a": 1]),
            ("[[ ## answer ## ]]\n{\"a\": 1}", [[[]], ["a": 1]]), (#"{"a":1}}}"#, ["a": 1]),
            (#"{"x": "http://a.b/c", "y": 2} // end"#, ["x": "http://a.b/c", "y": 2]),
            ("note (a remark): {\"a\": 1}", ["a": 1]),
        ] as [(String, PythonValue)])
    func `a value is found among other text`(text: String, expected: PythonValue) throws {
        #expect(try JSONRepair.value(of: text) == expected)
    }

    @Test(
        arguments: [
            (#"{"a": 1} {"b": 2}"#, [["a": 1], ["b": 2]]), (#"{"a": 1}, {"a": 2}"#, [["a": 1], ["a": 2]]),
            (#"{"a": 1} {"a": 2}"#, ["a": 2]), (#"[] {"a": 1}"#, ["a": 1]),
        ] as [(String, PythonValue)])
    func `several values become a list, and one of the same shape a newer version`(
        text: String, expected: PythonValue
    ) throws {
        #expect(try JSONRepair.value(of: text) == expected)
    }

    @Test(
        arguments: [
            ("[1, 2", [1, 2]), (#"{"a": "b"#, ["a": "b"]), (#"{"a": "b", "c""#, ["a": "b"]), ("[1,,2,]", [1, 2]),
            (#"{"a": 1,}"#, ["a": 1]), (#"{"a": {"b": 1}, "c": "d"#, ["a": ["b": 1], "c": "d"]),
            (#"{"a": [1, 2, "b": 3}"#, ["a": [1, 2], "b": 3]), (#""a": 1, "b": 2}"#, ["a": 1, "b": 2]),
            (#"[{"a": 1 "a": 2}]"#, [["a": 1], ["a": 2]]),
            (#"{"rows": [[1, 2], [3, 4]], [[5, 6]]}"#, ["rows": [[1, 2], [3, 4], [5, 6]]]),
            (#"{"a", "b"}"#, ["a", "b"]), (#"{\"a\": 1}"#, ["a": 1]), ("[1, 2, ...]", [1, 2]),
        ] as [(String, PythonValue)])
    func `brackets, commas and colons may be missing or too many`(text: String, expected: PythonValue) throws {
        #expect(try JSONRepair.value(of: text) == expected)
    }

    @Test(
        arguments: [
            ("{'a': True, 'b': None}", ["a": true, "b": .none]), ("{a: 1, b: two}", ["a": 1, "b": "two"]),
            ("{\u{201C}a\u{201D}: \u{201C}b\u{201D}}", ["a": "b"]), ("(1, 2)", [1, 2]), ("(1)", 1),
            (#"{"a": (1, "b")}"#, ["a": [1, "b"]]), ("[true, TRUE, none, nope]", [true, true, .none, "nope"]),
            ("[1, 2 // two\n, 3 # three\n]", [1, 2, 3]), (#"{"a": /* none */ 1}"#, ["a": 1]),
        ] as [(String, PythonValue)])
    func `Python's spelling, bare words and comments are read`(text: String, expected: PythonValue) throws {
        #expect(try JSONRepair.value(of: text) == expected)
    }

    @Test(
        arguments: [
            (#"{"a": "say "hi" now", "b": 1}"#, ["a": "say \"hi\" now", "b": 1]), (#"{"a": ""b""}"#, ["a": "b"]),
            (#"{"a": "one", two", "b": 1}"#, ["a": "one", "b": 1]),
            (#"{"a": "b" "c": "d"}"#, ["a": "b", "c": "d"]),
            (#"{"a": "x, y", "b": "z}"#, ["a": "x, y", "b": "z"]), ("{\"a\": \"b\nc\"}", ["a": "b\nc"]),
            (#"{"a": "use [^"]+ here"}"#, ["a": #"use [^"]+ here"#]),
            ("{\"a\": \"\u{201E}b\u{201C} c\"}", ["a": "\u{201E}b\u{201C} c"]),
            ("{\"text\": \"line one\n\n\", \"x\": 1}", ["text": "line one", "x": 1]),
        ] as [(String, PythonValue)])
    func `quotes inside of strings are told from those around them`(text: String, expected: PythonValue) throws {
        #expect(try JSONRepair.value(of: text) == expected)
    }

    @Test(
        arguments: [
            ("[1e5, -3, +4, --5]", [100000.0, -3, 4, "--5"]),
            (
                #"{"a": 1_000, "b": 1,000, "c": 1/2, "d": .5, "e": 1.}"#,
                ["a": 1000, "b": "1,000", "c": "1/2", "d": 0.5, "e": 1.0]
            ),
            (#"{"a": 2024-05-01}"#, ["a": "2024-05-01"]), ("\u{0663} {\"a\": \u{0663}}", ["a": ""]),
        ] as [(String, PythonValue)])
    func `numbers are numbers, or text where they are none`(text: String, expected: PythonValue) throws {
        #expect(try JSONRepair.value(of: text) == expected)
    }

    @Test func `an integer with too many digits for Python is text`() throws {
        let digits = String(repeating: "1", count: 4301)
        #expect(try JSONRepair.value(of: "[\(digits)]") == [.string(digits)])
        #expect(throws: JSONRepairError.integerTooLong(limit: 4300)) { try JSONRepair.value(of: "[\(digits)] x") }
    }

    @Test func `escapes are read one by one, surrogates too where the JSON is broken`() throws {
        #expect(try JSONRepair.value(of: #"{"a": "\u00e9\x41\q"}"#) == ["a": "éA\\q"])
        let halves = try #require(PythonSurrogateString(bytes: [0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80]))
        #expect(try JSONRepair.value(of: #"{"a": "\ud83d\ude00" x}"#) == ["a": .surrogateString(halves)])
        #expect(try JSONRepair.value(of: #"{"a": "\ud83d\ude00"}"#) == ["a": "😀"])
    }

    @Test func `an answer that breaks off anywhere behind its first key is a dict`() throws {
        let answer = #"{"reasoning": "It's \"so\", [see] {it}", "steps": ["a", {"b": [1.5, true]}], "answer": null}"#
        let firstKey = #"{"reasoning":"#.count
        for length in firstKey...answer.count {
            let value = try JSONRepair.value(of: String(answer.prefix(length)))
            #expect(value.dict != nil, "the first \(length) characters")
        }
    }

    @Test func `a block of JSON in place of a key is refused`() {
        #expect(throws: JSONRepairError.keyIsNoText) { try JSONRepair.value(of: #"{"```json {"a":1}```":1}"#) }
    }

    // MARK: Limits

    @Test(arguments: ["{\"a\":", "(", "{\"a\":[", "[{\"a\":", "{\"a\":[1][", "{["])
    func `nesting beyond the limit is refused, on a small stack`(opening: String) async {
        // Not deep enough for the limit of valid JSON, which is tried first.
        let text = "x [" + String(repeating: opening, count: JSONRepair.depthLimit + 40)
        let result = await onSmallStack { Result { try JSONRepair.value(of: text) } }
        #expect(throws: JSONRepairError.tooDeep(limit: JSONRepair.depthLimit)) { try result.get() }
    }

    @Test func `the deepest nesting that is allowed is read, on a small stack`() async throws {
        // One level is the number's.
        let text = String(repeating: "[", count: JSONRepair.depthLimit - 1) + "1"
        var value = try await onSmallStack { Result { try JSONRepair.value(of: text) } }.get()
        for _ in 1..<JSONRepair.depthLimit { value = try #require(value[0]) }
        #expect(value == 1)
    }

    @Test func `a text that sends the repair looking ahead over and over is given up`() {
        let text = #"{"k":""# + String(repeating: "{a:", count: 3_000)
        var parser = RepairParser(text, workLimit: 1_000_000)
        #expect(throws: JSONRepairError.tooMuchWork(limit: 1_000_000)) { try parser.parse() }
    }
}
