import Testing

/// Each misuse of the macros for signatures is told at the smallest node that it is about, with a remedy where there is one.
@Suite struct SignatureDiagnosticTests {
    /// A signature that is good but for the member that it is given.
    private static func with(_ member: String) -> String {
        "@Signature struct A { @Input var i: String; @Output var o: String; \(member) }"
    }

    static let declarations: [Misuse] = [
        .init(
            "signature-no-struct", source: "@Signature class A { @Input var x: Int }", blamed: "class",
            message: "'@Signature' is for structs, whose copies are independent examples"),
        .init(
            "signature-no-struct", source: "@Signature enum A { case b }", blamed: "enum",
            message: "'@Signature' is for structs, whose copies are independent examples"),
        .init(
            "generic-signature", source: "@Signature struct A<T> { @Input var x: Int; @Output var y: Int }",
            blamed: "<T>", message: "a signature is one task, so its struct has no parameters; name the types"),
        .init(
            "reserved-type-name", source: "@Signature struct Text { @Input var x: Int; @Output var y: Int }",
            blamed: "Text", message: "DSPy uses the name 'Text' itself; choose another one"),
        .init(
            "no-inputs", source: "@Signature struct A { @Output var y: Int }", blamed: "A",
            message: "a signature has at least one '@Input'",
            fix: "{\n    @Input var <#name#>: <#Type#>\n    @Output var y: Int }"),
        .init(
            "no-outputs", source: "@Signature struct A {\n    @Input var x: Int\n}", blamed: "A",
            message: "a signature has at least one '@Output'",
            fix: "{\n    @Input var x: Int\n    @Output var <#name#>: <#Type#>\n}"),
        .init(
            "text-no-literal", source: "@Signature(text) struct A { @Input var x: Int; @Output var y: Int }",
            blamed: "text",
            message: "the instructions are a string literal without interpolation, as the compiler reads them"),
        .init(
            "text-no-literal",
            source: #"@Signature("a \(1)") struct A { @Input var x: Int; @Output var y: Int }"#, blamed: #""a \(1)""#,
            message: "the instructions are a string literal without interpolation, as the compiler reads them"),
        .init(
            "empty-text", source: #"@Signature(" ") struct A { @Input var x: Int; @Output var y: Int }"#,
            blamed: #"" ""#, message: "the instructions are empty; leave them out, and DSPy's own are used",
            fix: "@Signature"),
        .init(
            "taken-type-name", source: with("enum Output { case a }"), blamed: "Output",
            message: "'@Signature' writes a type 'Output' here; choose another name"),
        .init(
            "conditional-member", source: with("\n#if DEBUG\n@Input var x: Int\n#endif\n"), blamed: "#if",
            message: "'@Signature' does not see what '#if' decides; move it out of the type"),
    ]

    static let properties: [Misuse] = [
        .init(
            "missing-type", source: with("@Input var x = make()"), blamed: "x",
            message: "'@Signature' sees no type of 'x': write it down", fix: "x: <#Type#> = make()"),
        .init(
            "let-with-value", source: with("@Input let x: Int = 3"), blamed: "let",
            message: "a 'let' with a value never has another one, so it is no field", fix: "var"),
        .init(
            "not-stored", source: with("@Input var x: Int { 3 }"), blamed: "@Input",
            message: "'@Input' marks a stored property of an instance, which this is none", fix: "var x: Int { 3 }"),
        .init(
            "not-stored", source: with("@Output static var x: Int = 3"), blamed: "@Output",
            message: "'@Output' marks a stored property of an instance, which this is none",
            fix: "static var x: Int = 3"),
        .init(
            "unmarked-property", source: with("var x: Int"), blamed: "x",
            message: "'x' needs '@Input' or '@Output', as an example holds nothing else",
            fixes: ["@Input var x: Int", "@Output var x: Int"]),
        .init(
            "both-markers", source: with("@Input @Output var x: Int"), blamed: "@Output",
            message: "a property goes in or comes out, not both", fixes: ["@Input var x: Int", "@Output var x: Int"]),
        .init(
            "repeated-marker", source: with("@Input @Input var x: Int"), blamed: "@Input",
            message: "'@Input' is there twice", fixes: ["@Input var x: Int", "@Input var x: Int"]),
        .init(
            "duplicate-field", source: with(#"@Input(name: "i") var x: Int"#), blamed: #""i""#,
            message: "the field 'i' is there twice; rename one of them"),
        .init(
            "reserved-name", source: with(#"@Input("d") var instructions: String"#), blamed: "instructions",
            message: "DSPy uses the name 'instructions' itself; choose another one",
            fix: #"@Input("d", name: "instructions_")"#),
        .init(
            "reserved-name", source: with("@Input var model_copy: String"), blamed: "model_copy",
            message: "DSPy uses the name 'model_copy' itself; choose another one",
            fix: #"@Input(name: "model_copy_")"#),
        .init(
            "python-keyword", source: with("@Input var from: String"), blamed: "from",
            message: "'from' is a keyword of Python; choose another name", fix: #"@Input(name: "from_")"#),
        .init(
            "leading-underscore", source: with(#"@Input(name: "_x") var x: String"#), blamed: #""_x""#,
            message: "the name '_x' begins with an underscore, which pydantic refuses; leave it out", fix: #""x""#),
        .init(
            "malformed-name", source: with(#"@Input(name: "a b") var x: String"#), blamed: #""a b""#,
            message: "'a b' is no name; use letters, digits and underscores, and begin with a letter"),
        .init(
            "unsupported-type", source: with("@Input var x: () -> Void"), blamed: "() -> Void",
            message: "a function has no wire form; use a value"),
        .init(
            "unsupported-type", source: with("@Input var x: [(Int, Int)]"), blamed: "(Int, Int)",
            message: "a tuple has no wire form; use a struct with '@SignatureValue'"),
        .init(
            "unsupported-type", source: with("@Input var x: Array<(Int, Int)>"), blamed: "(Int, Int)",
            message: "a tuple has no wire form; use a struct with '@SignatureValue'"),
        .init(
            "unsupported-type", source: with("@Output var x: [String: Any]"), blamed: "Any",
            message: "'Any' has no wire form; use 'PythonValue' for anything", fix: "PythonValue"),
        .init(
            "unsupported-type", source: with("@Input var x: any Sendable"), blamed: "any Sendable",
            message: "'any Sendable' has no wire form; use a concrete type, or 'PythonValue' for anything"),
        .init(
            "unsupported-type", source: with("@Input var x: some Sendable"), blamed: "some Sendable",
            message: "'some Sendable' has no wire form; use a concrete type, or 'PythonValue' for anything"),
        .init(
            "tuple-pattern", source: with("@Input var (x, y): (Int, Int)"), blamed: "(x, y)",
            message: "declare each property by itself, so that each is a field"),
        .init(
            "default-no-literal", source: with("@Output var x: [String] = []"), blamed: "[]",
            message: "the value of an output is what the model leaves out: a literal, nil or a case"),
        .init(
            "text-no-literal", source: with("@Input(text) var x: Int"), blamed: "text",
            message: "the description is a string literal without interpolation, as the compiler reads it"),
        .init(
            "text-no-literal", source: with("@Input(name: text) var x: Int"), blamed: "text",
            message: "'name' is a string literal without interpolation, as the compiler reads it"),
        .init(
            "empty-text", source: with(#"@Input("") var x: Int"#), blamed: #""""#,
            message: "the description is empty; leave it out"),
        .init(
            "misplaced-marker", source: "struct A { @Input var x: Int }", blamed: "@Input",
            message: "'@Input' marks a stored property of a struct with '@Signature'", fix: "var x: Int"),
        .init(
            "misplaced-marker", source: with("@Output func f() {}"), blamed: "@Output",
            message: "'@Output' marks a stored property of a struct with '@Signature'", fix: "func f() {}"),
        .init(
            "misplaced-marker", source: "@Input var x: Int", blamed: "@Input",
            message: "'@Input' marks a stored property of a struct with '@Signature'", fix: "var x: Int"),
        .init(
            "misplaced-marker", source: "@PythonCodable struct A { @Guide(.count(3)) var x: Int }",
            blamed: "@Guide(.count(3))",
            message: "'@Guide' marks a stored property of a struct with '@SignatureValue'", fix: "var x: Int"),
    ]

    static let constraints: [Misuse] = [
        .init(
            "unfit-constraint", source: with(#"@Input("d", .range(0...1)) var x: String"#), blamed: ".range(0...1)",
            message: "'.range' is for numbers, and 'String' is none of them", fix: #"@Input("d")"#),
        .init(
            "unfit-constraint", source: with("@Input(.count(3)) var x: Int?"), blamed: ".count(3)",
            message: "'.count' is for texts and collections, and 'Int?' is none of them", fix: "@Input"),
        .init(
            "unfit-constraint", source: with(#"@Input(.pattern("a"), name: "y") var x: [String]"#),
            blamed: #".pattern("a")"#, message: "'.pattern' is for texts, and '[String]' is none of them",
            fix: #"@Input(name: "y")"#),
        .init(
            "unfit-constraint", source: with("@Input(.anyOf([1])) var x: String"), blamed: ".anyOf([1])",
            message:
                "'.anyOf' is for texts, with texts, and whole numbers, with whole numbers, and 'String' is none of them",
            fix: "@Input"),
        .init(
            "unfit-constraint", source: with(#"@Input(.anyOf(["a"]), .count(1)) var x: String"#), blamed: ".count(1)",
            message: "'.anyOf' says what the values are; leave '.count' out", fix: #"@Input(.anyOf(["a"]))"#),
        .init(
            "unfit-default", source: with(#"@Output(.anyOf(["a"])) var x: String = "b""#), blamed: #""b""#,
            message: "the value is none of the choices of '.anyOf'"),
        .init(
            "repeated-constraint", source: with("@Input(.range(0...), .range(...1)) var x: Int"),
            blamed: ".range(...1)", message: "'.range' is there twice", fix: "@Input(.range(0...))"),
        .init(
            "empty-range", source: with("@Input(.range(1.5...(-1))) var x: Double"), blamed: "1.5...(-1)",
            message: "the lower bound is above the upper one", fix: "(-1)...1.5"),
        .init(
            "empty-range", source: with("@Input(.range(1..<1)) var x: Double"), blamed: "1..<1",
            message: "no number is within these bounds", fix: "1...1"),
        .init(
            "empty-range", source: with("@Input(.count(5...1)) var x: String"), blamed: "5...1",
            message: "the lower bound is above the upper one", fix: "1...5"),
        .init(
            "negative-count", source: with("@Input(.count(-1)) var x: String"), blamed: "-1",
            message: "a count is not below zero"),
        .init(
            "empty-choices", source: with("@Input(.anyOf([])) var x: String"), blamed: "[]",
            message: "no value would be allowed; write at least one"),
        .init(
            "duplicate-choice", source: with(#"@Input(.anyOf(["a", "b", "a"])) var x: String"#), blamed: #""a""#,
            message: #""a" is there twice; leave one out"#, fix: #"["a", "b"]"#),
        .init(
            "constraint-no-literal", source: with("@Input(.range(0...limit)) var x: Int"), blamed: "0...limit",
            message: "'.range' takes a range of number literals, such as '0...1'"),
        .init(
            "constraint-no-literal", source: with("@Input(.count(n)) var x: String"), blamed: "n",
            message: "'.count' takes a number or a range of literals, such as '1...5'"),
        .init(
            "constraint-no-literal", source: with("@Input(.anyOf(all)) var x: String"), blamed: "all",
            message: #"'.anyOf' takes an array of literals, such as '["yes", "no"]'"#),
        .init(
            "constraint-no-literal", source: with("@Input(.anyOf([a])) var x: String"), blamed: "a",
            message: "'.anyOf' takes literals, without interpolation"),
        .init(
            "constraint-no-literal", source: with("@Input(.pattern(p)) var x: String"), blamed: "p",
            message: "'.pattern' takes a string literal without interpolation"),
        .init(
            "constraint-no-literal", source: with(#"@Input("d", limits) var x: Int"#), blamed: "limits",
            message: "a constraint is written as '.range(0...1)' here"),
    ]

    static let values: [Misuse] = [
        .init(
            "no-struct-or-enum", source: "@SignatureValue class A {}", blamed: "class",
            message: "'@SignatureValue' is for structs and enums; write the conformance to 'SignatureValue' by hand"),
        .init(
            "generic-value", source: "@SignatureValue struct A<T> { var x: T }", blamed: "<T>",
            message: "'@SignatureValue' has no form for generic types, as Python needs one name for each type"),
        .init(
            "no-fields", source: "@SignatureValue struct A { static let x = 3 }", blamed: "A",
            message: "a struct without stored properties says nothing"),
        .init(
            "reserved-type-name", source: "@SignatureValue struct List { var x: Int }", blamed: "List",
            message: "DSPy uses the name 'List' itself; choose another one"),
        .init(
            "recursive-type", source: "@SignatureValue struct A { var x: [A] }", blamed: "A",
            message: "a type that contains itself has no description; leave this property out"),
        .init(
            "case-with-values", source: "@SignatureValue enum A { case a, b(Int) }", blamed: "(Int)",
            message: "a choice holds no values; use a struct with optional properties"),
        .init(
            "unsupported-raw-type", source: "@SignatureValue enum A: Double { case a = 0.5 }", blamed: "Double",
            message: "choices are texts or whole numbers of at most 64 bits"),
        .init(
            "python-keyword", source: "@SignatureValue struct A { var from: Int }", blamed: "from",
            message: "'from' is a keyword of Python; choose another name"),
        .init(
            "unfit-constraint", source: "@SignatureValue struct A { @Guide(.range(0...1)) var x: String }",
            blamed: ".range(0...1)", message: "'.range' is for numbers, and 'String' is none of them", fix: "@Guide"),
        .init(
            "not-stored", source: "@SignatureValue struct A { var y: Int; @Guide(.count(1)) var x: String { y } }",
            blamed: "@Guide(.count(1))",
            message: "'@Guide' marks a stored property of an instance, which this is none", fix: "var x: String { y }"),
        .init(
            "missing-type", source: "@SignatureValue struct A { var x = make() }", blamed: "x",
            message: "'@SignatureValue' sees no type of 'x': write it down", fix: "x: <#Type#> = make()"),
    ]

    @Test(arguments: declarations) func `A misuse of the struct is told where it stands`(_ misuse: Misuse) throws {
        try misuse.check()
    }

    @Test(arguments: properties) func `A misuse of a property is told where it stands`(_ misuse: Misuse) throws {
        try misuse.check()
    }

    @Test(arguments: constraints) func `A misuse of a constraint is told where it stands`(_ misuse: Misuse) throws {
        try misuse.check()
    }

    @Test(arguments: values) func `A misuse of a nested type is told where it stands`(_ misuse: Misuse) throws {
        try misuse.check()
    }

    @Test func `All mistakes of a struct are told together`() {
        let expansion = Expansion(
            """
            @Signature("") struct A {
                @Input var from: String
                var x: Int
                @Output(.range(1...0)) var y: Double
            }
            """)
        #expect(expansion.diagnostics.map(expansion.place) == ["1:12", "2:16", "3:9", "4:20"])
    }
}
