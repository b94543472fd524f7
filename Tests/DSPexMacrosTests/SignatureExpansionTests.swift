import SwiftParser
import SwiftSyntax
import Testing

/// What the macros write, word for word.
@Suite struct SignatureExpansionTests {
    private func expectExpansion(_ source: String, is expected: String) {
        let expansion = Expansion(source)
        #expect(expansion.diagnostics.isEmpty)
        #expect(expansion.words == Expansion.words(of: Parser.parse(source: expected)), "\(expansion.tree)")
    }

    @Test func `A string becomes its fields`() {
        expectExpansion(
            #"let s = #signature("sort: q: list[str] -> a: Literal['x', 2] = 2 \"why\", n: int(ge=-1)", instructions: text)"#,
            is: """
                let s = SignatureDeclaration(
                    label: "sort", instructions: text, fields: [.init("q", .list(.str))],
                    to: [
                        .init("a", .literal([.string("x"), .int(2)]), description: "why", default: .int(2)),
                        .init("n", .int, constraints: [.atLeast(.int(-1))])
                    ]).signature
                """)
    }

    @Test func `An enum becomes a choice`() {
        expectExpansion(
            "@SignatureValue public enum Mood { case good, bad }",
            is: """
                public enum Mood { case good, bad }
                extension Mood: SignatureValue {
                    public static func describe(in types: inout FieldTypes) -> FieldType {
                        .literal(["good", "bad"])
                    }
                    public func fieldValue() -> PythonValue {
                        switch self {
                        case .good: .string("good")
                        case .bad: .string("bad")
                        }
                    }
                    public init?(from reader: inout FieldReader) {
                        switch reader.value.string {
                        case "good": self = .good
                        case "bad": self = .bad
                        default:
                            reader.mistyped(Self.self)
                            return nil
                        }
                    }
                }
                """)
    }

    @Test func `A struct gets its two sides`() {
        expectExpansion(
            """
            @Signature("Go.") public struct A {
                @Input("d", .count(3)) public var i: String
                @Output var o: Int? = nil
            }
            """,
            is: """
                public struct A {
                    public var i: String
                    var o: Int? = nil
                    /// What goes in.
                    public struct Input: SignatureFields {
                        /// d
                        public var i: String
                        public init(i: String) {
                            self.i = i
                        }
                        public init?(from reader: inout FieldReader) {
                            let _i = reader.take(String.self, "i")
                            guard let _i else { return nil }
                            self.i = _i
                        }
                        public func encode(into values: inout PythonDictionary) {
                            values["i"] = self.i.fieldValue()
                        }
                    }
                    /// What comes out.
                    public struct Output: SignatureOutput {
                        public var o: Int?
                        public init(o: Int? = nil) {
                            self.o = o
                        }
                        public init?(from reader: inout FieldReader) {
                            let _o = reader.take(Int?.self, "o", default: .some(nil))
                            guard let _o else { return nil }
                            self.o = _o
                        }
                        public func encode(into values: inout PythonDictionary) {
                            values["o"] = self.o.fieldValue()
                        }
                        /// What has come out so far.
                        public struct Partial: PartialOutput {
                            public var o: Int?
                            public init() {
                            }
                            public init(o: Int? = nil) {
                                self.o = o
                            }
                            public init?(from reader: inout FieldReader) {
                                self.o = reader.take(Int?.self, "o") ?? nil
                            }
                            public func encode(into values: inout PythonDictionary) {
                                values["o"] = self.o?.fieldValue()
                            }
                        }
                    }
                    /// The fields, as programs see them.
                    public static let declaration = SignatureDeclaration(
                        "A", instructions: "Go.",
                        inputs: [
                            .of(String.self, "i", description: "d", constraints: [.minLength(3), .maxLength(3)]),
                        ],
                        outputs: [
                            .of(Int?.self, "o", default: .some(nil)),
                        ])
                    /// The two sides of a worked example.
                    public static func sides(of example: Self) -> (input: Input, output: Output) {
                        (Input(i: example.i), Output(o: example.o))
                    }
                    public init(i: String, o: Int? = nil) {
                        self.i = i
                        self.o = o
                    }
                    /// Makes a worked example of its two sides.
                    public init(_ input: Input, _ output: Output) {
                        self.i = input.i
                        self.o = output.o
                    }
                }
                extension A: TypedSignature {
                }
                """)
    }

    @Test func `An initialiser of the struct's own is left to it`() {
        let tree = Expansion(
            """
            @Signature struct A {
                @Input var i: String
                @Output var o: String
                init(i: String, o: String) { (self.i, self.o) = (i, o) }
            }
            """
        ).tree.description
        #expect(tree.split(separator: "init(i: String, o: String)").count == 2)
    }
}
