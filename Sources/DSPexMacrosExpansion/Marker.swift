import Signatures
import SwiftDiagnostics
import SwiftSyntax

/// `@Input`, `@Output` or `@Guide`, and what it says of the property that it marks.
struct Marker {
    enum Kind: String, CaseIterable {
        case input = "Input"
        case output = "Output"
        case guide = "Guide"

        /// The macro whose structs have properties of this kind.
        var owner: String { self == .guide ? "SignatureValue" : "Signature" }
        var spelling: String { "'@\(rawValue)'" }
    }

    let kind: Kind
    let attribute: AttributeSyntax
    private(set) var description: String?
    private(set) var name: Key?
    private(set) var constraints: [ConstraintArgument] = []

    init(_ kind: Kind, _ attribute: AttributeSyntax) throws {
        self.kind = kind
        self.attribute = attribute
        for (index, argument) in attribute.labeledArguments.enumerated() {
            if argument.label?.text == "name" {
                name = Key(unchecked: try Self.text(argument, of: "'name'"), at: argument.expression)
            } else if index == 0, argument.expression.as(FunctionCallExprSyntax.self) == nil {
                description = try Self.text(argument, of: "the description")
            } else {
                try add(ConstraintArgument(argument))
            }
        }
    }

    private mutating func add(_ constraint: ConstraintArgument) throws {
        if constraints.contains(where: { $0.kind == constraint.kind }) {
            throw Problem.error(
                "repeated-constraint", "'.\(constraint.kind.rawValue)' is there twice",
                at: constraint.argument.expression, fixIts: [removal(of: constraint)])
        }
        constraints.append(constraint)
    }

    /// The fix-it that leaves a constraint out.
    func removal(of constraint: ConstraintArgument) -> FixIt {
        .replace(
            attribute, with: attribute.without(constraint.argument), id: "remove-constraint",
            "remove '.\(constraint.kind.rawValue)'")
    }

    private static func text(_ argument: LabeledExprSyntax, of what: String) throws -> String {
        guard let text = ConstantExpression.text(argument.expression) else {
            throw Problem.error(
                "text-no-literal", "\(what) is a string literal without interpolation, as the compiler reads it",
                at: argument.expression)
        }
        guard text.contains(where: { !$0.isWhitespace }) else {
            throw Problem.error("empty-text", "\(what) is empty; leave it out", at: argument.expression)
        }
        return text
    }

    var choices: [LiteralValue] { constraints.flatMap(\.choices) }
}
