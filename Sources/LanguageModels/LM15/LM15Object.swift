import Marshalling

/// Reads one dict of DSPy's canonical form (lm15) and knows where in the whole it stands, so that every complaint names the place.
struct LM15Object {
    let entries: PythonDictionary
    let path: String

    init(_ value: PythonValue, at path: String) throws(LanguageModelError) {
        guard case .dict(let entries) = value else { throw Self.mismatch(path, "a dict", value) }
        self.entries = entries
        self.path = path
    }

    /// The path of a member.
    func at(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    /// The value of a key; nil when it is absent or None.
    subscript(key: String) -> PythonValue? {
        guard let value = entries[.string(key)], !value.isNone else { return nil }
        return value
    }

    func string(_ key: String) throws(LanguageModelError) -> String? {
        guard let value = self[key] else { return nil }
        guard let string = value.string else { throw Self.mismatch(at(key), "a str", value) }
        return string
    }

    func required(_ key: String) throws(LanguageModelError) -> String {
        guard let string = try string(key) else { throw .init(.invalidRequest, "\(at(key)) is missing") }
        return string
    }

    func int(_ key: String) throws(LanguageModelError) -> Int? {
        guard let value = self[key] else { return nil }
        if let int = value.int { return int }
        // lm15 takes 2.0 for 2.
        if case .float(let float) = value, let int = Int(exactly: float) { return int }
        throw Self.mismatch(at(key), "an int", value)
    }

    func double(_ key: String) throws(LanguageModelError) -> Double? {
        guard let value = self[key] else { return nil }
        guard let double = value.double else { throw Self.mismatch(at(key), "a float", value) }
        return double
    }

    func bool(_ key: String) throws(LanguageModelError) -> Bool? {
        guard let value = self[key] else { return nil }
        guard let bool = value.bool else { throw Self.mismatch(at(key), "a bool", value) }
        return bool
    }

    func dict(_ key: String) throws(LanguageModelError) -> PythonDictionary? {
        guard let value = self[key] else { return nil }
        guard let dict = value.dict else { throw Self.mismatch(at(key), "a dict", value) }
        return dict
    }

    func object(_ key: String) throws(LanguageModelError) -> LM15Object? {
        guard let value = self[key] else { return nil }
        return try LM15Object(value, at: at(key))
    }

    /// The elements of a list, with their paths; none when the key is absent.
    func list(_ key: String) throws(LanguageModelError) -> [(path: String, value: PythonValue)] {
        switch self[key] {
        case nil: return []
        case .list(let elements)?, .tuple(let elements)?:
            return elements.enumerated().map { ("\(at(key))[\($0.offset)]", $0.element) }
        case let value?: throw Self.mismatch(at(key), "a list", value)
        }
    }

    /// A list of texts; a bare text is a list of one, as in lm15.
    func strings(_ key: String) throws(LanguageModelError) -> [String] {
        if case .string(let one)? = self[key] { return [one] }
        var strings: [String] = []
        for (path, value) in try list(key) {
            guard let string = value.string else { throw Self.mismatch(path, "a str", value) }
            strings.append(string)
        }
        return strings
    }

    /// One of a fixed set of words.
    func word<Word: RawRepresentable & CaseIterable>(
        _ key: String, _ type: Word.Type
    ) throws(LanguageModelError) -> Word? where Word.RawValue == String {
        guard let raw = try string(key) else { return nil }
        guard let word = Word(rawValue: raw) else {
            let known = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw .init(.invalidRequest, "\(at(key)) is \(raw.excerpt); it must be one of \(known)")
        }
        return word
    }

    /// Refuses what nobody reads: a setting that is dropped silently is worse than an error.
    func only(_ keys: Set<String>) throws(LanguageModelError) {
        for entry in entries where !entry.value.isNone {
            guard let key = entry.key.string, keys.contains(key) else {
                let name = entry.key.string ?? "a key of type \(entry.key.typeName)"
                throw .init(.unsupportedFeature, "\(at(name)) cannot be carried")
            }
        }
    }

    static func mismatch(_ path: String, _ expected: String, _ value: PythonValue) -> LanguageModelError {
        let place = path.isEmpty ? "the request" : path
        return .init(.invalidRequest, "\(place) must be \(expected), not \(value.typeName)")
    }
}
