import SwiftSyntax
import SwiftSyntaxBuilder

extension AttributeSyntax {
    /// The attribute's name without its module.
    var plainName: String { attributeName.trimmedDescription.split(separator: ".").last.map(String.init) ?? "" }

    /// The arguments, none for an attribute without parentheses.
    var labeledArguments: LabeledExprListSyntax {
        if case .argumentList(let arguments) = arguments { arguments } else { [] }
    }

    /// The same attribute without one of its arguments.
    func without(_ argument: LabeledExprSyntax) -> AttributeSyntax {
        with(labeledArguments.filter { $0.id != argument.id })
    }

    /// The same attribute with one more argument at the end.
    func adding(_ label: String, _ expression: some ExprSyntaxProtocol) -> AttributeSyntax {
        let new = LabeledExprSyntax(
            label: .identifier(label), colon: .colonToken(trailingTrivia: .space), expression: ExprSyntax(expression))
        return with(labeledArguments + [new])
    }

    private func with(_ arguments: [LabeledExprSyntax]) -> AttributeSyntax {
        var copy = self
        let separated = arguments.enumerated().map { index, argument in
            argument.trimmed.with(
                \.trailingComma, index + 1 < arguments.count ? .commaToken(trailingTrivia: .space) : nil)
        }
        copy.arguments = separated.isEmpty ? nil : .argumentList(LabeledExprListSyntax(separated))
        copy.leftParen = separated.isEmpty ? nil : .leftParenToken()
        // What came behind the attribute still does.
        copy.rightParen = separated.isEmpty ? nil : .rightParenToken()
        copy.attributeName = copy.attributeName.trimmed
        copy.trailingTrivia = trailingTrivia
        return copy
    }

    private func with(_ arguments: LabeledExprListSyntax) -> AttributeSyntax { with(Array(arguments)) }
}

extension AttributeListSyntax {
    /// The attributes of these names, without their modules.
    func named(_ names: [String]) -> [AttributeSyntax] {
        compactMap { $0.as(AttributeSyntax.self) }.filter { names.contains($0.plainName) }
    }
}
