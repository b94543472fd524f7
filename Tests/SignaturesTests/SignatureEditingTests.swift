import Signatures
import Testing

/// Edits return new signatures and leave the old one alone, as those of `dspy.Signature` do.
@Suite struct SignatureEditingTests {
    private let signature: Signature

    init() throws { signature = try Signature("a, b -> c", instructions: "Do it.") }

    @Test func `fields go to the end, the beginning and any place of their side`() throws {
        #expect(try signature.appending(Field("x", .int), to: .inputs).description == "a, b, x: int -> c")
        #expect(try signature.prepending(Field("x"), to: .outputs).description == "a, b -> x, c")
        #expect(try signature.inserting(Field("x"), at: 1, in: .inputs).description == "a, x, b -> c")
        #expect(try signature.inserting(Field("x"), at: -2, in: .inputs).description == "a, x, b -> c")
        #expect(try signature.inserting(Field("x"), at: -1, in: .outputs).description == "a, b -> c, x")
        #expect(signature.description == "a, b -> c")
    }

    @Test(arguments: [3, -4]) func `a place that is not there is refused`(index: Int) {
        #expect(throws: SignatureError(.noSuchPlace(index, count: 2))) {
            try signature.inserting(Field("x"), at: index, in: .inputs)
        }
    }

    @Test func `a name that is there already is refused`() {
        #expect(throws: SignatureError(.duplicateField("c"))) { try signature.appending(Field("c"), to: .inputs) }
    }

    @Test func `fields are deleted, but not the last of a side`() throws {
        #expect(try signature.deleting("a").description == "b -> c")
        #expect(try signature.deleting("nothing") == signature)
        #expect(throws: SignatureError(.emptySide(.outputs))) { try signature.deleting("c") }
    }

    @Test func `instructions that DSPy wrote stay those of the fields that there were`() throws {
        let plain = try Signature("a -> c").appending(Field("b"), to: .inputs)
        #expect(plain.effectiveInstructions == "Given the fields `a`, produce the fields `c`.")
        #expect(signature.withInstructions("Otherwise.").instructions == "Otherwise.")
        #expect(
            signature.withInstructions(nil).effectiveInstructions
                == "Given the fields `a`, `b`, produce the fields `c`.")
    }

    @Test func `a description is replaced by name`() throws {
        let described = try signature.withDescription("the first", of: "a")
        #expect(described.field(named: "a")?.description == "the first")
        #expect(throws: SignatureError(.noSuchField("x", known: ["a", "b", "c"]))) {
            try signature.withDescription("", of: "x")
        }
    }

    @Test func `the fingerprint is that of what a model sees, on every machine`() throws {
        let same = try Signature("q->a").fingerprint
        #expect(try Signature("q : str -> a").fingerprint == same)
        #expect(same.utf8.count == 16)
        for other in ["q -> b", "q -> a: int", "q -> a \"one word\"", "q, r -> a"] {
            #expect(try Signature(other).fingerprint != same)
        }
        #expect(try Signature("q -> a", instructions: "Do it.").fingerprint != same)
        let (one, two) = (try Record("R", fields: [Field("x")]), try Record("R", fields: [Field("y")]))
        #expect(
            try Signature("q -> a: R", types: ["R": .record(one)]).fingerprint
                != Signature("q -> a: R", types: ["R": .record(two)]).fingerprint)
    }
}
