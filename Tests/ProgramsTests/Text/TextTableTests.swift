import Programs
import Testing

/// Tables for people.
@Suite struct TextTableTests {
    static let table = TextTable(
        [.init("n", isRightAligned: true, isFixed: true), .init("name"), .init("doc")],
        rows: [["1", "Predict", "Asks a model once."], ["12", "日本語", "line\nbreak\u{1B}[2J"]])

    @Test func `columns are aligned, by the places that characters take`() {
        #expect(
            Self.table.text() == """
                 n  name     doc
                ──  ───────  ──────────────────
                 1  Predict  Asks a model once.
                12  日本語   line break [2J
                """)
    }

    @Test(arguments: [24, 20, 16])
    func `no line is longer than the terminal`(width: Int) {
        let lines = Self.table.text(width: width).split(separator: "\n")
        #expect(lines.allSatisfy { $0.unicodeScalars.count <= width }, "\(lines)")
        #expect(lines[2].contains("…"))
        #expect(lines[2].hasPrefix(" 1  "))
    }

    @Test func `a row with too few texts has empty places`() {
        #expect(TextTable([.init("a"), .init("b")], rows: [["x"]]).text().hasSuffix("\nx"))
    }
}
