/// Rows in aligned columns, cut to the width of a terminal.
///
/// ```text
/// name            category   doc
/// ──────────────  ─────────  ──────────────────────────────────
/// ChainOfThought  reasoning  A module that reasons step by step…
/// ```
public struct TextTable: Sendable, Hashable {
    /// One column.
    public struct Column: Sendable, Hashable {
        /// What stands above it.
        public var title: String
        /// Whether its texts end at the right, as numbers do. Default false.
        public var isRightAligned: Bool
        /// Whether it keeps its width when the table is too wide. Default false.
        public var isFixed: Bool

        /// Makes a column.
        public init(_ title: String, isRightAligned: Bool = false, isFixed: Bool = false) {
            self.title = title
            self.isRightAligned = isRightAligned
            self.isFixed = isFixed
        }
    }

    /// The columns in order.
    public var columns: [Column]
    /// The texts of each row, one for each column. Line breaks and what a terminal would obey are shown as blanks.
    public var rows: [[String]]

    /// Makes a table.
    public init(_ columns: [Column], rows: [[String]] = []) {
        self.columns = columns
        self.rows = rows
    }

    /// The table as text.
    ///
    /// - Parameter width: How many places a line may have; nil for as many as it takes. Columns shrink to no less than four.
    public func text(width: Int? = nil) -> String {
        let cells = ([columns.map(\.title)] + rows).map { row in
            columns.indices.map { $0 < row.count ? Self.shown(row[$0]) : "" }
        }
        let widths = widths(of: cells, within: width)
        var lines = cells.map { line($0, widths) }
        lines.insert(widths.map { String(repeating: "─", count: $0) }.joined(separator: Self.gap), at: 1)
        return lines.joined(separator: "\n")
    }

    private static let gap = "  "
    private static let least = 4

    private func widths(of cells: [[String]], within limit: Int?) -> [Int] {
        var widths = columns.indices.map { column in cells.map { Self.places($0[column]) }.max() ?? 0 }
        guard let limit else { return widths }
        var excess = widths.reduce(0, +) + Self.gap.count * max(0, columns.count - 1) - limit
        while excess > 0 {
            // The widest gives way first, down to the next one.
            let movable = columns.indices.filter { !columns[$0].isFixed && widths[$0] > Self.least }
            guard let widest = movable.max(by: { widths[$0] < widths[$1] }) else { break }
            let next = movable.filter { $0 != widest }.map { widths[$0] }.max() ?? Self.least
            let step = min(excess, max(1, widths[widest] - max(next, Self.least)))
            widths[widest] -= step
            excess -= step
        }
        return widths
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        let parts = columns.indices.map { column in
            let text = Self.cut(cells[column], to: widths[column])
            let blanks = String(repeating: " ", count: widths[column] - Self.places(text))
            return columns[column].isRightAligned ? blanks + text : text + blanks
        }
        var line = parts.joined(separator: Self.gap)
        while line.last == " " { line.removeLast() }
        return line
    }

    // MARK: Texts on a terminal

    private static func shown(_ text: String) -> String {
        let visible = text.unicodeScalars.map { scalar -> Character in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator, .surrogate: " "
            // Those that turn the direction of what follows.
            case .format where scalar != "\u{200D}": " "
            default: Character(scalar)
            }
        }
        // Scalar by scalar the clusters were taken apart; as one text they are together again.
        return visible.reduce(into: "") { $0.append($1) }
    }

    /// How many places of a terminal a text takes: two for each character of East Asian width and each pictograph.
    static func places(_ text: String) -> Int { text.reduce(0) { $0 + places($1) } }

    private static func places(_ character: Character) -> Int {
        guard let first = character.unicodeScalars.first else { return 0 }
        return isWide(first.value) || first.properties.isEmojiPresentation ? 2 : 1
    }

    private static func isWide(_ value: UInt32) -> Bool {
        switch value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE4F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD:
            true
        default: false
        }
    }

    private static func cut(_ text: String, to width: Int) -> String {
        guard places(text) > width else { return text }
        var kept = ""
        var used = 0
        for character in text {
            guard used + places(character) < width else { break }
            kept.append(character)
            used += places(character)
        }
        return kept + "…"
    }
}
