import Foundation
import SwiftParser
import SwiftSyntax
import Testing

/// The benchmark measures what the macro makes, without building the macro: its file must be the expansion.
@Suite struct CheckedInExpansionTests {
    private static let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("scripts/benchmarks/Sources/dspex-bench/Records.swift")

    @Test func `The benchmark's structs are the macro's expansion`() throws {
        let file = Parser.parse(source: try String(contentsOf: Self.file, encoding: .utf8))
        let structs = file.statements.compactMap { $0.item.as(StructDeclSyntax.self) }
        #expect(structs.count == 2)
        for declaration in structs {
            let source = "\(declaration.leadingTrivia)@PythonCodable\n\(declaration.trimmed)"
            let expansion = Expansion(source)
            #expect(expansion.diagnostics.isEmpty)
            let checkedIn = file.statements.compactMap { $0.item.as(ExtensionDeclSyntax.self) }
                .filter { $0.extendedType.trimmedDescription == declaration.name.text }
            let words = Expansion.words(of: declaration) + checkedIn.flatMap(Expansion.words)
            #expect(
                words == expansion.words,
                "replace the extensions of \(declaration.name.text) in \(Self.file.path) by:\n\(expansion.tree)")
        }
    }
}
