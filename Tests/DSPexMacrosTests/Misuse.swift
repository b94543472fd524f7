import SwiftDiagnostics
import SwiftSyntax
import Testing

/// A source with one mistake, and what is told of it.
struct Misuse: Sendable, CustomTestStringConvertible {
    var source: String
    var blamed: String
    /// Of the message; nil where only the message counts.
    var id: String?
    var message: String
    /// What each fix-it writes.
    var fixes: [String]
    var testDescription: String { message }

    init(_ id: String? = nil, source: String, blamed: String, message: String, fix: String? = nil) {
        self.init(id, source: source, blamed: blamed, message: message, fixes: fix.map { [$0] } ?? [])
    }

    init(_ id: String? = nil, source: String, blamed: String, message: String, fixes: [String]) {
        self.source = source
        self.blamed = blamed
        self.id = id
        self.message = message
        self.fixes = fixes
    }

    func check() throws {
        let expansion = Expansion(source)
        let diagnostics = expansion.diagnostics
        #expect(diagnostics.map(\.message) == [message])
        let diagnostic = try #require(diagnostics.first)
        #expect(diagnostic.node.trimmedDescription == blamed)
        #expect(diagnostic.diagMessage.severity == .error)
        // The node is one of the source's, not of a copy that has no place.
        let inside = diagnostic.position.utf8Offset - diagnostic.node.positionAfterSkippingLeadingTrivia.utf8Offset
        let rest = blamed.utf8.dropFirst(inside)
        #expect(expansion.source(from: diagnostic).utf8.starts(with: rest))
        if let id { #expect(diagnostic.diagnosticID == MessageID(domain: "DSPexMacros", id: id)) }
        let written = diagnostic.fixIts.flatMap(\.changes).map { change in
            if case .replace(_, let new) = change { new.trimmedDescription } else { "" }
        }
        #expect(written == fixes)
    }
}
