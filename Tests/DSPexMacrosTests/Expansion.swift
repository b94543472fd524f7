import SwiftDiagnostics
import SwiftParser
import SwiftSyntax
import SwiftSyntaxMacroExpansion
import SwiftSyntaxMacros

@testable import DSPexMacrosExpansion

/// A source with its macros expanded, and what they had to say.
struct Expansion {
    let tree: Syntax
    let diagnostics: [Diagnostic]

    init(_ source: String) {
        let file = Parser.parse(source: source)
        let context = BasicMacroExpansionContext(
            sourceFiles: [file: .init(moduleName: "Test", fullFilePath: "test.swift")])
        let conformances = ["PythonEncodable", "PythonDecodable", "PythonDescribable"].map {
            TypeSyntax(IdentifierTypeSyntax(name: .identifier($0)))
        }
        tree = file.expand(
            macroSpecs: [
                "PythonCodable": MacroSpec(type: PythonCodableMacro.self, conformances: conformances),
                "PythonKey": MacroSpec(type: PythonKeyMacro.self),
            ],
            contextGenerator: { node in
                BasicMacroExpansionContext(sharingWith: context, lexicalContext: node.allMacroLexicalContexts())
            })
        diagnostics = context.diagnostics
    }

    /// The expansion's words, which is all that counts: neither blanks nor line breaks.
    var words: [String] { Self.words(of: tree) }

    static func words(of tree: some SyntaxProtocol) -> [String] {
        tree.tokens(viewMode: .sourceAccurate).map(\.text).filter { !$0.isEmpty }
    }
}
