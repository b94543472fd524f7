import DSPexMacrosExpansion
import SwiftCompilerPlugin
import SwiftSyntax
import SwiftSyntaxMacros

@main struct Plugin: CompilerPlugin {
    let providingMacros: [any Macro.Type] = [
        PythonCodableMacro.self, PythonKeyMacro.self, SignatureMacro.self, InputMacro.self, OutputMacro.self,
        GuideMacro.self, SignatureValueMacro.self, SignatureStringMacro.self,
    ]
}

// The compiler looks for types of this module.

struct PythonCodableMacro: ExtensionMacro {
    static func expansion(
        of node: AttributeSyntax, attachedTo declaration: some DeclGroupSyntax,
        providingExtensionsOf type: some TypeSyntaxProtocol, conformingTo protocols: [TypeSyntax],
        in context: some MacroExpansionContext
    ) throws -> [ExtensionDeclSyntax] {
        try DSPexMacrosExpansion.PythonCodableMacro.expansion(
            of: node, attachedTo: declaration, providingExtensionsOf: type, conformingTo: protocols, in: context)
    }
}

struct PythonKeyMacro: PeerMacro {
    static func expansion(
        of node: AttributeSyntax, providingPeersOf declaration: some DeclSyntaxProtocol,
        in context: some MacroExpansionContext
    ) throws -> [DeclSyntax] {
        try DSPexMacrosExpansion.PythonKeyMacro.expansion(of: node, providingPeersOf: declaration, in: context)
    }
}
