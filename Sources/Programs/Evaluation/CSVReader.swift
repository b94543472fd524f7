/// Reads comma-separated values as RFC 4180 has them: quotes around values with commas, quotes and line breaks, quotes doubled inside.
/// Lines may end in CR LF, LF or CR; a byte order mark and empty lines are skipped.
struct CSVReader {
    /// One line of values, and where it begins.
    struct Record: Hashable {
        var values: [String]
        /// Counted from 1.
        var line: Int
    }

    private let name: String
    private let text: [UInt8]
    private var index = 0
    private var line = 1
    private var lineStart = 0

    init(_ text: String, name: String) {
        self.name = name
        self.text = Array(text.utf8)
        if self.text.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
        lineStart = index
    }

    /// The next line with values; nil at the end.
    mutating func next() throws(DataSetError) -> Record? {
        while index < text.count, isBreak(text[index]) { skipBreak() }
        guard index < text.count else { return nil }
        var record = Record(values: [], line: line)
        while true {
            record.values.append(try value())
            guard index < text.count else { return record }
            if text[index] == UInt8(ascii: ",") {
                index += 1
                // A comma at the very end is followed by an empty value.
                continue
            }
            skipBreak()
            return record
        }
    }

    private mutating func value() throws(DataSetError) -> String {
        guard index < text.count, text[index] == UInt8(ascii: "\"") else { return plainValue() }
        let (openLine, openColumn) = (line, column)
        index += 1
        var bytes: [UInt8] = []
        while index < text.count {
            let byte = text[index]
            if byte != UInt8(ascii: "\"") {
                bytes.append(byte)
                index += 1
                if byte == 0x0A || (byte == 0x0D && (index == text.count || text[index] != 0x0A)) {
                    line += 1
                    lineStart = index
                }
                continue
            }
            index += 1
            if index < text.count, text[index] == UInt8(ascii: "\"") {
                bytes.append(byte)
                index += 1
                continue
            }
            guard index == text.count || text[index] == UInt8(ascii: ",") || isBreak(text[index]) else {
                throw DataSetError(name, line: line, column: column, .textAfterQuote)
            }
            return String(decoding: bytes, as: UTF8.self)
        }
        throw DataSetError(name, line: openLine, column: openColumn, .openQuote)
    }

    private mutating func plainValue() -> String {
        let start = index
        while index < text.count, text[index] != UInt8(ascii: ","), !isBreak(text[index]) { index += 1 }
        return String(decoding: text[start..<index], as: UTF8.self)
    }

    private var column: Int { index - lineStart + 1 }

    private func isBreak(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

    private mutating func skipBreak() {
        if text[index] == 0x0D, index + 1 < text.count, text[index + 1] == 0x0A { index += 1 }
        index += 1
        line += 1
        lineStart = index
    }
}
