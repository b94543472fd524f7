import Marshalling
import Testing

@testable import Programs

@Suite struct CollectionValidationTests {
    @Test(arguments: [
        ValidationCase("list[int]", ["1", 2.0, true], [1, 2, 1]), .init("list[int]", .tuple(["1"]), [1]),
        .init("list[int]", .set([1]), [1]), .init("list[int]", .frozenset(["1"]), [1]), .init("list[int]", "12", nil),
        .init("list[int]", ["a": 1], nil), .init("list", [1, .none, "x"], [1, .none, "x"]), .init("list", .none, nil),
        .init("set[int]", [1, "1", true, 2], .set([1, 2])), .init("frozenset[str]", ["a"], .frozenset(["a"])),
        .init("set[Any]", [[1]], nil), .init("set[Any]", [1, 1.0, true], .set([1])),
        .init("tuple[int, str]", ["1", "a"], .tuple([1, "a"])), .init("tuple[int, str]", [1], nil),
        .init("tuple[int, str]", [1, "a", 2], nil), .init("tuple[int, ...]", [1, "2"], .tuple([1, 2])),
        .init("tuple[()]", [], .tuple([])), .init("tuple[()]", [1], nil),
        .init("AbstractSet[int]", ["1"], .frozenset([1])), .init("MutableSet[int]", ["1"], .set([1])),
        .init("MutableSequence[int]", .tuple(["1"]), [1]), .init("collections.deque[int]", .set(["1"]), [1]),
        .init("Sequence[int]", .tuple(["1"]), .tuple([1])), .init("Sequence[int]", ["1"], [1]),
        .init("Sequence[int]", .set([1]), nil), .init("Sequence[str]", "ab", nil),
        .init("Sequence[Any]", "ab", "ab"), .init("Iterable[str]", "ab", ["a", "b"]),
        .init("Iterable[str]", ["k": 1], ["k"]), .init("Iterable[int]", 5, nil),
        .init("embedding(2)", ["1", 2], [1.0, 2.0]), .init("tensor(1, 2)", [[1, 2]], [[1.0, 2.0]]),
    ])
    func `lists, sets and tuples`(row: ValidationCase) throws {
        #expect(try row.isMet())
    }

    @Test(arguments: [
        ValidationCase("dict[str, int]", ["a": "1", "b": 2.0], ["a": 1, "b": 2]),
        .init("dict[int, str]", ["1": "a", "01": "b", "2": "c"], [1: "b", 2: "c"]),
        .init("dict[str, int]", [1: 1], nil), .init("dict[str, int]", [.tuple(["a", 1])], nil),
        .init("dict", [1: [2]], [1: [2]]), .init("Mapping[str, int]", ["a": "1"], ["a": 1]),
        .init("collections.OrderedDict[str, int]", ["b": "1", "a": 2], ["b": 1, "a": 2]),
        .init("collections.defaultdict[str, int]", ["a": "1"], ["a": 1]),
        .init("collections.Counter[str]", ["a": "2"], ["a": 2]), .init("collections.Counter[str]", "aab", nil),
        .init("dict[list[int], int]", [.tuple([1]): 2], nil),
    ])
    func `dictionaries`(row: ValidationCase) throws {
        #expect(try row.isMet())
    }

    @Test func `what is shared is looked through`() throws {
        let row = PythonShared(["1"])
        let value: PythonValue = [.shared(row), .shared(row)]
        #expect(try validation(of: value, as: "list[list[int]]").value == [[1], [1]])
        let loop = PythonShared { itself in ["url": .shared(itself)] }
        #expect(try validation(of: .shared(loop), as: "dspy.Image").value == nil)
    }

    @Test func `keys are equal when Python finds them equal, and texts only code point by code point`() throws {
        let names: PythonValue = ["é": 1, "e\u{301}": 2]
        #expect(try validation(of: names, as: "dict[str, int]").value?.dict?.count == 2)
        let days: PythonValue = ["2024-01-01T00:00Z": 1, "2024-01-01T01:00+01:00": 2]
        #expect(try validation(of: days, as: "dict[datetime.datetime, int]").value?.dict?.values == [2])
        let decimals: PythonValue = ["1.0": 1, "1.00": 2, "0.5": 3, "5E-1": 4]
        #expect(try validation(of: decimals, as: "dict[decimal.Decimal, int]").value?.dict?.values == [2, 4])
    }
}
