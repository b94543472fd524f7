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
    private let context: BasicMacroExpansionContext
    private let source: String

    init(_ source: String) {
        let file = Parser.parse(source: source)
        let context = BasicMacroExpansionContext(
            sourceFiles: [file: .init(moduleName: "Test", fullFilePath: "test.swift")])
        func conformances(_ names: String...) -> [TypeSyntax] {
            names.map { TypeSyntax(IdentifierTypeSyntax(name: .identifier($0))) }
        }
        tree = file.expand(
            macroSpecs: [
                "PythonCodable": MacroSpec(
                    type: PythonCodableMacro.self,
                    conformances: conformances("PythonEncodable", "PythonDecodable", "PythonDescribable")),
                "PythonKey": MacroSpec(type: PythonKeyMacro.self),
                "Signature": MacroSpec(type: SignatureMacro.self, conformances: conformances("TypedSignature")),
                "Input": MacroSpec(type: InputMacro.self),
                "Output": MacroSpec(type: OutputMacro.self),
                "Guide": MacroSpec(type: GuideMacro.self),
                "SignatureValue": MacroSpec(
                    type: SignatureValueMacro.self, conformances: conformances("SignatureValue")),
                "signature": MacroSpec(type: SignatureStringMacro.self),
            ],
            contextGenerator: { node in
                BasicMacroExpansionContext(sharingWith: context, lexicalContext: node.allMacroLexicalContexts())
            })
        diagnostics = context.diagnostics
        self.context = context
        self.source = source
    }

    /// Where a diagnostic is told, as `line:column` of the source.
    func place(of diagnostic: Diagnostic) -> String {
        let location = context.location(
            for: diagnostic.position, anchoredAt: diagnostic.node, fileName: "test.swift")
        return "\(location.line):\(location.column)"
    }

    /// The source from the place of a diagnostic on.
    func source(from diagnostic: Diagnostic) -> String {
        let location = context.location(
            for: diagnostic.position, anchoredAt: diagnostic.node, fileName: "test.swift")
        return String(decoding: source.utf8.dropFirst(location.offset), as: UTF8.self)
    }

    /// The expansion's words, which is all that counts: neither blanks nor line breaks.
    var words: [String] { Self.words(of: tree) }

    static func words(of tree: some SyntaxProtocol) -> [String] {
        tree.tokens(viewMode: .sourceAccurate).map(\.text).filter { !$0.isEmpty }
    }
}
