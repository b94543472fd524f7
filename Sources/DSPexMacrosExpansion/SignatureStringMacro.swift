import Signatures
import SwiftDiagnostics
import SwiftParser
package import SwiftSyntax
import SwiftSyntaxBuilder
package import SwiftSyntaxMacros

/// `#signature("…")`: reads the string with the parser that reads it at run time, and writes the fields that it found.
package struct SignatureStringMacro: ExpressionMacro {
    /// Makes the expression, or tells what is wrong at its column.
    package static func expansion(
        of node: some FreestandingMacroExpansionSyntax, in context: some MacroExpansionContext
    ) throws -> ExprSyntax {
        guard let argument = node.arguments.first?.expression else {
            throw Problem.error("signature-no-literal", "'#signature' takes a string literal", at: node)
        }
        guard let literal = argument.as(StringLiteralExprSyntax.self), let source = LiteralText(literal) else {
            throw noLiteral(argument, node)
        }
        guard source.text.contains(where: { !$0.isWhitespace }) else {
            throw Problem.error(
                "empty-signature", "the signature is empty; write it as 'question -> answer'", at: literal,
                fixIts: [
                    .replace(
                        literal, with: StringLiteralExprSyntax(content: "<#inputs#> -> <#outputs#>"),
                        id: "write-signature", "write a signature")
                ])
        }
        let signature: Signature
        do { signature = try Signature(source.text) } catch { throw problem(error, source) }
        return expression(signature, instructions: instructions(of: node))
    }

    private static func instructions(of node: some FreestandingMacroExpansionSyntax) -> ExprSyntax? {
        node.arguments.first { $0.label?.text == "instructions" }?.expression.trimmed
    }

    private static func expression(_ signature: Signature, instructions: ExprSyntax?) -> ExprSyntax {
        func list(_ fields: [Signatures.Field]) -> String {
            "[\(fields.map(\.swiftSource).joined(separator: ", "))]"
        }
        let label = signature.label.map { "label: \($0.literal), " } ?? ""
        let instructions = instructions.map { "instructions: \($0), " } ?? ""
        return """
            SignatureDeclaration(\(raw: label)\(raw: instructions)fields: \(raw: list(signature.inputs)), \
            to: \(raw: list(signature.outputs))).signature
            """
    }

    // MARK: What is wrong

    private static func noLiteral(
        _ argument: ExprSyntax, _ node: some FreestandingMacroExpansionSyntax
    ) -> DiagnosticsError {
        let call: ExprSyntax = "try Signature(\(node.arguments.trimmed))"
        return Problem.error(
            "signature-no-literal",
            "'#signature' takes a string literal without interpolation; a string of the running program is read by 'try Signature(…)'",
            at: argument,
            fixIts: [.replace(node, with: call, id: "read-at-run-time", "read it when the program runs")])
    }

    private static func problem(_ error: SignatureError, _ source: LiteralText) -> DiagnosticsError {
        // The compiler shows a plug-in's error at a node, whatever its position, so the text has a caret of its own.
        let diagnostic = Diagnostic(
            node: source.node(ofColumn: error.column), position: source.position(ofColumn: error.column),
            message: Problem(id: "bad-signature", message: text(of: error)),
            fixIts: fixIt(for: error, source).map { [$0] } ?? [])
        return DiagnosticsError(diagnostics: [diagnostic])
    }

    /// The message, and the line with a caret under the place.
    private static func text(of error: SignatureError) -> String {
        guard case .unknownType(let name, nil) = error.problem else { return error.description }
        let message =
            "unknown type '\(name)'; types of yours go into 'try Signature(_:types:)', or make a '@Signature' struct"
        return error.description.replacing(error.message, with: message)
    }

    /// The nearest known name in place of the one that is wrong.
    private static func fixIt(for error: SignatureError, _ source: LiteralText) -> FixIt? {
        let (old, new): (String, String)
        switch error.problem {
        case .unknownType(let name, let suggestion?): (old, new) = (name, suggestion)
        case .unsupportedType(let name, let remedy):
            let words = remedy.split(separator: " ", maxSplits: 1)
            // "write dspy.Image": what to write in its place. What takes other types needs more than a name.
            guard words.first == "write", words.count == 2, !words[1].contains("[T]") else { return nil }
            (old, new) = (name, String(words[1]))
        default: return nil
        }
        guard let mended = source.replacing(old, atColumn: error.column, with: new) else { return nil }
        return .replace(source.literal, with: mended, id: "use-known-name", "write '\(new)'")
    }
}
