import Marshalling
import Testing

@Suite struct PythonDictionaryTests {
    @Test func `Entries keep the order in which they came`() {
        let entries: PythonDictionary = ["b": 1, "a": 2, "c": 3]
        #expect(entries.keys == ["b", "a", "c"])
        #expect(entries.values == [1, 2, 3])
        #expect(entries.map(\.key) == ["b", "a", "c"])
        #expect(entries != ["a": 2, "b": 1, "c": 3])
    }

    @Test func `Setting keeps the place of a key, adds at the end, and removes`() {
        var entries: PythonDictionary = ["a": 1, "b": 2]
        entries["a"] = 3
        entries["c"] = 4
        #expect(entries == ["a": 3, "b": 2, "c": 4])
        entries["b"] = Optional<PythonValue>.none
        entries["missing"] = Optional<PythonValue>.none
        #expect(entries == ["a": 3, "c": 4])
        entries["a"] = .some(.none)
        #expect(entries == ["a": .none, "c": 4])
    }

    @Test func `Keys of any kind are found`() {
        let entries: PythonDictionary = [
            .tuple([1, "a"]): 1, .none: 2, 3: 3, .bytes([1]): 4, true: 5, .frozenset([2, 1]): 6,
        ]
        #expect(entries[.tuple([1, "a"])] == 1)
        #expect(entries[.none] == 2)
        #expect(entries[key: 3] == 3)
        #expect(entries[.bytes([1])] == 4)
        #expect(entries[true] == 5)
        #expect(entries[.frozenset([1, 2])] == 6)
        #expect(entries["absent"] == Optional<PythonValue>.none)
    }
}

extension PythonDictionary {
    /// An integer literal alone would be taken for a place.
    fileprivate subscript(key key: PythonValue) -> PythonValue? { self[key] }
}
