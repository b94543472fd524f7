import Signatures
import SwiftParser
import SwiftSyntax

/// What an expression is known to be without running the program.
enum ConstantExpression {
    /// The text of a string literal without interpolation.
    static func text(_ expression: ExprSyntax) -> String? {
        bare(expression).as(StringLiteralExprSyntax.self)?.representedLiteralValue
    }

    /// The number of a literal, perhaps with a sign.
    static func number(_ expression: ExprSyntax) -> Constraint.Number? {
        switch bare(expression).as(ExprSyntaxEnum.self) {
        case .integerLiteralExpr(let literal): literal.representedLiteralValue.map(Constraint.Number.int)
        case .floatLiteralExpr(let literal):
            literal.representedLiteralValue.flatMap { $0.isFinite ? Constraint.Number.float($0) : nil }
        case .prefixOperatorExpr(let prefixed) where prefixed.operator.text == "-":
            switch number(prefixed.expression) {
            case .int(let value): .int(-value)
            case .float(let value): .float(-value)
            case nil: nil
            }
        default: nil
        }
    }

    /// The constant of a literal: a text, a number or a truth value.
    static func literal(_ expression: ExprSyntax) -> LiteralValue? {
        if let text = text(expression) { return .string(text) }
        if let flag = bare(expression).as(BooleanLiteralExprSyntax.self) {
            return .bool(flag.literal.tokenKind == .keyword(.true))
        }
        switch number(expression) {
        case .int(let value): return .int(value)
        case .float(let value): return .float(value)
        case nil: return nil
        }
    }

    /// Whether the expression can be told to a model: a literal, nil, or a case such as `.mixed` or `Kind.mixed`.
    static func isConstant(_ expression: ExprSyntax) -> Bool {
        let expression = bare(expression)
        if literal(expression) != nil || expression.is(NilLiteralExprSyntax.self) { return true }
        return expression.is(MemberAccessExprSyntax.self)
    }

    /// The bounds of a range; nil for what is no range, or whose bounds are no literals.
    static func range(_ expression: ExprSyntax) -> (lower: ExprSyntax?, isClosed: Bool, upper: ExprSyntax?)? {
        switch bare(expression).as(ExprSyntaxEnum.self) {
        case .infixOperatorExpr(let infix):
            return bounds(infix.leftOperand, infix.operator.trimmedDescription, infix.rightOperand)
        case .sequenceExpr(let sequence):
            let parts = Array(sequence.elements)
            guard parts.count == 3 else { return nil }
            return bounds(parts[0], parts[1].trimmedDescription, parts[2])
        case .postfixOperatorExpr(let postfix): return bounds(postfix.expression, postfix.operator.text, nil)
        case .prefixOperatorExpr(let prefixed): return bounds(nil, prefixed.operator.text, prefixed.expression)
        default: return nil
        }
    }

    private static func bounds(
        _ lower: ExprSyntax?, _ operatorText: String, _ upper: ExprSyntax?
    ) -> (lower: ExprSyntax?, isClosed: Bool, upper: ExprSyntax?)? {
        guard operatorText == "..." || operatorText == "..<" else { return nil }
        guard [lower, upper].allSatisfy({ bound in bound.map { number($0) != nil } ?? true }) else { return nil }
        return (lower, operatorText == "...", upper)
    }

    /// The expression without parentheses around it.
    private static func bare(_ expression: ExprSyntax) -> ExprSyntax {
        guard let tuple = expression.as(TupleExprSyntax.self), tuple.elements.count == 1,
            let only = tuple.elements.first, only.label == nil
        else { return expression }
        return bare(only.expression)
    }
}
