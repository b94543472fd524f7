import SwiftDiagnostics
package import SwiftSyntax
package import SwiftSyntaxMacros

/// `@Input`, a mark that ``SignatureMacro`` reads.
package struct InputMacro: PeerMacro {
    /// Makes nothing.
    package static func expansion(
        of node: AttributeSyntax, providingPeersOf declaration: some DeclSyntaxProtocol,
        in context: some MacroExpansionContext
    ) throws -> [DeclSyntax] {
        try Marker.Kind.input.requirePlace(node, declaration, context.lexicalContext)
        return []
    }
}

/// `@Output`, a mark that ``SignatureMacro`` reads.
package struct OutputMacro: PeerMacro {
    /// Makes nothing.
    package static func expansion(
        of node: AttributeSyntax, providingPeersOf declaration: some DeclSyntaxProtocol,
        in context: some MacroExpansionContext
    ) throws -> [DeclSyntax] {
        try Marker.Kind.output.requirePlace(node, declaration, context.lexicalContext)
        return []
    }
}

/// `@Guide`, a mark that ``SignatureValueMacro`` reads.
package struct GuideMacro: PeerMacro {
    /// Makes nothing.
    package static func expansion(
        of node: AttributeSyntax, providingPeersOf declaration: some DeclSyntaxProtocol,
        in context: some MacroExpansionContext
    ) throws -> [DeclSyntax] {
        try Marker.Kind.guide.requirePlace(node, declaration, context.lexicalContext)
        return []
    }
}

extension Marker.Kind {
    /// Throws at a mark that no macro reads.
    fileprivate func requirePlace(
        _ attribute: AttributeSyntax, _ declaration: some DeclSyntaxProtocol, _ context: [Syntax]
    ) throws {
        let parent = context.first?.asProtocol((any DeclGroupSyntax).self)
        // The macro of the type tells whatever is wrong inside of it.
        if declaration.is(VariableDeclSyntax.self), let parent, !parent.attributes.named([owner]).isEmpty { return }
        var fixIts: [FixIt] = []
        // The attribute and the declaration come as trees of their own.
        if let marked = declaration.asProtocol((any WithAttributesSyntax).self) {
            let others = marked.attributes.filter { $0.trimmedDescription != attribute.trimmedDescription }
            let unmarked = marked.with(\.attributes, others)
            fixIts = [.replace(marked, with: unmarked, id: "remove-marker", "remove \(spelling)")]
        }
        throw Problem.error(
            "misplaced-marker", "\(spelling) marks a stored property of a struct with '@\(owner)'", at: attribute,
            fixIts: fixIts)
    }
}
