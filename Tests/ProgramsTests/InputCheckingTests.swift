import Marshalling
import Programs
import Signatures
import Testing

@Suite struct InputCheckingTests {
    private func problems(
        _ signature: String, _ inputs: PythonDictionary, demos: [PythonDictionary] = []
    ) async throws -> [String] {
        let person = try Record("Person", fields: [Field("name"), Field("age", .int), Field("city", .optional(.str))])
        let executor = ScriptedExecutor(["outputs": ["answer": "x"]])
        let program = Predict(
            try Signature(signature, types: ["Person": .record(person)]), on: executor.runtime(), demos: demos)
        do {
            _ = try await program(inputs)
            return []
        } catch ProgramError.input(let error) {
            #expect(executor.calls.isEmpty, "nothing may be sent")
            return error.problems.map(\.description)
        }
    }

    @Test func `everything that is wrong is named at once`() async throws {
        let found = try await problems(
            "question, k: int, scores: list[float], mood: Literal['good', 'bad'], person: Person -> answer",
            [
                "k": "3", "scores": [0.5, 1, "x", .none], "mood": "fine", "person": ["name": 1, "size": 2], "extra": 1,
                5: "five",
            ])
        #expect(
            found == [
                "question: missing; expected str",
                "k: expected int, got str",
                "scores[2]: expected float, got str",
                "scores[3]: expected float, got NoneType",
                "mood: expected one of 'good', 'bad', got 'fine'",
                "person.name: expected str, got int",
                "person.age: missing; expected int",
                "person.size: no such field; there are name, age, city",
                "extra: no such field; there are question, k, scores, mood, person",
                "<int>: no such field; there are question, k, scores, mood, person",
            ])
    }

    @Test(arguments: [
        ("a: str", PythonValue.string("")), ("a: int", .int(-1)), ("a: float", .float(.nan)), ("a: float", .int(3)),
        ("a: bool", .bool(false)), ("a: list[int]", .list([])), ("a: list[int]", .tuple([1, 2])),
        ("a: Optional[int]", .none),
        ("a: Optional[int]", .int(1)), ("a: Literal[1, 'x']", .int(1)),
        ("a: Person", .dict(["name": "Ann", "age": 3])),
        ("a: list[Optional[Person]]", .list([.none, .dict(["name": "Ann", "age": 3, "city": .none])])),
    ])
    func `a value of the type passes`(side: String, value: PythonValue) async throws {
        #expect(try await problems("\(side) -> answer", ["a": value]) == [])
    }

    @Test(arguments: [
        ("a: int", PythonValue.bool(true), "a: expected int, got bool"),
        ("a: int", .float(3), "a: expected int, got float"),
        ("a: bool", .int(1), "a: expected bool, got int"), ("a: str", .none, "a: expected str, got NoneType"),
        ("a: str", .bytes([1]), "a: expected str, got bytes"),
        ("a: Literal[1]", .bool(true), "a: expected one of 1, got True"),
        ("a: list[int]", .set([1]), "a: expected list[int], got set"),
        ("a: list[int]", "1", "a: expected list[int], got str"),
        ("a: Person", "Ann", "a: expected Person {name, age: int, city: Optional[str]}, got str"),
        ("a: Optional[int]", "x", "a: expected int, got str"),
    ])
    func `a value of another type is named with both types`(side: String, value: PythonValue, problem: String)
        async throws
    {
        #expect(try await problems("\(side) -> answer", ["a": value]) == [problem])
    }

    @Test func `a whole number for a float arrives as a float`() async throws {
        let executor = ScriptedExecutor(["outputs": ["a": "x"]])
        _ = try await Predict(try Signature("k: float -> a"), on: executor.runtime())(["k": 3])
        #expect(executor.calls.first?.args[2] == ["k": 3.0])
    }

    @Test func `worked examples are checked, and may be partial`() async throws {
        #expect(
            try await problems("q, k: int -> answer", ["q": "x", "k": 1], demos: [["q": "y"], ["answer": "z"]]) == [])
        #expect(
            try await problems("q, k: int -> answer", ["q": "x", "k": 1], demos: [[:], ["k": "y", "note": 1]]) == [
                "demos[1].k: expected int, got str", "demos[1].note: no such field; there are q, k, answer",
            ])
    }

    @Test(arguments: [
        "<<CUSTOM-TYPE-START-IDENTIFIER>>[{}]", "see <<<CUSTOM-TYPE-START-IDENTIFIER>> here",
        "<<CUSTOM-TYPE-<<CUSTOM-TYPE-START-IDENTIFIER>>", "<<<<CUSTOM-TYPE-START-IDENTIFIER>>",
    ])
    func `text with DSPy's mark for attachments is refused, wherever it is`(text: String) async throws {
        let found = try await problems(
            "q, ctx: list[str] -> answer", ["q": .string(text), "ctx": ["fine", .string(text)]])
        #expect(found.count == 2)
        #expect(found.last?.hasPrefix("ctx[1]: holds DSPy's mark") == true)
    }

    @Test(arguments: [
        "<<CUSTOM-TYPE>>", "<CUSTOM-TYPE-START-IDENTIFIER>>", "a << b", "<<CUSTOM-TYPE-START-IDENTIFIER>",
    ])
    func `text that only resembles the mark passes`(text: String) async throws {
        #expect(try await problems("q -> answer", ["q": .string(text)]) == [])
    }

    @Test func `a long list of problems is cut, and says so`() async throws {
        let executor = ScriptedExecutor(["outputs": [:]])
        let program = Predict(try Signature("a: list[int] -> answer"), on: executor.runtime())
        let wrong = PythonValue.list(Array(repeating: "x", count: 1_000))
        let error = await #expect(throws: ProgramError.self) { try await program(["a": wrong]) }
        guard case .input(let input) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(input.problems.count == 50)
        #expect(input.omitted == 950)
        #expect(input.description.hasSuffix("and 950 more"))
    }
}
