internal import Marshalling
internal import Signatures

/// Reads a JSON object, mended where it must be, or the first object in a text (`JSONAdapter.parse`).
struct JSONAnswerParser: OutputParser {
    let name = "JSONAdapter"

    func read(_ text: String, _ outputs: [Field], _ mode: ParsingMode) throws(UnreadableOutput) -> PythonDictionary {
        var object = try mended(text)
        if object.dict == nil, let inner = Self.firstObject(in: text) { object = try mended(inner) }
        guard let members = object.dict else { throw UnreadableOutput("the text is no JSON object") }
        var parsed = PythonDictionary()
        for member in members {
            guard let field = outputs.first(where: { $0.name == member.key.string }) else { continue }
            parsed[member.key] = try value(member.value, of: field, mode, parsed: parsed)
        }
        return parsed
    }

    private func mended(_ text: String) throws(UnreadableOutput) -> PythonValue {
        do { return try JSONRepair.value(of: text) } catch { throw UnreadableOutput("\(error)") }
    }

    /// The text from the first brace that is closed to the one that closes it. Quotes do not count.
    private static func firstObject(in text: String) -> String? {
        let bytes = Array(text.utf8)
        var open: [Int] = []
        var first: Range<Int>?
        for (index, byte) in bytes.enumerated() {
            if byte == UInt8(ascii: "{") { open.append(index) }
            if byte == UInt8(ascii: "}"), let start = open.popLast(), first.map({ start < $0.lowerBound }) ?? true {
                first = start..<(index + 1)
                // Nothing that begins before this one can still be closed.
                if open.isEmpty { break }
            }
        }
        return first.map { String(decoding: bytes[$0], as: UTF8.self) }
    }
}
