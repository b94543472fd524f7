import Marshalling
import Signatures
import Testing

@testable import Programs

@Suite struct ConstraintTests {
    @Test(arguments: [
        ValidationCase("list[Annotated[int, Field(ge=0, lt=10)]]", ["9"], [9]),
        .init("list[Annotated[int, Field(ge=0, lt=10)]]", [10], nil),
        .init("list[Annotated[int, Field(multiple_of=3)]]", [-6], [-6]),
        .init("list[Annotated[int, Field(multiple_of=3)]]", [7], nil),
        .init("list[Annotated[float, Field(gt=0, multiple_of=0.1)]]", [0.3], [0.3]),
        .init("list[Annotated[float, Field(gt=0)]]", [.float(.nan)], nil),
        .init("list[Annotated[str, Field(min_length=2, max_length=3)]]", ["é\u{301}"], ["é\u{301}"]),
        .init("list[Annotated[str, Field(max_length=3)]]", ["abcd"], nil),
        .init("list[Annotated[Optional[int], Field(ge=2)]]", [.none, 2], [.none, 2]),
        .init("list[Annotated[set[int], Field(max_length=1)]]", [[1, "1"]], [.set([1])]),
        .init("list[Annotated[dict[str, int], Field(min_length=2)]]", [["a": 1]], nil),
        .init("list[Annotated[str, Field(pattern='^a+$')]]", ["aa"], ["aa"]),
        .init("list[Annotated[str, Field(pattern='^a+$')]]", ["aa\n"], nil),
    ])
    func `constraints within a type are kept to`(row: ValidationCase) throws {
        #expect(try row.isMet())
    }

    @Test func `a decimal is measured exactly`() throws {
        let type = "list[Annotated[decimal.Decimal, Field(ge=0, lt=1, multiple_of=0.05)]]"
        #expect(try validation(of: ["0.95", "1E-1", "0"], as: type).value?.elements?.count == 3)
        #expect(try validation(of: ["1.00"], as: type).problems == ["a[0]: must be less than 1, got 1.00"])
        #expect(try validation(of: ["0.96"], as: type).problems == ["a[0]: must be a multiple of 0.05, got 0.96"])
    }

    @Test func `integers of any size are measured`() throws {
        let large = PythonValue.string(String(repeating: "3", count: 30))
        #expect(try validation(of: [large], as: "list[Annotated[int, Field(multiple_of=3, gt=5)]]").value != nil)
        #expect(try validation(of: [large], as: "list[Annotated[int, Field(multiple_of=2)]]").value == nil)
        #expect(try validation(of: [large], as: "list[Annotated[int, Field(lt=5)]]").value == nil)
    }

    @Test func `a pattern that is none is a problem, not a crash`() throws {
        let field = Field("a", .str, constraints: [.pattern("(")])
        var problems = FieldProblems()
        #expect(!field.keepsConstraints("x", &problems))
        #expect(
            problems.listed.map(\.description) == [
                "a: the pattern ( is no regular expression; correct the signature"
            ])
    }

    @Test(
        arguments: [
            (Field("a", .probability), 1.5, "a: must be at most 1, got 1.5"),
            (Field("a", .list(.confidence)), [0.5, -0.5], "a[1]: must be at least 0, got -0.5"),
            (Field("a", .embedding(3)), [0.5], "a: must be at least 3 long, got 1"),
            (Field("a", .tensor([1, 2])), [[0.5]], "a[0]: must be at least 2 long, got 1"),
            (Field("a", .int, constraints: [.atMost(3)]), 4, "a: must be at most 3, got 4"),
            (Field("a", .annotated(.int, [.greaterThan(3)])), 3, "a: must be greater than 3, got 3"),
            (Field("a", .optional(.probability)), 2.0, "a: must be at most 1, got 2.0"),
        ] as [(Field, PythonValue, String)])
    func `outputs are held against their constraints in strict mode only`(
        field: Field, value: PythonValue, problem: String
    ) throws {
        var problems = FieldProblems()
        #expect(field.parsed(value, .compatible, &problems) == value)
        #expect(problems.isEmpty)
        #expect(field.parsed(value, .strict, &problems) == nil)
        #expect(problems.listed.map(\.description) == [problem])
    }
}
