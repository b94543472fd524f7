import SwiftSyntax
import Testing

/// Each misuse is told at the smallest node that it is about, with a remedy where there is one.
@Suite struct DiagnosticTests {
    static let misuses: [Misuse] = [
        .init(
            source: "@PythonCodable final class A { var x: Int }", blamed: "class",
            message: "'@PythonCodable' is for structs and enums; write the conformance to 'PythonCodable' by hand"),
        .init(
            source: "@PythonCodable actor A { var x: Int }", blamed: "actor",
            message: "'@PythonCodable' is for structs and enums; write the conformance to 'PythonCodable' by hand"),
        .init(
            source: "@PythonCodable protocol A {}", blamed: "protocol",
            message: "'@PythonCodable' is for structs and enums; write the conformance to 'PythonCodable' by hand"),
        .init(
            source: "@PythonCodable struct A { var x = make() }", blamed: "x",
            message: "'@PythonCodable' sees no type of 'x': write it down", fix: "x: <#Type#> = make()"),
        .init(
            source: "@PythonCodable struct A { let (x, y): (Int, Int) }", blamed: "(x, y)",
            message: "declare each property by itself, so that each has a key"),
        .init(
            source: "@PythonCodable struct A { var x: (Int, Int) }", blamed: "(Int, Int)",
            message: "a tuple has no wire form; use a struct with '@PythonCodable'"),
        .init(
            source: "@PythonCodable struct A { var x: [() -> Void] }", blamed: "() -> Void",
            message: "a function has no wire form; use a value"),
        .init(
            source: "@PythonCodable struct A { var x: any Sendable }", blamed: "any Sendable",
            message: "'any Sendable' has no wire form; use a concrete type, or 'PythonValue' for anything"),
        .init(
            source: "@PythonCodable struct A { var x: Int! }", blamed: "Int!",
            message: "'Int!' has no wire form; use 'Int?'", fix: "Int?"),
        .init(
            source: "@PythonCodable struct A { var x: Int.Type }", blamed: "Int.Type",
            message: "a metatype has no wire form; use a value"),
        .init(
            source: #"@PythonCodable struct A { var x: Int; @PythonKey("x") var y: Int }"#, blamed: #""x""#,
            message: #"the key "x" is given twice"#),
        .init(
            source: "@PythonCodable struct A { @PythonKey(name) var y: Int }", blamed: "name",
            message: "'@PythonKey' takes a plain string literal"),
        .init(
            source: #"@PythonCodable struct A { @PythonKey("a\(1)") var y: Int }"#, blamed: #""a\(1)""#,
            message: "'@PythonKey' takes a plain string literal"),
        .init(
            source: "@PythonCodable struct A { @PythonKey(\"\(String(repeating: "k", count: 256))\") var y: Int }",
            blamed: "\"\(String(repeating: "k", count: 256))\"", message: "a key has at most 255 bytes of UTF-8"),
        .init(
            source: #"@PythonCodable struct A { @PythonKey("z") var y: Int { 3 } }"#, blamed: #"@PythonKey("z")"#,
            message:
                "'@PythonKey' has no effect here: only a stored property of an instance travels, and no 'let' with a value",
            fix: "var y: Int { 3 }"),
        .init(
            source: "@PythonCodable struct A {\n#if DEBUG\nvar x: Int\n#endif\n}", blamed: "#if",
            message: "'@PythonCodable' does not see what '#if' decides; move it out of the type"),
        .init(
            source: "@PythonCodable(tag: \"kind\") struct A { var x: Int }", blamed: "tag: \"kind\"",
            message: "'tag' is for an enum whose cases hold values"),
        .init(
            source: "@PythonCodable struct A<each T> { var x: Int }", blamed: "each",
            message: "'@PythonCodable' has no form for 'each' parameters; write the conformance by hand"),
        .init(
            source: "@PythonCodable struct A<let n: Int> { var x: Int }", blamed: "let",
            message: "'@PythonCodable' has no form for 'let' parameters; write the conformance by hand"),
        .init(
            source: "@PythonCodable enum A {}", blamed: "A",
            message: "an enum without cases has no values to send"),
        .init(
            source: "@PythonCodable enum A { case b(Int, String) }", blamed: "Int",
            message: "one of several values of a case needs a label, which is its key", fix: "<#label#>: Int,"),
        .init(
            source: "@PythonCodable enum A { case b(type: Int) }", blamed: "type",
            message: #"the key "type" is taken by the case's name; choose another with '@PythonCodable(tag:)'"#),
        .init(
            source: "@PythonCodable enum A { case b(value: Int, value: Int) }", blamed: "value",
            message: #"the key "value" is given twice"#),
        .init(
            source: #"@PythonCodable enum A: Int { @PythonKey("x") case b = 1 }"#, blamed: #"@PythonKey("x")"#,
            message: "the raw value is what travels: write '= …' in place of '@PythonKey'"),
        .init(
            source: #"@PythonCodable enum A { @PythonKey("x") case b, c }"#, blamed: "c",
            message: "'@PythonKey' names one case; write 'case c' on its own"),
        .init(
            source: #"@PythonCodable enum A { case b; @PythonKey("b") case c }"#, blamed: #""b""#,
            message: #"the key "b" is given twice"#),
        .init(
            source: "@PythonCodable(tag: name) enum A { case b(Int) }", blamed: "name",
            message: "'tag' takes a plain string literal"),
        .init(
            source: "@PythonCodable(tag: \"kind\") enum A { case b }", blamed: "tag: \"kind\"",
            message: "'tag' is for an enum whose cases hold values"),
        .init(
            source: #"@PythonKey("x") func f() {}"#, blamed: #"@PythonKey("x")"#,
            message: "'@PythonKey' names the key of a stored property or of an enum's case"),
    ]

    @Test(arguments: misuses) func `A misuse is told where it stands`(_ misuse: Misuse) throws {
        try misuse.check()
    }

    @Test func `What does not travel is left alone`() {
        let source = """
            @PythonCodable struct A {
                static var shared = make()
                static let one: Int = 1
                lazy var later = make()
                let constant = make()
                var computed: (Int, Int) { (1, 2) }
                var readWrite: (Int, Int) { get { (1, 2) } set {} }
                var watched = 3 { didSet {} }
                var x, y: Double
                func f() {}
            }
            """
        let expansion = Expansion(source)
        #expect(expansion.diagnostics.isEmpty)
        let keys = expansion.tree.description.split(separator: "\n").filter { $0.contains("encoder.encode(") }
        #expect(
            keys.map { $0.trimmingPrefix { $0 == " " } }.map(String.init) == [
                #"try encoder.encode(self.watched, at: "watched")"#, #"try encoder.encode(self.x, at: "x")"#,
                #"try encoder.encode(self.y, at: "y")"#,
            ])
    }
}
