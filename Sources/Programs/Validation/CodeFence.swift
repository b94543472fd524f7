/// The code within a block of Markdown, as `dspy.Code` takes it out of what a model writes.
enum CodeFence {
    private static let fence = Array("```".utf8)

    /// The content of the first block whose opening line may name a language; else of the first within one line or more; else the text as it is.
    static func content(of text: String) -> String {
        let bytes = Array(text.utf8)
        var start = 0
        while let open = find(in: bytes, from: start) {
            guard let line = bytes[(open + 3)...].firstIndex(of: UInt8(ascii: "\n")) else { break }
            if let close = find(in: bytes, from: line + 1) { return trimmed(bytes[(line + 1)..<close]) }
            start = open + 1
        }
        if let open = find(in: bytes, from: 0), let close = find(in: bytes, from: open + 3) {
            return trimmed(bytes[(open + 3)..<close])
        }
        return text
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
        String(String(decoding: bytes, as: UTF8.self).trimmingPythonSpace)
    }

    private static func find(in bytes: [UInt8], from start: Int) -> Int? {
        guard bytes.count >= start + fence.count else { return nil }
        return (start...(bytes.count - fence.count)).first { bytes[$0..<($0 + fence.count)].elementsEqual(fence) }
    }
}
