import Foundation
import SwiftParser
import SwiftSyntax
import Testing

/// The benchmark measures what the macro makes, and other tests use it, without building the macro: their files must be the
/// expansion.
@Suite struct CheckedInExpansionTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let file = root.appendingPathComponent("scripts/benchmarks/Sources/dspex-bench/Records.swift")

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
    private static let triage = """
        @SignatureValue enum Mood { case good, bad }

        @SignatureValue struct Customer {
            /// As it is spelled.
            var name: String
            @Guide("In years.", .range(0...150)) var age: Int?
        }

        /// Sort a customer's message.
        @Signature struct Triage {
            @Input("As it came.") var message: String
            @Input var history: [String] = []
            @Output var mood: Mood
            @Output(.range(0...1)) var confidence: Double = 0.5
            @Output var customer: Customer?
        }
        """

    @Test func `The signature of other tests is the macros' expansion`() throws {
        let url = Self.root.appendingPathComponent("Tests/ProgramsTests/Typed/Triage.swift")
        let file = Parser.parse(source: try String(contentsOf: url, encoding: .utf8))
        let checkedIn = file.statements.filter { !$0.item.is(ImportDeclSyntax.self) }
        let expansion = Expansion(Self.triage)
        #expect(expansion.diagnostics.isEmpty)
        #expect(
            checkedIn.flatMap(Expansion.words) == expansion.words,
            "replace what follows the imports in \(url.path) by:\n\(expansion.tree)")
    }
}
