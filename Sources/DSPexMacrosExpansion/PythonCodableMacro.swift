import SwiftDiagnostics
import SwiftParser
package import SwiftSyntax
import SwiftSyntaxBuilder
package import SwiftSyntaxMacros

/// `@PythonCodable`: the conformances of a struct or enum to `PythonEncodable`, `PythonDecodable` and `PythonDescribable`.
package struct PythonCodableMacro: ExtensionMacro {
    /// Makes one extension for each conformance that the type does not declare itself.
    package static func expansion(
        of node: AttributeSyntax, attachedTo declaration: some DeclGroupSyntax,
        providingExtensionsOf type: some TypeSyntaxProtocol, conformingTo protocols: [TypeSyntax],
        in context: some MacroExpansionContext
    ) throws -> [ExtensionDeclSyntax] {
        let source = try source(of: declaration, attribute: node)
        let access = declaration.memberAccess
        let parameters = try parameters(of: declaration)
        let wanted = Set(protocols.compactMap { $0.trimmedDescription.split(separator: ".").last.map(String.init) })
        let members = [
            (
                "PythonEncodable",
                "\(access)func encode(to encoder: inout WireEncoder) throws(WireError) {\n\(source.encoding)\n}"
            ),
            (
                "PythonDecodable",
                "\(access)init(from decoder: inout WireDecoder) throws(WireError) {\n\(source.decoding)\n}"
            ),
            (
                "PythonDescribable",
                "\(access)static func describe(in schema: inout JSONSchema) -> PythonValue {\n\(source.describing)\n}"
            ),
        ]
        return try members.filter { wanted.contains($0.0) }.map { name, member in
            let conditions = parameters.map { "\($0): \(name)" }.joined(separator: ", ")
            let clause = conditions.isEmpty ? "" : " where \(conditions)"
            return try ExtensionDeclSyntax("extension \(type.trimmed): \(raw: name)\(raw: clause) {\n\(raw: member)\n}")
        }
    }

    private static func source(
        of declaration: some DeclGroupSyntax, attribute: AttributeSyntax
    ) throws -> ConformanceSource {
        if let declaration = declaration.as(StructDeclSyntax.self) {
            if let argument = tagArgument(of: attribute) {
                throw Problem.error(
                    "tag-without-effect", "'tag' is for an enum whose cases hold values", at: argument)
            }
            return ConformanceSource(
                fields: try StoredProperties.fields(of: declaration), documentation: documentation(of: declaration))
        }
        if let declaration = declaration.as(EnumDeclSyntax.self) {
            let tag = try tag(of: attribute)
            let cases = try EnumCases(of: declaration, tag: tag)
            if let argument = tagArgument(of: attribute), cases.form != .payloads {
                throw Problem.error(
                    "tag-without-effect", "'tag' is for an enum whose cases hold values", at: argument)
            }
            return ConformanceSource(cases, tag: tag, documentation: documentation(of: declaration))
        }
        throw Problem.error(
            "no-struct-or-enum",
            "'@PythonCodable' is for structs and enums; write the conformance to 'PythonCodable' by hand",
            at: declaration.introducer)
    }

    private static func tagArgument(of attribute: AttributeSyntax) -> LabeledExprSyntax? {
        guard case .argumentList(let arguments) = attribute.arguments else { return nil }
        return arguments.first
    }

    private static func tag(of attribute: AttributeSyntax) throws -> String {
        guard let argument = tagArgument(of: attribute) else { return "type" }
        guard let text = argument.expression.as(StringLiteralExprSyntax.self)?.representedLiteralValue else {
            throw Problem.error("key-no-literal", "'tag' takes a plain string literal", at: argument.expression)
        }
        return try Key(text, at: argument.expression).text
    }

    /// The names of the generic parameters.
    private static func parameters(of declaration: some DeclGroupSyntax) throws -> [String] {
        guard let clause = declaration.asProtocol((any WithGenericParametersSyntax).self)?.genericParameterClause
        else { return [] }
        return try clause.parameters.map { parameter in
            if let specifier = parameter.specifier {
                throw Problem.error(
                    "unsupported-parameter",
                    "'@PythonCodable' has no form for '\(specifier.text)' parameters; write the conformance by hand",
                    at: specifier)
            }
            return parameter.name.text
        }
    }
}
