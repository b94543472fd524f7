import DSPexMacros
import SwiftDiagnostics
import SwiftSyntax
import Testing

/// `#signature` reads with the parser of the running program, and blames the column.
@Suite struct SignatureStringTests {
    static let pairs: [(written: Signature, read: String)] = [
        (#signature("question -> answer"), "question -> answer"),
        (#signature("a: list[dict[str, int]], b?: float -> c"), "a: list[dict[str, int]], b?: float -> c"),
        (#signature("a -> c: Literal['x', 3, True, None, b'y']"), "a -> c: Literal['x', 3, True, None, b'y']"),
        (#signature("a: tuple[int, ...], b: tuple[int, str] -> c"), "a: tuple[int, ...], b: tuple[int, str] -> c"),
        (#signature("sort mail: t = 'hi' -> u: float = 2.5 \"d\""), "sort mail: t = 'hi' -> u: float = 2.5 \"d\""),
        (#signature("a = 'x' \"what came\" -> b"), "a = 'x' \"what came\" -> b"),
        (#signature("p: probability, e: embedding(3) -> b"), "p: probability, e: embedding(3) -> b"),
        (#signature("a -> t: tensor(2, 3), u: confidence"), "a -> t: tensor(2, 3), u: confidence"),
        (#signature("n: int(ge=-3, le=5) = 2 -> x: float(gt=0.5)"), "n: int(ge=-3, le=5) = 2 -> x: float(gt=0.5)"),
        (#signature("a -> s: str(pattern='a+', max_length=3)"), "a -> s: str(pattern='a+', max_length=3)"),
        (#signature("i: dspy.Image, c: dspy.Code['java'] -> b"), "i: dspy.Image, c: dspy.Code['java'] -> b"),
        (#signature("d: datetime.date, q: Sequence[int] -> b"), "d: datetime.date, q: Sequence[int] -> b"),
        (#signature("a: collections.deque[int] -> m: str | None"), "a: collections.deque[int] -> m: str | None"),
    ]

    @Test(arguments: pairs) func `The expression is the signature that the string says`(
        _ written: Signature, _ read: String
    ) throws {
        #expect(written == (try Signature(read)))
    }

    @Test func `Instructions may be any expression`() throws {
        let words = ["Be", "brief."]
        let signature = #signature("a -> b", instructions: words.joined(separator: " "))
        #expect(signature == (try Signature("a -> b", instructions: "Be brief.")))
    }

    static let misuses: [(misuse: Misuse, place: String)] = [
        (
            .signature("a: strng -> b", column: 4, "unknown type 'strng'; did you mean 'str'?", fix: "a: str -> b"),
            "1:24"
        ),
        (
            .init(
                "bad-signature", source: #"let s = #signature("a \"d\", b: lst -> c")"#,
                blamed: #"a \"d\", b: lst -> c"#,
                message: """
                    column 11: unknown type 'lst'; did you mean 'list'?
                        a "d", b: lst -> c
                                  ^
                    """,
                fix: #""a \"d\", b: list -> c""#), "1:33"
        ),
        (
            .init(
                "bad-signature", source: ##"let s = #signature(#"a "ä\#u{e4}", b: lst -> c"#)"##,
                blamed: ##"a "ä\#u{e4}", b: lst -> c"##,
                message: """
                    column 12: unknown type 'lst'; did you mean 'list'?
                        a "ää", b: lst -> c
                                   ^
                    """,
                fix: ##"#"a "ä\#u{e4}", b: list -> c"#"##),
            "1:40"
        ),
        (
            .init(
                "bad-signature", source: "let s = #signature(\"\"\"\n    a,\n    b: flat -> c\n    \"\"\")",
                blamed: "b: flat -> c",
                message: """
                    column 7: unknown type 'flat'; did you mean 'float'?
                        b: flat -> c
                           ^
                    """,
                fix: "\"\"\"\n    a,\n    b: float -> c\n    \"\"\""), "3:8"
        ),
        (
            .signature(
                "a: Image -> b", column: 4, "the type 'Image' cannot be used here; write dspy.Image",
                fix: "a: dspy.Image -> b"), "1:24"
        ),
        (
            .signature(
                "a: Collection[int] -> b", column: 4,
                "the type 'Collection' cannot be used here; write Sequence[T]"), "1:24"
        ),
        (
            .signature(
                "a: PersonalRecord -> b", column: 4,
                "unknown type 'PersonalRecord'; types of yours go into 'try Signature(_:types:)', or make a '@Signature' struct"
            ), "1:24"
        ),
        (.signature("a, b", column: 5, "expected ',' or '->', found the end of the signature"), "1:25"),
        (.signature("a -> a", column: 6, "the field 'a' is there twice; rename one of them"), "1:26"),
        (
            .init(
                "empty-signature", source: #"let s = #signature(" ")"#, blamed: #"" ""#,
                message: "the signature is empty; write it as 'question -> answer'",
                fix: ##""<#inputs#> -> <#outputs#>""##), "1:20"
        ),
        (
            .init(
                "signature-no-literal", source: "let s = #signature(text)", blamed: "text",
                message:
                    "'#signature' takes a string literal without interpolation; a string of the running program is read by 'try Signature(…)'",
                fix: "try Signature(text)"), "1:20"
        ),
        (
            .init(
                "signature-no-literal", source: #"let s = #signature("a -> \(b)")"#, blamed: #""a -> \(b)""#,
                message:
                    "'#signature' takes a string literal without interpolation; a string of the running program is read by 'try Signature(…)'",
                fix: #"try Signature("a -> \(b)")"#), "1:20"
        ),
    ]

    @Test(arguments: misuses) func `A mistake is told at its column`(_ misuse: Misuse, _ place: String) throws {
        try misuse.check()
        let expansion = Expansion(misuse.source)
        #expect(expansion.diagnostics.map(expansion.place) == [place])
    }
}

extension Misuse {
    /// A bad string without escapes.
    fileprivate static func signature(_ text: String, column: Int, _ message: String, fix: String? = nil) -> Misuse {
        let caret = String(repeating: " ", count: column - 1) + "^"
        return Misuse(
            "bad-signature", source: "let s = #signature(\"\(text)\")", blamed: text,
            message: "column \(column): \(message)\n    \(text)\n    \(caret)", fix: fix.map { "\"\($0)\"" })
    }
}
