import SwiftSyntax

extension MemberBlockItemSyntax {
    /// Throws at an `#if`: whether the members in it are there, a macro does not see.
    func requireUnconditional(macro: String = "PythonCodable") throws {
        guard let condition = decl.as(IfConfigDeclSyntax.self) else { return }
        throw Problem.error(
            "conditional-member", "'@\(macro)' does not see what '#if' decides; move it out of the type",
            at: condition.clauses.first.map { Syntax($0.poundKeyword) } ?? Syntax(condition))
    }
}
