import SwiftParser
package import SwiftSyntax
import SwiftSyntaxBuilder
package import SwiftSyntaxMacros

/// `@PythonKey("…")`: a mark that ``PythonCodableMacro`` reads.
package struct PythonKeyMacro: PeerMacro {
    /// Makes nothing.
    package static func expansion(
        of node: AttributeSyntax, providingPeersOf declaration: some DeclSyntaxProtocol,
        in context: some MacroExpansionContext
    ) throws -> [DeclSyntax] {
        guard declaration.is(VariableDeclSyntax.self) || declaration.is(EnumCaseDeclSyntax.self) else {
            throw Problem.error(
                "misplaced-key", "'@PythonKey' names the key of a stored property or of an enum's case", at: node)
        }
        return []
    }
}

/// A key on the wire, and the node to blame for it.
struct Key {
    let text: String
    let node: Syntax

    /// The key that a declaration's `@PythonKey` gives, or its own name.
    init(of attributes: AttributeListSyntax, name: TokenSyntax) throws {
        guard let attribute = Self.attribute(in: attributes) else {
            try self.init(name.unquoted, at: name)
            return
        }
        guard case .argumentList(let arguments) = attribute.arguments, let argument = arguments.first,
            let literal = argument.expression.as(StringLiteralExprSyntax.self),
            let text = literal.representedLiteralValue
        else {
            let blamed = attribute.arguments.map { Syntax($0) } ?? Syntax(attribute)
            throw Problem.error("key-no-literal", "'@PythonKey' takes a plain string literal", at: blamed)
        }
        try self.init(text, at: literal)
    }

    init(_ text: String, at node: some SyntaxProtocol) throws {
        guard text.utf8.count <= 255 else {
            throw Problem.error("key-too-long", "a key has at most 255 bytes of UTF-8", at: node)
        }
        self.text = text
        self.node = Syntax(node)
    }

    /// A name that rules of its own hold for.
    init(unchecked text: String, at node: some SyntaxProtocol) {
        self.text = text
        self.node = Syntax(node)
    }

    static func attribute(in attributes: AttributeListSyntax) -> AttributeSyntax? {
        attributes.lazy.compactMap { $0.as(AttributeSyntax.self) }
            .first { $0.attributeName.trimmedDescription.split(separator: ".").last == "PythonKey" }
    }

    /// The key as a literal in Swift.
    var literal: String { text.literal }
}

extension Sequence<Key> {
    /// Throws at the second of two keys that are the same.
    func requireUnique(besides taken: (text: String, use: String)? = nil) throws {
        var seen: Set<String> = []
        for key in self {
            if let taken, key.text == taken.text {
                throw Problem.error(
                    "duplicate-key", "the key \(key.literal) is taken by \(taken.use)", at: key.node)
            }
            guard seen.insert(key.text).inserted else {
                throw Problem.error("duplicate-key", "the key \(key.literal) is given twice", at: key.node)
            }
        }
    }
}

extension String {
    /// The text as a string literal in Swift.
    var literal: String { StringLiteralExprSyntax(content: self).description }
}

extension TokenSyntax {
    /// The name without backticks.
    var unquoted: String { text.filter { $0 != "`" } }
}
