import Signatures
import SwiftDiagnostics
import SwiftParser
package import SwiftSyntax
import SwiftSyntaxBuilder
package import SwiftSyntaxMacros

/// `@SignatureValue`: the conformance of a struct or enum to `SignatureValue`.
package struct SignatureValueMacro: ExtensionMacro {
    /// Makes the extension, or tells everything that is wrong.
    package static func expansion(
        of node: AttributeSyntax, attachedTo declaration: some DeclGroupSyntax,
        providingExtensionsOf type: some TypeSyntaxProtocol, conformingTo protocols: [TypeSyntax],
        in context: some MacroExpansionContext
    ) throws -> [ExtensionDeclSyntax] {
        let source: ValueSource
        if let declaration = declaration.as(StructDeclSyntax.self) {
            source = try ValueSource(declaration)
        } else if let declaration = declaration.as(EnumDeclSyntax.self) {
            source = try ValueSource(declaration)
        } else {
            throw Problem.error(
                "no-struct-or-enum",
                "'@SignatureValue' is for structs and enums; write the conformance to 'SignatureValue' by hand",
                at: declaration.introducer)
        }
        guard !protocols.isEmpty else { return [] }
        let access = declaration.memberAccess
        return [
            try ExtensionDeclSyntax(
                """
                extension \(type.trimmed): SignatureValue {
                \(raw: access)static func describe(in types: inout FieldTypes) -> FieldType {
                \(raw: source.describing)
                }
                \(raw: access)func fieldValue() -> PythonValue {
                \(raw: source.writing)
                }
                \(raw: access)init?(from reader: inout FieldReader) {
                \(raw: source.reading)
                }
                }
                """)
        ]
    }
}
