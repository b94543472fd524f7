import Testing

@testable import Signatures

@Suite struct HostileSignatureTests {
    @Test func `a signature that is too long is refused before it is read`() {
        let source = "q -> a: Literal['" + String(repeating: "x", count: 70_000) + "']"
        let error = #expect(throws: SignatureError.self) { try Signature(source) }
        #expect(error?.problem == .tooLong(bytes: source.utf8.count, limit: Signature.Limits.length))
    }

    @Test(arguments: ["list[", "Optional[", "Union["])
    func `nesting is bounded`(opening: String) {
        let source =
            "q -> a: " + String(repeating: opening, count: 3_000) + "str" + String(repeating: "]", count: 3_000)
        let error = #expect(throws: SignatureError.self) { try Signature(source) }
        #expect(error?.problem == .tooDeep(limit: Signature.Limits.depth))
    }

    @Test func `the deepest nesting that is allowed is read`() throws {
        let depth = Signature.Limits.depth
        let type = String(repeating: "list[", count: depth) + "str" + String(repeating: "]", count: depth)
        #expect(try Signature("q -> a: \(type)").description == "q -> a: \(type)")
    }

    @Test func `nesting is bounded through records too`() throws {
        var type = FieldType.str
        for level in 0..<Signature.Limits.depth { type = .record(try Record("R\(level)", fields: [Field("x", type)])) }
        #expect(throws: SignatureError.self) { try Record("Last", fields: [Field("x", type)]) }
        #expect(throws: SignatureError(.tooDeep(limit: 32), source: "q -> a: list[T]", column: 14)) {
            try Signature("q -> a: list[T]", types: ["T": type])
        }
    }

    @Test func `the number of fields is bounded`() {
        let source = (0..<1_200).map { "f\($0)" }.joined(separator: ",") + " -> a"
        let error = #expect(throws: SignatureError.self) { try Signature(source) }
        #expect(error?.problem == .tooManyFields(1_025, limit: 1_024))
    }

    @Test(arguments: [
        "q -> a: Literal['open", "q -> a: Literal['a\nb']", "q -> a: Literal['\\x4']",
        "q -> a: Literal['\\ud800']", "q -> a: Literal['\\x+1']", "q -> a: Literal['\\", "q -> a: Literal[b'é']",
        "q\u{0} -> a", "q -> a # comment", "q -> a: 'City'", "*args -> a", "q -> a: int = []", "q → a",
        "q\u{200B} -> a",
        "q -> a: lambda: 0", "q -> a: conint(gt=1)", "q -> a; import os", "q -> a: __import__", "]", "[[[[", "'", "-",
        "\\",
    ])
    func `what is no signature is refused with a column`(source: String) {
        let error = #expect(throws: SignatureError.self) { try Signature(source) }
        #expect(error?.column != nil)
        #expect(error.map { !$0.description.isEmpty } == true)
    }

    @Test func `a combining mark after a quote hides nothing`() throws {
        #expect(try Signature("q -> a: Literal['\u{301}x']").outputs == [Field("a", .literal(["\u{301}x"]))])
        #expect(throws: SignatureError.self) { try Signature("q -> a: Literal['x'\u{301}]") }
    }

    @Test func `control characters never reach the terminal through a message`() {
        for source in ["q\u{1B}[31m -> a", "q -> a: \u{7}", "q -> a: Literal['\u{1B}[31m', x]"] {
            let error = #expect(throws: SignatureError.self) { try Signature(source) }
            let text = error.map(String.init(describing:)) ?? ""
            #expect(!text.unicodeScalars.contains { $0.value < 32 && $0 != "\n" })
        }
    }

    @Test func `random text neither crashes nor hangs`() {
        var generator = SplitMix64(seed: 7)
        let alphabet = Array("ab_q1,:[]|'\"\\->. \n\tlistOptionalLiteral[NoneTrue\u{301}é".unicodeScalars)
        for _ in 0..<3_000 {
            var source = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0..<60, using: &generator) {
                if let scalar = alphabet.randomElement(using: &generator) { source.append(scalar) }
            }
            guard let signature = try? Signature(String(source)) else { continue }
            #expect((try? Signature(signature.description)) == signature)
        }
    }
}
