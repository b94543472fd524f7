import SwiftDiagnostics
import SwiftSyntax
import SwiftSyntaxBuilder

/// The stored properties of a struct that travel, in their order.
enum StoredProperties {
    static func fields(of declaration: StructDeclSyntax, macro: String = "PythonCodable") throws -> [Field] {
        var fields: [Field] = []
        for member in declaration.memberBlock.members {
            try member.requireUnconditional(macro: macro)
            if let variable = member.decl.as(VariableDeclSyntax.self) {
                fields += try Self.fields(of: variable, macro: macro)
            }
        }
        try fields.map(\.key).requireUnique()
        return fields
    }

    private static func fields(of variable: VariableDeclSyntax, macro: String) throws -> [Field] {
        let isLet = variable.bindingSpecifier.tokenKind == .keyword(.let)
        let travels: [PatternBindingSyntax] = variable.bindings.filter { binding in
            isStored(variable, binding) && !(isLet && binding.initializer != nil)
        }
        if let attribute = Key.attribute(in: variable.attributes), travels.isEmpty {
            throw Problem.error(
                "key-without-effect",
                "'@PythonKey' has no effect here: only a stored property of an instance travels, and no 'let' with a value",
                at: attribute,
                fixIts: [
                    .replace(
                        variable, with: variable.with(\.attributes, variable.attributes.without(attribute)),
                        id: "remove-key", "remove '@PythonKey'")
                ])
        }
        return try travels.map { binding in
            guard let name = binding.pattern.as(IdentifierPatternSyntax.self)?.identifier else {
                throw Problem.error(
                    "tuple-pattern", "declare each property by itself, so that each has a key", at: binding.pattern)
            }
            let type = try type(of: binding, in: variable.bindings, macro: macro)
            try Field.check(type, macro: macro)
            return Field(
                name: name.text, key: try Key(of: variable.attributes, name: name), type: type,
                defaultValue: binding.initializer?.value, documentation: documentation(of: variable))
        }
    }

    /// Whether the property is stored in each instance, and set when one is made.
    static func isStored(_ variable: VariableDeclSyntax, _ binding: PatternBindingSyntax) -> Bool {
        let modifiers = variable.modifiers.map(\.name.tokenKind)
        guard !modifiers.contains(.keyword(.static)), !modifiers.contains(.keyword(.lazy)) else { return false }
        switch binding.accessorBlock?.accessors {
        case nil: return true
        case .getter: return false
        case .accessors(let accessors):
            return accessors.allSatisfy {
                [.keyword(.willSet), .keyword(.didSet)].contains($0.accessorSpecifier.tokenKind)
            }
        }
    }

    /// A property's type, in its place in the source: its own annotation, that of a later one in `var x, y: Double`, or what a literal makes it.
    static func type(
        of binding: PatternBindingSyntax, in bindings: PatternBindingListSyntax, macro: String
    ) throws -> TypeSyntax {
        if let type = binding.typeAnnotation?.type { return type }
        if let value = binding.initializer?.value {
            if let name = literalType(value) { return TypeSyntax(stringLiteral: name) }
        } else if let index = bindings.firstIndex(of: binding),
            let type = bindings[index...].lazy.compactMap(\.typeAnnotation?.type).first
        {
            return type
        }
        let typed = binding.with(
            \.typeAnnotation,
            TypeAnnotationSyntax(
                colon: .colonToken(trailingTrivia: .space), type: TypeSyntax(stringLiteral: "<#Type#>"),
                trailingTrivia: binding.initializer == nil ? [] : .space)
        ).with(\.pattern, binding.pattern.trimmed)
        throw Problem.error(
            "missing-type", "'@\(macro)' sees no type of '\(binding.pattern.trimmedDescription)': write it down",
            at: binding.pattern,
            fixIts: [.replace(binding, with: typed, id: "add-type", "add a type")])
    }

    private static func literalType(_ value: ExprSyntax) -> String? {
        switch value.as(ExprSyntaxEnum.self) {
        case .integerLiteralExpr: "Int"
        case .floatLiteralExpr: "Double"
        case .stringLiteralExpr: "String"
        case .booleanLiteralExpr: "Bool"
        case .prefixOperatorExpr(let prefixed) where prefixed.operator.text == "-": literalType(prefixed.expression)
        default: nil
        }
    }
}

extension AttributeListSyntax {
    func without(_ attribute: AttributeSyntax) -> AttributeListSyntax {
        filter { $0.as(AttributeSyntax.self) != attribute }
    }
}
