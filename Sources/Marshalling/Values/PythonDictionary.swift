/// The entries of a Python `dict` in insertion order, with keys of any hashable kind.
///
/// A lookup walks the entries, which is fastest for the records that cross the channel; make a Swift `Dictionary` of a large one
/// before many lookups. Equality counts the order, as the order is part of what Python held.
public struct PythonDictionary: Sendable, Hashable {
    /// One key and its value.
    public struct Entry: Sendable, Hashable {
        /// The key.
        public var key: PythonValue
        /// The value.
        public var value: PythonValue

        /// Makes an entry.
        public init(key: PythonValue, value: PythonValue) {
            self.key = key
            self.value = value
        }
    }

    /// The entries, first inserted first.
    public private(set) var entries: [Entry]

    /// Takes entries as they are; of two with one key Python keeps the first place and the last value.
    public init(_ entries: [Entry] = []) { self.entries = entries }

    /// The value at a key. Setting nil removes the entry; setting a value keeps the place of an existing key.
    public subscript(key: PythonValue) -> PythonValue? {
        get { entries.first { $0.key == key }?.value }
        set {
            switch (entries.firstIndex { $0.key == key }, newValue) {
            case (let index?, let value?): entries[index].value = value
            case (let index?, nil): entries.remove(at: index)
            case (nil, let value?): entries.append(Entry(key: key, value: value))
            case (nil, nil): break
            }
        }
    }

    /// The keys, first inserted first.
    public var keys: [PythonValue] { entries.map(\.key) }

    /// The values in the order of their keys.
    public var values: [PythonValue] { entries.map(\.value) }
}

extension PythonDictionary: RandomAccessCollection {
    /// The place of the first entry.
    public var startIndex: Int { entries.startIndex }
    /// The place after the last entry.
    public var endIndex: Int { entries.endIndex }
    /// The entry at a place.
    public subscript(position: Int) -> Entry { entries[position] }
}

extension PythonDictionary: ExpressibleByDictionaryLiteral {
    /// The entries in the order written.
    public init(dictionaryLiteral elements: (PythonValue, PythonValue)...) {
        self.init(elements.map { Entry(key: $0.0, value: $0.1) })
    }
}
