internal import Marshalling

/// Cuts attachments out of the text of a message and makes them parts of their own, as DSPy does
/// (`dspy/adapters/_legacy_type_markers.py`).
enum PromptParts {
    /// The text itself when it has no attachments, else texts and attachments in order.
    static func content(of text: String) -> PromptMessage.Content {
        let start = Array(CustomTypeMarker.start.utf8)
        let end = Array(CustomTypeMarker.end.utf8)
        let bytes = Array(text.utf8)
        guard var mark = bytes.firstRange(of: start, from: 0) else { return .text(text) }
        var parts: [PythonValue] = []
        var taken = 0
        while let close = bytes.firstRange(of: end, from: mark.upperBound) {
            if mark.lowerBound > taken { parts.append(self.text(bytes[taken..<mark.lowerBound])) }
            parts += attachments(in: String(decoding: bytes[mark.upperBound..<close.lowerBound], as: UTF8.self))
            taken = close.upperBound
            guard let next = bytes.firstRange(of: start, from: taken) else { break }
            mark = next
        }
        if taken < bytes.count { parts.append(self.text(bytes[taken...])) }
        return .parts(parts)
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> PythonValue {
        ["type": "text", "text": .string(String(decoding: bytes, as: UTF8.self))]
    }

    /// What stands between two marks: a list of parts in JSON. Inside a list it was written as JSON twice.
    private static func attachments(in text: String) -> [PythonValue] {
        let payload = PythonText.strip(text)
        let parsed =
            (try? PythonValue(pythonJSON: payload))
            ?? (try? PythonValue(pythonJSON: "\"\(payload)\"")).flatMap(\.string)
            .flatMap { try? PythonValue(pythonJSON: $0) }
            ?? (try? JSONRepair.value(of: payload))
        guard case .list(let parts) = parsed else { return [["type": "text", "text": .string(payload)]] }
        return parts.map { part in
            part.dict == nil ? ["type": "text", "text": .string(part.pythonText)] : part
        }
    }
}

extension [UInt8] {
    /// The first place of a sequence of bytes at or after an index.
    fileprivate func firstRange(of pattern: [UInt8], from start: Int) -> Range<Int>? {
        guard let first = pattern.first, count >= pattern.count else { return nil }
        var index = start
        while index <= count - pattern.count {
            guard let candidate = self[index...(count - pattern.count)].firstIndex(of: first) else { return nil }
            if self[candidate..<(candidate + pattern.count)].elementsEqual(pattern) {
                return candidate..<(candidate + pattern.count)
            }
            index = candidate + 1
        }
        return nil
    }
}
