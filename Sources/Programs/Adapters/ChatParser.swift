internal import Marshalling
internal import Signatures

/// Reads what stands under markers `[[ ## name ## ]]`; the first section of a name counts (`ChatAdapter.parse`).
struct ChatParser: OutputParser {
    let name = "ChatAdapter"

    func read(_ text: String, _ outputs: [Field], _ mode: ParsingMode) throws(UnreadableOutput) -> PythonDictionary {
        var parsed = PythonDictionary()
        for section in Self.sections(text) {
            let key = PythonValue.string(section.name)
            guard parsed[key] == nil, let field = outputs.first(where: { $0.name == section.name }) else { continue }
            parsed[key] = try value(.string(section.text), of: field, mode, parsed: parsed)
        }
        return parsed
    }

    /// The texts under markers, in order.
    private static func sections(_ text: String) -> [(name: String, text: String)] {
        var sections: [(name: String, lines: [String])] = []
        for line in PythonText.lines(text) {
            if let (name, rest) = marker(line) {
                sections.append((name, rest.isEmpty ? [] : [rest]))
            } else if !sections.isEmpty {
                sections[sections.count - 1].lines.append(String(line))
            }
        }
        return sections.map { ($0.name, PythonText.strip($0.lines.joined(separator: "\n"))) }
    }

    /// The name in the marker with which a line begins, and what comes after it on the line.
    private static func marker(_ line: Substring) -> (name: String, rest: String)? {
        let scalars = line.unicodeScalars
        let trimmed = scalars.drop(while: \.isPythonSpace)
        guard trimmed.starts(with: opening) else { return nil }
        let behind = trimmed.dropFirst(opening.count)
        let name = behind.prefix { $0 == "_" || $0.properties.isAlphabetic || $0.properties.numericType != nil }
        guard !name.isEmpty, behind.dropFirst(name.count).starts(with: closing) else { return nil }
        // DSPy measures the marker on the line without its blanks, and cuts it off the line with them.
        let length = opening.count + name.count + closing.count
        return (String(name), PythonText.strip(String(scalars.dropFirst(length))))
    }

    private static let opening = Array("[[ ## ".unicodeScalars)
    private static let closing = Array(" ## ]]".unicodeScalars)
}
