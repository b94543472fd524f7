import Signatures
import SwiftDiagnostics
import SwiftSyntax
import SwiftSyntaxBuilder

/// One constraint of a marker, as `.range(0...1)`.
struct ConstraintArgument {
    enum Kind: String, CaseIterable {
        case range, count, anyOf, pattern
    }

    let kind: Kind
    let argument: LabeledExprSyntax
    private(set) var constraints: [Constraint] = []
    private(set) var choices: [LiteralValue] = []

    init(_ argument: LabeledExprSyntax) throws {
        guard let call = argument.expression.as(FunctionCallExprSyntax.self),
            let member = call.calledExpression.as(MemberAccessExprSyntax.self),
            let kind = Kind(rawValue: member.declName.baseName.text), call.arguments.count == 1,
            let value = call.arguments.first?.expression
        else { throw Self.noLiteral(argument.expression, "a constraint is written as '.range(0...1)' here") }
        self.kind = kind
        self.argument = argument
        switch kind {
        case .range: constraints = try Self.range(value)
        case .count: constraints = try Self.count(value)
        case .anyOf: choices = try Self.choices(value)
        case .pattern:
            guard let text = ConstantExpression.text(value) else {
                throw Self.noLiteral(value, "'.pattern' takes a string literal without interpolation")
            }
            constraints = [.pattern(text)]
        }
    }

    private static func range(_ value: ExprSyntax) throws -> [Constraint] {
        guard let range = ConstantExpression.range(value) else {
            throw noLiteral(value, "'.range' takes a range of number literals, such as '0...1'")
        }
        let lower = range.lower.flatMap(ConstantExpression.number)
        let upper = range.upper.flatMap(ConstantExpression.number)
        try requireOrder(value, range)
        return [lower.map { .atLeast($0) }, upper.map { range.isClosed ? .atMost($0) : .lessThan($0) }]
            .compactMap(\.self)
    }

    private static func count(_ value: ExprSyntax) throws -> [Constraint] {
        if case .int(let count)? = ConstantExpression.number(value) {
            try requireCount(count, value)
            return [.minLength(count), .maxLength(count)]
        }
        guard let range = ConstantExpression.range(value) else {
            throw noLiteral(value, "'.count' takes a number or a range of literals, such as '1...5'")
        }
        try requireOrder(value, range)
        func bound(_ expression: ExprSyntax?) throws -> Int? {
            guard let expression, case .int(let count)? = ConstantExpression.number(expression) else { return nil }
            try requireCount(count, expression)
            return count
        }
        let lower = try bound(range.lower)
        let upper = try bound(range.upper)
        if let upper, !range.isClosed { try requireCount(upper - 1, value) }
        return [lower.map { .minLength($0) }, upper.map { .maxLength(range.isClosed ? $0 : $0 - 1) }]
            .compactMap(\.self)
    }

    private static func choices(_ value: ExprSyntax) throws -> [LiteralValue] {
        guard let array = value.as(ArrayExprSyntax.self) else {
            throw noLiteral(value, "'.anyOf' takes an array of literals, such as '[\"yes\", \"no\"]'")
        }
        guard !array.elements.isEmpty else {
            throw Problem.error("empty-choices", "no value would be allowed; write at least one", at: array)
        }
        var choices: [LiteralValue] = []
        for element in array.elements {
            guard let choice = ConstantExpression.literal(element.expression) else {
                throw noLiteral(element.expression, "'.anyOf' takes literals, without interpolation")
            }
            guard !choices.contains(choice) else {
                throw Problem.error(
                    "duplicate-choice", "\(element.expression.trimmedDescription) is there twice; leave one out",
                    at: element.expression,
                    fixIts: [
                        .replace(
                            array,
                            with: ArrayExprSyntax(
                                elements: ArrayElementListSyntax(
                                    array.elements.filter { $0.id != element.id }.separated)),
                            id: "remove-choice", "leave it out")
                    ])
            }
            choices.append(choice)
        }
        return choices
    }

    // MARK: Faults of the arguments

    private static func noLiteral(_ node: ExprSyntax, _ message: String) -> DiagnosticsError {
        Problem.error("constraint-no-literal", message, at: node)
    }

    private static func requireCount(_ count: Int, _ node: ExprSyntax) throws {
        if count < 0 { throw Problem.error("negative-count", "a count is not below zero", at: node) }
    }

    /// Throws at a range that holds nothing.
    private static func requireOrder(
        _ node: ExprSyntax, _ range: (lower: ExprSyntax?, isClosed: Bool, upper: ExprSyntax?)
    ) throws {
        guard let lower = range.lower, let upper = range.upper,
            let low = ConstantExpression.number(lower)?.value, let high = ConstantExpression.number(upper)?.value
        else { return }
        if low > high {
            let swapped =
                "\(upper.trimmedDescription)\(range.isClosed ? "..." : "..<")\(lower.trimmedDescription)"
            throw Problem.error(
                "empty-range", "the lower bound is above the upper one", at: node,
                fixIts: [
                    .replace(node, with: ExprSyntax("\(raw: swapped)"), id: "swap-bounds", "write '\(swapped)'")
                ])
        }
        if low == high, !range.isClosed {
            let closed = "\(lower.trimmedDescription)...\(upper.trimmedDescription)"
            throw Problem.error(
                "empty-range", "no number is within these bounds", at: node,
                fixIts: [.replace(node, with: ExprSyntax("\(raw: closed)"), id: "close-range", "write '\(closed)'")])
        }
    }
}

extension [ArrayElementSyntax] {
    /// The elements with commas between them.
    var separated: [ArrayElementSyntax] {
        enumerated().map { index, element in
            element.trimmed.with(\.trailingComma, index + 1 < count ? .commaToken(trailingTrivia: .space) : nil)
        }
    }
}
