import Marshalling
import Testing

@Suite("Members of a JSON object, and the texts and numbers in it")
struct JSONMembersTests {
    @Test("Members keep the first place and the last value, with Python's idea of equal keys", arguments: [3, 40])
    func members(count: Int) {
        var members = JSONMembers()
        for key in 0..<count { members.set(.string("k\(key)"), .int(key)) }
        members.set("\u{E9}", 1)
        members.set("e\u{301}", 2)
        members.set("k1", "new")
        #expect(members.dictionary.count == count + 2)
        #expect(members["\u{E9}"] == 1)
        #expect(members["e\u{301}"] == 2)
        #expect(!members.contains("other"))
        #expect(members.dictionary.values[1] == "new")
    }

    @Test("The last member's value can be changed in place")
    func lastMember() {
        var members = JSONMembers(["a": 1, "b": [2]])
        #expect(members.takeLast() == [2])
        members.setLast([2, 3])
        #expect(members.dictionary == ["a": 1, "b": [2, 3]])
    }

    @Test("Code points make a text, or one with surrogates that stay apart")
    func codePoints() throws {
        #expect(PythonValue(codePoints: [0x61, 0xE9, 0x1F600]) == "aé😀")
        let halves = try #require(PythonSurrogateString(bytes: [0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80]))
        #expect(PythonValue(codePoints: [0xD83D, 0xDE00]) == .surrogateString(halves))
    }

    @Test(
        "The other sign of an integer",
        arguments: [
            ("0", "0"), ("1", "-1"), ("127", "-127"), ("-128", "128"),
            ("-9223372036854775808", "9223372036854775808"),
            ("123456789012345678901234567890", "-123456789012345678901234567890"),
        ])
    func negated(digits: String, expected: String) throws {
        let integer = try #require(PythonInteger(digits))
        #expect(integer.negated.description == expected)
        #expect(integer.negated.negated == integer)
    }
}
