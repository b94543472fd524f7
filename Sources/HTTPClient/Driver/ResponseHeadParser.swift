/// Puts a response's head together from the lines that libcurl hands over one by one.
///
/// Interim responses (`100 Continue`) are skipped, trailers after the body ignored, and the size of all lines is bounded.
struct ResponseHeadParser {
    /// What a line led to.
    enum Outcome: Equatable {
        case more
        case complete(HTTPResponseHead)
        case tooLarge
    }

    /// How many bytes the lines of one head may have together.
    static let maximumBytes = 256 * 1024

    private var status = 0
    private var fields: [HTTPHeaders.Field] = []
    private var bytes = 0
    private var isComplete = false

    mutating func line(_ line: some BidirectionalCollection<UInt8>) -> Outcome {
        guard !isComplete else { return .more }
        bytes += line.count
        guard bytes <= Self.maximumBytes else { return .tooLarge }
        let text = String(decoding: line, as: UTF8.self).trimmed
        if text.isEmpty {
            guard status >= 200 else { return .more }
            isComplete = true
            return .complete(HTTPResponseHead(status: status, headers: HTTPHeaders(fields)))
        }
        if text.hasPrefix("HTTP/"), let code = text.split(separator: " ").dropFirst().first {
            status = Int(code) ?? 0
            fields = []
        } else if let colon = text.firstIndex(of: ":") {
            let value = String(text[text.index(after: colon)...]).trimmed
            fields.append(.init(name: String(text[..<colon]), value: value))
        }
        return .more
    }
}

extension String {
    /// The text without blanks and line ends at its ends.
    fileprivate var trimmed: String {
        let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A }
        let start = utf8.firstIndex { !isBlank($0) } ?? utf8.endIndex
        let end = utf8.lastIndex { !isBlank($0) }.map { utf8.index(after: $0) } ?? start
        return String(self[start..<end])
    }
}
