import SwiftDiagnostics
import SwiftParser
package import SwiftSyntax
import SwiftSyntaxBuilder
package import SwiftSyntaxMacros

/// `@Signature`: the nested types of a struct, its declaration, and the conformance to `TypedSignature`.
package struct SignatureMacro: MemberMacro, ExtensionMacro {
    /// Makes the members, or tells everything that is wrong.
    package static func expansion(
        of node: AttributeSyntax, providingMembersOf declaration: some DeclGroupSyntax,
        conformingTo protocols: [TypeSyntax], in context: some MacroExpansionContext
    ) throws -> [DeclSyntax] {
        let members = try SignatureMembers(of: declaration, attribute: node)
        return SignatureSource(members).declarations.map { DeclSyntax(stringLiteral: $0) }
    }

    /// Makes the conformance, unless something is wrong, which the members' expansion tells.
    package static func expansion(
        of node: AttributeSyntax, attachedTo declaration: some DeclGroupSyntax,
        providingExtensionsOf type: some TypeSyntaxProtocol, conformingTo protocols: [TypeSyntax],
        in context: some MacroExpansionContext
    ) throws -> [ExtensionDeclSyntax] {
        guard !protocols.isEmpty, (try? SignatureMembers(of: declaration, attribute: node)) != nil else { return [] }
        return [try ExtensionDeclSyntax("extension \(type.trimmed): TypedSignature {}")]
    }
}
