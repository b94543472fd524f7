import Marshalling
import Signatures
import Testing

@testable import Programs

@Suite struct RecordValidationTests {
    private func types() throws -> [String: FieldType] {
        let mood = try Enumeration("Mood", members: [.init("GOOD", "good"), .init("BAD", "bad")])
        let person = try Record(
            "Person",
            fields: [
                Field("name"), Field("age", .int, constraints: [.atLeast(0), .lessThan(150)]),
                Field("city", .optional(.str)), Field("mood", .enumeration(mood), default: "good"),
                Field("tags", .list(.str), constraints: [.maxLength(2)]),
            ])
        let level = try Enumeration("Level", members: [.init("LOW", 1), .init("HIGH", 2.5), .init("NONE", .none)])
        return ["Mood": .enumeration(mood), "Person": .record(person), "Level": .enumeration(level)]
    }

    @Test func `a record comes in its order, with defaults and without what is no field`() throws {
        let value: PythonValue = ["extra": 1, "tags": .tuple(["a"]), "age": "5", "name": "Ann"]
        let found = try validation(of: value, as: "Person", types: types())
        #expect(found.value == ["name": "Ann", "age": 5, "city": .none, "mood": "good", "tags": ["a"]])
        #expect(found.problems == [])
    }

    @Test func `everything that is wrong is told at once, with its path`() throws {
        let value: PythonValue = [["name": 1, "age": -1, "mood": "fine", "tags": ["a", "b", "c"]], 5]
        let found = try validation(of: value, as: "list[Person]", types: types())
        #expect(found.value == nil)
        #expect(
            found.problems == [
                "a[0].name: expected str, got 1",
                "a[0].age: must be at least 0, got -1",
                "a[0].mood: expected one of 'good', 'bad', got 'fine'",
                "a[0].tags: must be at most 2 long, got 3",
                "a[1]: expected Person {name, age: int(ge=0, lt=150), city: Optional[str], mood: Mood = 'good', "
                    + "tags: list[str](max_length=2)}, got 5",
            ])
        let missing = try validation(of: ["mood": "bad"], as: "Person", types: types())
        #expect(
            missing.problems == [
                "a.name: missing; expected str", "a.age: missing; expected int", "a.tags: missing; expected list[str]",
            ])
    }

    @Test(
        arguments: [
            ("Mood", "good", "good"), ("Mood", "GOOD", nil), ("Mood", .none, nil),
            ("Level", true, 1), ("Level", 1.0, 1), ("Level", 2.5, 2.5), ("Level", .none, PythonValue.none),
            ("Level", "1", nil),
            ("Literal[1, True]", 1, 1), ("Literal[1, True]", true, true), ("Literal[1, True]", 1.0, true),
            ("Literal[1]", true, 1), ("Literal['1', 2]", "2", nil), ("Literal['1', 2]", 2.0, 2),
            ("Literal[b'x', None]", .bytes([0x78]), .bytes([0x78])), ("Literal['é']", "e\u{301}", nil),
            ("Literal['a']", ["a"], nil),
        ] as [(String, PythonValue, PythonValue?)])
    func `choices are made by what Python finds equal`(
        type: String, value: PythonValue, expected: PythonValue?
    ) throws {
        let found = try validation(of: value, as: type, types: types())
        #expect(found.value == expected)
        #expect(found.problems.isEmpty == (expected != nil))
    }

    @Test func `an enumeration's member of Python is its value`() throws {
        let type = PythonClassName(module: "app", qualifiedName: "Mood")
        let member = PythonEnumMember(type: type, member: .name("BAD")).pythonValue
        #expect(try validation(of: member, as: "Mood", types: types()).value == "bad")
    }
}
