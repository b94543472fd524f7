/// The members of an object as they are read: order of first appearance, last value wins.
///
/// A handful of keys is compared one by one; from there on an index keeps hostile objects from costing a square. Keys are one
/// when their bytes are, as in Python; Swift would also take a composed character and its parts for the same.
public struct JSONMembers: Sendable {
    private var entries: [PythonDictionary.Entry] = []
    private var index: [[UInt8]: Int] = [:]
    private static let indexedFrom = 16

    /// No members.
    public init() {}

    /// Those of a dict whose keys are all `str`; other keys are left out.
    public init(_ dictionary: PythonDictionary) {
        for entry in dictionary { set(entry.key, entry.value) }
    }

    /// The members as they are so far.
    public var dictionary: PythonDictionary { PythonDictionary(entries) }

    /// Whether there are none.
    public var isEmpty: Bool { entries.isEmpty }

    /// The member that was added last; its value may be changed, its key not.
    public var last: PythonDictionary.Entry? { entries.last }

    /// Takes the last member's value for a change in place; nil when there is no member. `None` is there until ``setLast(_:)``.
    public mutating func takeLast() -> PythonValue? {
        guard let last = entries.indices.last else { return nil }
        var value = PythonValue.none
        swap(&value, &entries[last].value)
        return value
    }

    /// Gives the last member another value.
    public mutating func setLast(_ value: PythonValue) {
        guard let last = entries.indices.last else { return }
        entries[last].value = value
    }

    /// Whether there is a member with this key, a `str`.
    public func contains(_ key: PythonValue) -> Bool { self[key] != nil }

    /// The value of a key, a `str`.
    public subscript(key: PythonValue) -> PythonValue? {
        guard let place = Self.bytes(of: key).flatMap({ place(of: $0) }) else { return Optional<PythonValue>.none }
        return entries[place].value
    }

    /// Sets the value of a key, a `str`; nothing happens for any other.
    public mutating func set(_ key: PythonValue, _ value: PythonValue) {
        guard let bytes = Self.bytes(of: key) else { return }
        if let place = place(of: bytes) {
            entries[place].value = value
            return
        }
        entries.append(.init(key: key, value: value))
        if entries.count == Self.indexedFrom {
            for (place, entry) in entries.enumerated() { index[Self.bytes(of: entry.key) ?? []] = place }
        } else if entries.count > Self.indexedFrom {
            index[bytes] = entries.count - 1
        }
    }

    private func place(of bytes: [UInt8]) -> Int? {
        guard entries.count < Self.indexedFrom else { return index[bytes] }
        return entries.firstIndex { Self.key($0.key, is: bytes) }
    }

    private static func bytes(of key: PythonValue) -> [UInt8]? {
        switch key {
        case .string(let text): Array(text.utf8)
        case .surrogateString(let text): text.bytes
        default: nil
        }
    }

    private static func key(_ key: PythonValue, is bytes: [UInt8]) -> Bool {
        switch key {
        case .string(let text): text.utf8.elementsEqual(bytes)
        case .surrogateString(let text): text.bytes == bytes
        default: false
        }
    }
}
