import SwiftParser
import SwiftSyntax

/// The text of a string literal, and where in the source each of its characters stands.
struct LiteralText {
    private struct Place {
        var segment: Int
        /// In bytes of the segment's source.
        var offset: Int
    }

    let literal: StringLiteralExprSyntax
    let text: String
    /// One for each Unicode scalar and one for the end; empty when the source has escapes that are not understood here.
    private let places: [Place]

    /// Nil for a literal with interpolation.
    init?(_ literal: StringLiteralExprSyntax) {
        guard let text = literal.representedLiteralValue else { return nil }
        self.literal = literal
        self.text = text
        let hashes = literal.openingPounds?.text.count ?? 0
        var places: [Place] = []
        for (index, segment) in literal.segments.enumerated() {
            guard case .stringSegment(let segment) = segment else { return nil }
            places += Self.offsets(in: segment.content.text, hashes: hashes).map { Place(segment: index, offset: $0) }
        }
        let scalars = text.unicodeScalars.count
        let last = Array(literal.segments).last?.as(StringSegmentSyntax.self)?.content.text.utf8.count ?? 0
        if places.count == scalars { places.append(Place(segment: literal.segments.count - 1, offset: last)) }
        self.places = places.count == scalars + 1 ? places : []
    }

    /// Where the scalar of a column, which counts from 1, stands in the source; the literal's begin when that cannot be told.
    func position(ofColumn column: Int?) -> AbsolutePosition {
        guard let column, places.indices.contains(column - 1) else { return literal.positionAfterSkippingLeadingTrivia }
        let place = places[column - 1]
        let segment = Array(literal.segments)[place.segment]
        return segment.positionAfterSkippingLeadingTrivia.advanced(by: place.offset)
    }

    /// The smallest node that holds the scalar of a column: its line of the literal.
    func node(ofColumn column: Int?) -> Syntax {
        guard let column, places.indices.contains(column - 1) else { return Syntax(literal) }
        return Syntax(Array(literal.segments)[places[column - 1].segment])
    }

    /// The literal with other text in place of some scalars from a column on; nil where that cannot be written.
    func replacing(_ old: String, atColumn column: Int?, with new: String) -> StringLiteralExprSyntax? {
        guard let column, places.indices.contains(column - 1) else { return nil }
        let place = places[column - 1]
        var segments = Array(literal.segments)
        guard case .stringSegment(let segment) = segments[place.segment] else { return nil }
        var bytes = Array(segment.content.text.utf8)
        let range = place.offset..<place.offset + old.utf8.count
        guard range.upperBound <= bytes.count, bytes[range].elementsEqual(old.utf8) else { return nil }
        bytes.replaceSubrange(range, with: new.utf8)
        let content = segment.content.with(\.tokenKind, .stringSegment(String(decoding: bytes, as: UTF8.self)))
        segments[place.segment] = .stringSegment(segment.with(\.content, content))
        return literal.with(\.segments, StringLiteralSegmentListSyntax(segments))
    }

    /// The byte at which the source of each scalar begins.
    private static func offsets(in source: String, hashes: Int) -> [Int] {
        let scalars = Array(source.unicodeScalars)
        var offsets: [Int] = []
        var offset = 0
        var index = 0
        func advance() {
            offset += String(scalars[index]).utf8.count
            index += 1
        }
        while index < scalars.count {
            let begin = offset
            let isEscape =
                scalars[index] == "\\" && scalars[(index + 1)...].prefix(hashes).allSatisfy { $0 == "#" }
                && index + hashes + 1 < scalars.count
            advance()
            guard isEscape else {
                offsets.append(begin)
                continue
            }
            for _ in 0..<hashes { advance() }
            let kind = scalars[index]
            advance()
            // A line that goes on: no scalar.
            if kind == "\n" { continue }
            if kind == "u" { while index < scalars.count, scalars[index - 1] != "}" { advance() } }
            offsets.append(begin)
        }
        return offsets
    }
}
