/// Texts as Python's own functions cut them.
enum PythonText {
    /// `text.strip()`
    static func strip(_ text: String) -> String { String(text.trimmingPythonSpace) }

    /// `text.split("\\n")`. Swift's own would take `\\r\\n` for one character, and leave it in.
    static func split(_ text: String) -> [Substring] {
        text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map { Substring($0) }
    }

    /// `text.splitlines()`: at every line boundary that Unicode has, and no empty line at the end.
    static func lines(_ text: String) -> [Substring] {
        var lines: [Substring] = []
        let scalars = text.unicodeScalars
        var start = scalars.startIndex
        var index = start
        while index < scalars.endIndex {
            let scalar = scalars[index]
            let next = scalars.index(after: index)
            switch scalar.value {
            case 0x0D where next < scalars.endIndex && scalars[next] == "\n":
                lines.append(text[start..<index])
                index = scalars.index(after: next)
                start = index
            case 0x0A...0x0D, 0x1C...0x1E, 0x85, 0x2028, 0x2029:
                lines.append(text[start..<index])
                index = next
                start = index
            default: index = next
            }
        }
        if start < scalars.endIndex { lines.append(text[start...]) }
        return lines
    }
}
