import Testing

@testable import Signatures

@Suite struct SignatureParsingTests {
    @Test func `the form of the documentation is read with every type`() throws {
        let signature = try Signature(
            "question, passages: list[str] -> answer: Literal['a','b'], score: float, note: Optional[str]")
        #expect(signature.inputs == [Field("question"), Field("passages", .list(.str))])
        #expect(
            signature.outputs == [
                Field("answer", .literal(["a", "b"])), Field("score", .float), Field("note", .optional(.str)),
            ])
        #expect(signature.name == "StringSignature")
        #expect(signature.instructions == nil)
    }

    @Test(arguments: [
        ("int", FieldType.int), ("bool", .bool), ("List[int]", .list(.int)),
        ("list[list[float]]", .list(.list(.float))),
        ("int | None", .optional(.int)), ("Union[int, None]", .optional(.int)),
        ("Union[int]", .int), ("typing.Optional[int]", .optional(.int)), ("Optional[Optional[int]]", .optional(.int)),
        ("Optional[int] | None", .optional(.int)),
        ("list[int | None]", .list(.optional(.int))), ("int|int", .int), ("Union[None, int,]", .union([.null, .int])),
        ("Literal[1, -2, 'x', True]", .literal([1, -2, "x", true])), ("Literal[1, True]", .literal([1, true])),
        ("Literal[\"it's\"]", .literal(["it's"])), ("Literal['a->b']", .literal(["a->b"])),
        ("Literal['it\\'s', '\\\\', '\\n', '\\x41', '\\u00e9',]", .literal(["it's", "\\", "\n", "A", "é"])),
        ("Optional[Literal['a, b: c]']]", .optional(.literal(["a, b: c]"]))),
        ("int | str", .union([.int, .str])), ("Union[str, int, None]", .union([.str, .int, .null])),
        ("None | int", .union([.null, .int])),
        ("Literal[1.5, None, b'x', -1]", .literal([1.5, .none, .bytes([120]), -1])),
        ("Literal['a', Literal['b']]", .literal(["a", "b"])),
        ("Literal[0x10, 1_000, 1e3]", .literal([16, 1000, 1000.0])),
        ("list", .list(.unspecified)), ("dict", .dict(.unspecified, .unspecified)), ("list[int,]", .list(.int)),
        ("dict[str, list[int]]", .dict(.str, .list(.int))), ("tuple", .variadicTuple(.unspecified)),
        ("tuple[int, str]", .tuple([.int, .str])), ("tuple[int, ...]", .variadicTuple(.int)), ("tuple[()]", .tuple([])),
        ("set[int]", .set(.int)), ("FrozenSet[str]", .frozenset(.str)), ("Any", .any), ("bytes", .bytes),
        ("Sequence[int]", .alias(.sequence, [.int])), ("collections.deque", .alias(.deque, [])),
        ("datetime.date", .standard(.date)), ("uuid.UUID", .standard(.uuid)), ("dspy.Image", .dspy(.image)),
        ("dspy.Code['java']", .dspy(.code(language: "java"))), ("dspy.Code", .dspy(.code(language: nil))),
        ("Annotated[int, Field(gt=0)]", .annotated(.int, [.greaterThan(0)])), ("Annotated[int, 'x']", .int),
        ("probability", .probability), ("confidence", .confidence), ("embedding(768)", .embedding(768)),
        ("tensor(2,3)", .tensor([2, 3])),
    ])
    func `a type is read as Python means it`(source: String, expected: FieldType) throws {
        #expect(try Signature("q -> a: \(source)").outputs == [Field("a", expected)])
    }

    @Test func `white space, line breaks and trailing commas may stand anywhere`() throws {
        let signature = try Signature("\n  q ,\n\tctx :list [ str ] ,\n -> \n a:int,\n")
        #expect(signature.description == "q, ctx: list[str] -> a: int")
    }

    @Test func `records are found by the names given to the parser`() throws {
        let person = try Record("Person", fields: [Field("name"), Field("age", .int)])
        let signature = try Signature("text -> people: list[Person]", types: ["Person": .record(person)])
        #expect(signature.outputs == [Field("people", .list(.record(person)))])
        #expect(signature.types == ["Person": .record(person)])
    }

    @Test func `instructions may change, which makes another signature`() throws {
        let first = try Signature("q -> a", instructions: "Answer.")
        var second = first
        second.instructions = "Answer briefly."
        #expect(first != second)
        #expect(first.instructions == "Answer.")
    }

    @Test(arguments: [
        ("q", SignatureError.Problem.unexpected(expected: "',' or '->'", found: "the end of the signature"), 2),
        ("", .unexpected(expected: "a field name", found: "the end of the signature"), 1),
        ("   ", .unexpected(expected: "a field name", found: "the end of the signature"), 4),
        ("-> a", .emptySide(.inputs), 1),
        ("q ->", .emptySide(.outputs), 5),
        ("a -> b -> c", .unexpected(expected: "',' or the end of the signature", found: "'->'"), 8),
        ("q -> q", .duplicateField("q"), 6),
        ("q, q -> a", .duplicateField("q"), 4),
        ("q: -> a", .unexpected(expected: "a type", found: "'->'"), 4),
        ("q x -> a", .unexpected(expected: "',' or '->'", found: "'x'"), 3),
        ("q,, r -> a", .unexpected(expected: "a field name or '->'", found: "','"), 3),
        ("1q -> a", .unexpected(expected: "a number", found: "'1q'"), 1),
        ("1 -> a", .unexpected(expected: "a field name", found: "the number 1"), 1),
        ("q: str? -> a", .unexpected(expected: "',' or '->'", found: "'?'"), 7),
        ("q=1 -> a", .unfitDefault(1, type: "str"), 3),
        (
            "q: int = x -> a",
            .unexpected(
                expected: "a default: a text in quotes, a number, True, False or None", found: "'x'"), 10
        ),
        ("q: int(ge=0 -> a", .unexpected(expected: "',' or ')'", found: "'->'"), 13),
        (
            "q: int(size=0) -> a",
            .unknownConstraint(
                "size=0",
                known: [
                    "gt", "ge", "lt", "le", "min_length", "max_length", "multiple_of", "pattern",
                ]), 8
        ),
        ("q: str(ge=0) -> a", .unfitConstraint(.atLeast(0), type: "str"), 4),
        ("q: embedding -> a", .unexpected(expected: "'(', as in embedding(768)", found: "'->'"), 14),
        (
            "q: tensor(2, 0) -> a",
            .unexpected(
                expected: "a whole number above zero, as in tensor(2, 3)", found: "the number 0"), 14
        ),
        ("q - > a", .unexpected(expected: "'->'", found: "'-'"), 3),
        ("frage, gr\u{200B}e -> a", .unexpected(expected: "a name, a type or '->'", found: "U+200B"), 10),
        ("q -> a: Nope", .unknownType("Nope", suggestion: nil), 9),
        ("q -> a: strr", .unknownType("strr", suggestion: "str"), 9),
        ("q -> a: String", .unknownType("String", suggestion: "str"), 9),
        ("q -> a: list[Integer]", .unknownType("Integer", suggestion: "int"), 14),
        ("q -> a: literal['x']", .unknownType("literal", suggestion: "Literal"), 9),
        ("q -> a: this.d", .unknownType("this.d", suggestion: nil), 9),
        ("q -> a: Image", .unsupportedType("Image", remedy: "write dspy.Image"), 9),
        ("q -> a: dspy.Imag", .unknownType("dspy.Imag", suggestion: "dspy.Image"), 9),
        ("q -> a: dict[str]", .unexpected(expected: "',', as in dict[str, int]", found: "']'"), 17),
        ("q -> a: None", .unsupportedType("None", remedy: "leave the field out, or write Optional[…]"), 9),
        ("q -> a: List", .unexpected(expected: "'[', as in list[str]", found: "the end of the signature"), 13),
        ("q -> a: list[str, int]", .unexpected(expected: "']'", found: "'int'"), 19),
        ("q -> a: list[str", .unexpected(expected: "']'", found: "the end of the signature"), 17),
        ("q -> a: Literal[]", .emptyLiteral, 17),
        (
            "q -> a: Literal[x]",
            .unexpected(expected: "a text in quotes, a number, True, False or None", found: "'x'"), 17
        ),
        ("q -> a: Literal['x', 'x']", .duplicateLiteral("x"), 22),
        ("q -> a: Literal[007]", .unexpected(expected: "a number", found: "'007'"), 17),
        (
            "q -> a: Literal[99999999999999999999]",
            .unexpected(expected: "a number", found: "'99999999999999999999'"), 17
        ),
        ("class -> a", .name("class", .keyword), 1),
        ("q -> None", .name("None", .keyword), 6),
        ("a.b -> c", .name("a.b", .malformed), 1),
        ("_q -> a", .name("_q", .leadingUnderscore), 1),
        ("lm -> a", .name("lm", .reserved), 1),
        ("q -> model_config", .name("model_config", .reserved), 6),
    ])
    func `a fault is named with its column`(source: String, problem: SignatureError.Problem, column: Int) {
        let error = #expect(throws: SignatureError.self) { try Signature(source) }
        #expect(error?.problem == problem)
        #expect(error?.column == column)
        #expect(error?.source == source)
    }

    @Test(arguments: [
        "lm", "config", "demos", "signature", "fields", "instructions", "model_config", "model_dump", "self",
        "completions",
        "new_signature",
    ])
    func `names of DSPy's own are refused on both sides`(name: String) {
        #expect(throws: SignatureError.self) { try Signature("\(name) -> a") }
        #expect(throws: SignatureError.self) { try Signature("q -> \(name)") }
    }

    @Test(arguments: ["copy", "json", "items", "text", "model", "type", "x1", "A_b", "model_x", "größe", "問い"])
    func `names that merely look like DSPy's are taken`(name: String) throws {
        #expect(try Signature("\(name) -> result").inputs == [Field(name)])
    }

    @Test func `the nearest of the caller's own names is suggested`() throws {
        let person = try Record("Person", fields: [Field("name")])
        let error = #expect(throws: SignatureError.self) {
            try Signature("q -> a: Perzon", types: ["Person": .record(person)])
        }
        #expect(error?.problem == .unknownType("Perzon", suggestion: "Person"))
    }

    @Test func `a fault is shown under its line`() throws {
        let error = #expect(throws: SignatureError.self) { try Signature("question ->\n  answer: strng") }
        #expect(
            error.map(String.init(describing:)) == """
                column 23: unknown type 'strng'; did you mean 'str'?
                      answer: strng
                              ^
                """)
    }
}
