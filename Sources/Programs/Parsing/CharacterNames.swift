/// Finds characters by their Unicode names, as `\N{…}` in Python's strings does. Aliases are not known.
struct CharacterNames {
    private var characters: [String: Unicode.Scalar]?

    /// The character of a name, in any case; nil when there is none.
    ///
    /// All characters are walked through once for all the names that a text holds: an index of them would take more memory than this rare
    /// escape is worth.
    mutating func character(named name: String, in text: ArraySlice<Unicode.Scalar>) -> Unicode.Scalar? {
        if characters == nil { characters = Self.characters(named: Self.names(in: text)) }
        return characters?[name.uppercased()]
    }

    private static func names(in text: ArraySlice<Unicode.Scalar>) -> Set<String> {
        var names: Set<String> = []
        for part in text.split(separator: "{") {
            guard let end = part.firstIndex(of: "}") else { continue }
            names.insert(String(String.UnicodeScalarView(part[..<end])).uppercased())
        }
        return names
    }

    private static func characters(named names: Set<String>) -> [String: Unicode.Scalar] {
        var characters: [String: Unicode.Scalar] = [:]
        for value in 0...0x10FFFF as ClosedRange<UInt32> {
            guard let scalar = Unicode.Scalar(value), let name = scalar.properties.name, names.contains(name),
                scalar.isKnownToPython
            else { continue }
            characters[name] = scalar
        }
        return characters
    }
}
