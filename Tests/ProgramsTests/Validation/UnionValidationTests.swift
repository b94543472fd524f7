import Marshalling
import Signatures
import Testing

@testable import Programs

@Suite struct UnionValidationTests {
    @Test(arguments: [
        ValidationCase("Union[int, str]", "5", "5"), .init("Union[int, str]", 5.0, 5), .init("Union[float, int]", 5, 5),
        .init("Union[float, bool]", 5, 5.0), .init("Union[int, bool]", true, true), .init("Union[bool, int]", 1, 1),
        .init("Union[bool, float]", 1, 1.0), .init("Union[bool, str]", "yes", "yes"),
        .init("Union[bool, int]", "yes", true), .init("Union[bool, int]", "1", true),
        .init("Union[list[int], str]", "[1]", "[1]"), .init("Union[list[int], list[str]]", ["1"], ["1"]),
        .init("Union[list[int], list[float]]", [1.5], [1.5]), .init("Union[list[int], list[bool]]", [1, 0], [1, 0]),
        .init("Union[datetime.date, str]", "2024-01-01", "2024-01-01"),
        .init("Union[int, list[int]]", .tuple(["1"]), [1]), .init("Union[dict, list]", [1], [1]),
        .init("Union[tuple[int, ...], list[int]]", [1], [1]),
        .init("Union[tuple[int, ...], list[int]]", ["1"], .tuple([1])), .init("Union[int, Any]", "5", "5"),
        .init("Union[Literal['a'], int]", "5", 5), .init("Union[Literal[1], bool]", true, 1),
        .init("Union[Literal[1], int]", 1.0, 1), .init("Union[int, str, None]", .none, PythonValue.none),
        .init("Union[int, list[str]]", .none, nil), .init("Optional[Union[int, str]]", "5", "5"),
        .init("Union[collections.OrderedDict[str, int], dict[str, int]]", ["a": "1"], ["a": 1]),
        .init("Union[dspy.Code, str]", "x", "x"), .init("Union[str, dspy.Code]", ["code": "x"], "x"),
        .init("Union[dict, dspy.Image]", ["url": "http://a", "x": 1], ["url": "http://a", "x": 1]),
        .init("list[Union[int, str]]", ["1", 2.0], ["1", 2]),
    ])
    func `the member that is nearest is taken`(row: ValidationCase) throws {
        #expect(try row.isMet())
    }

    @Test func `of records that with more of its fields is taken, and of two the nearer one`() throws {
        let point = try Record("Point", fields: [Field("x", .int), Field("y", .int, default: 0)])
        let named = try Record("Named", fields: [Field("x", .str), Field("name", .str, default: "n")])
        let types: [String: FieldType] = ["Point": .record(point), "Named": .record(named)]
        let union = "Union[Point, Named]"
        #expect(try validation(of: ["x": 1], as: union, types: types).value == ["x": 1, "y": 0])
        #expect(try validation(of: ["x": "1"], as: union, types: types).value == ["x": "1", "name": "n"])
        #expect(try validation(of: ["x": "1", "y": 2], as: union, types: types).value == ["x": 1, "y": 2])
        #expect(
            try validation(of: ["x": "1", "name": "a"], as: union, types: types).value == ["x": "1", "name": "a"])
    }

    @Test func `where Python raises something else no other member is tried`() throws {
        let value: PythonValue = ["url": "http://a", "download": true]
        #expect(try validation(of: value, as: "Union[dspy.Image, dict]").value == nil)
        #expect(try validation(of: value, as: "Union[dict, dspy.Image]").value == nil)
    }

    @Test func `one problem is told of a union that nothing fits`() throws {
        let found = try validation(of: ["x", "z"], as: "list[Union[int, bool]]")
        #expect(
            found.problems == [
                "a[0]: expected Union[int, bool], got 'x'", "a[1]: expected Union[int, bool], got 'z'",
            ])
    }
}
