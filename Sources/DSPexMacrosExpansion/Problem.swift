import SwiftDiagnostics
import SwiftSyntax

/// What is wrong with a declaration that a macro is attached to, where, and how to mend it.
struct Problem: DiagnosticMessage {
    let id: String
    let message: String
    var severity: DiagnosticSeverity { .error }
    var diagnosticID: MessageID { MessageID(domain: "DSPexMacros", id: id) }

    /// An error at the smallest node that it is about.
    static func error(
        _ id: String, _ message: String, at node: some SyntaxProtocol, fixIts: [FixIt] = []
    ) -> DiagnosticsError {
        DiagnosticsError(diagnostics: [
            Diagnostic(node: Syntax(node), message: Problem(id: id, message: message), fixIts: fixIts)
        ])
    }
}

/// What a fix-it does, in words.
struct Remedy: FixItMessage {
    let id: String
    let message: String
    var fixItID: MessageID { MessageID(domain: "DSPexMacros", id: id) }
}

extension FixIt {
    /// A fix-it that puts one node in another's place.
    static func replace(
        _ old: some SyntaxProtocol, with new: some SyntaxProtocol, id: String, _ message: String
    ) -> FixIt {
        FixIt(
            message: Remedy(id: id, message: message),
            changes: [.replace(oldNode: Syntax(old), newNode: Syntax(new))])
    }
}
