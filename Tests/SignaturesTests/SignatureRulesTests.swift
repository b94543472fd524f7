import Testing

@testable import Signatures

@Suite struct SignatureRulesTests {
    @Test func `a signature of fields is held to the rules of the string form`() {
        #expect(throws: SignatureError(.emptySide(.inputs))) { try Signature(inputs: [], outputs: [Field("a")]) }
        #expect(throws: SignatureError(.emptySide(.outputs))) { try Signature(inputs: [Field("q")], outputs: []) }
        #expect(throws: SignatureError(.duplicateField("q"))) {
            try Signature(inputs: [Field("q")], outputs: [Field("q")])
        }
        #expect(throws: SignatureError(.name("a b", .malformed))) {
            try Signature(inputs: [Field("a b")], outputs: [Field("a")])
        }
        #expect(throws: SignatureError(.name("", .malformed))) {
            try Signature(inputs: [Field("")], outputs: [Field("a")])
        }
        #expect(throws: SignatureError(.name("str", .reserved))) {
            try Signature(name: "str", inputs: [Field("q")], outputs: [Field("a")])
        }
        #expect(throws: SignatureError(.emptyLiteral)) {
            try Signature(inputs: [Field("q")], outputs: [Field("a", .literal([]))])
        }
        #expect(throws: SignatureError(.duplicateLiteral("x"))) {
            try Signature(inputs: [Field("q")], outputs: [Field("a", .list(.literal(["x", "x"])))])
        }
    }

    @Test func `two different records may not share a name`() throws {
        let one = try Record("City", fields: [Field("name")])
        let other = try Record("City", fields: [Field("name"), Field("country")])
        #expect(throws: SignatureError(.conflictingTypes("City"))) {
            try Signature(inputs: [Field("a", .record(one))], outputs: [Field("b", .list(.record(other)))])
        }
        #expect(throws: Never.self) {
            try Signature(inputs: [Field("a", .record(one))], outputs: [Field("b", .list(.record(one)))])
        }
    }

    @Test func `a record needs fields with usable names`() {
        #expect(throws: SignatureError(.emptyRecord("Person"))) { try Record("Person", fields: []) }
        #expect(throws: SignatureError(.name("_x", .leadingUnderscore))) { try Record("Person", fields: [Field("_x")]) }
        #expect(throws: SignatureError(.name("model_dump", .reserved))) {
            try Record("Person", fields: [Field("model_dump")])
        }
        #expect(throws: SignatureError(.duplicateField("x"))) {
            try Record("Person", fields: [Field("x"), Field("x", .int)])
        }
        #expect(throws: SignatureError(.name("list", .reserved))) { try Record("list", fields: [Field("x")]) }
        // Only a signature's fields are arguments of DSPy's.
        #expect(throws: Never.self) { try Record("Person", fields: [Field("lm"), Field("config")]) }
    }

    @Test func `descriptions and instructions stay with the signature`() throws {
        let signature = try Signature(
            name: "Answer", instructions: "Be brief.", inputs: [Field("q", description: "the question")],
            outputs: [Field("a", .int)])
        #expect(signature.description == #"q "the question" -> a: int"#)
        #expect(signature.field(named: "q")?.description == "the question")
        #expect(signature.field(named: "a")?.type == .int)
        #expect(signature.field(named: "nope") == nil)
    }

    @Test(arguments: [
        ("string", "str"), ("Double", "float"), ("boolean", "bool"), ("Array", "list"), ("enum", "Literal"),
        ("lst", "list"),
        ("optional", "Optional"), ("opional", "Optional"), ("itn", "int"), ("flaot", "float"), ("strng", "str"),
    ])
    func `a slip is recognised`(written: String, meant: String) {
        #expect(TypeNames.suggestion(for: written, among: []) == meant)
    }

    @Test func `what resembles nothing gets no suggestion`() {
        #expect(TypeNames.suggestion(for: "Decimal", among: ["Person"]) == nil)
        #expect(TypeNames.suggestion(for: "", among: []) == nil)
        #expect(TypeNames.suggestion(for: String(repeating: "x", count: 10_000), among: []) == nil)
    }
}
