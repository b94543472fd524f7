import Marshalling
import Signatures
import Testing

@testable import Programs

@Suite struct ValueParsingTests {
    @Test(arguments: [
        ValidationCase("str", "5", "5"), .init("str", ["a": [1, .none, true]], "{'a': [1, None, True]}"),
        .init("str", .none, "None"), .init("str", 1e16, "1e+16"), .init("int", " 8 ", 8), .init("int", "8 apples", nil),
        .init("int", "\"8\"", 8), .init("float", "\"0.5\"", 0.5), .init("float", "0.5,", nil),
        .init("bool", "True", true), .init("bool", "yes", true),
        .init("list[int]", "[1, 2", [1, 2]), .init("list[int]", "```json\n[1, '2']\n```", [1, 2]),
        .init("list[str]", "('a', 'b')", ["a", "b"]), .init("dict[str, int]", "{'a': 1,}", ["a": 1]),
        .init("list[int]", [1, "2"], [1, 2]), .init("tuple[int, ...]", "(1, 2)", .tuple([1, 2])),
        .init("Any", "", ""), .init("Any", "'a'", "a"), .init("bytes", "b'a'", .bytes([0x61])),
        .init("Optional[str]", "null", "null"), .init("Optional[str]", "5", "5"),
        .init("Optional[int]", "null", PythonValue.none),
        .init("Union[str, int, None]", "5", "5"), .init("Union[int, str]", "5", 5),
        .init("Literal['a', 'b']", " 'a' ", "a"), .init("Literal['a', 'b']", "Literal[\"b\"]", "b"),
        .init("Literal['a', 'b']", "str[a]", "a"), .init("Literal[1, 2]", "2", 2), .init("Literal[1, 2]", true, true),
        .init("Literal['a', 'b']", "c", nil), .init("dspy.Code", "```python\nx = 1\n```", "x = 1"),
        .init("dspy.Code", "{\"code\": \"x\"}", "x"),
        .init("dspy.Image", "{\"url\": \"http://a\"}", ["url": "http://a"]),
        .init("dspy.Image", "http://a", nil), .init("Annotated[int, Field(ge=5)]", "3", 3),
    ])
    func `a model's text is read as DSPy reads it`(row: ValidationCase) throws {
        let found = try parsing(of: row.value, as: row.type)
        #expect(found.value?.pythonRepresentation == row.expected?.pythonRepresentation)
        #expect(found.problems.isEmpty == (row.expected != nil))
    }

    @Test(
        arguments: [
            ("good", "good"), ("BAD", "bad"), ("x", "GOOD"), ("GOOD", "GOOD"), ("fine", nil),
            ("'good'", nil),
        ] as [(String, PythonValue?)])
    func `an enumeration goes by its values, then by its names`(written: String, expected: PythonValue?) throws {
        let mood = try Enumeration("Mood", members: [.init("GOOD", "good"), .init("BAD", "bad"), .init("x", "GOOD")])
        let found = try parsing(of: .string(written), as: "Mood", types: ["Mood": .enumeration(mood)])
        #expect(found.value == expected)
        #expect(found.problems.isEmpty == (expected != nil))
    }

    @Test(arguments: ["null", "None", " None\n"])
    func `a null that should be a text is None in strict mode`(written: String) throws {
        #expect(try parsing(of: .string(written), as: "Optional[str]").value == .string(written))
        let strict = try parsing(of: .string(written), as: "Optional[str]", .strict)
        #expect(strict.value?.isNone == true)
        #expect(strict.problems == [])
        #expect(try parsing(of: .string(written), as: "str", .strict).value == .string(written))
    }

    @Test func `a text that nothing can be made of is a problem`() throws {
        let deep = PythonValue.string(String(repeating: "[", count: 5_000))
        let found = try parsing(of: deep, as: "list[int]")
        #expect(found.value == nil)
        #expect(found.problems.count == 1)
        #expect(try parsing(of: "maybe", as: "bool").problems == ["a: expected bool, got 'maybe'"])
    }
}
