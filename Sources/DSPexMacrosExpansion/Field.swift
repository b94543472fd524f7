import SwiftDiagnostics
import SwiftSyntax

/// One value that travels at a key: a stored property, or a value that an enum's case holds.
struct Field {
    /// As it is written in the source, backticks included; empty for a case's value without a label.
    let name: String
    let key: Key
    /// In its place in the source, so that an error can be told there.
    let type: TypeSyntax
    /// The value that it has when the key is missing; nil when there is none.
    let defaultValue: ExprSyntax?
    let documentation: String

    var isOptional: Bool {
        if type.is(OptionalTypeSyntax.self) { return true }
        return type.as(IdentifierTypeSyntax.self).map {
            $0.name.text == "Optional" && $0.genericArgumentClause != nil
        } ?? false
    }

    var isRequired: Bool { !isOptional && defaultValue == nil }

    /// The variable that holds what was read.
    var variable: String { "_" + (name.isEmpty ? "value" : name.filter { $0 != "`" }) }

    var typeText: String { type.trimmedDescription }

    /// Throws at a type that no value on the wire has.
    ///
    /// - Parameter macro: The macro that makes a struct a type that has.
    static func check(_ type: TypeSyntax, macro: String = "PythonCodable") throws {
        let (what, instead, fixIts): (String, String, [FixIt])
        switch type.as(TypeSyntaxEnum.self) {
        case .tupleType(let tuple) where tuple.elements.count != 1:
            (what, instead, fixIts) = ("a tuple", "a struct with '@\(macro)'", [])
        case .functionType: (what, instead, fixIts) = ("a function", "a value", [])
        case .metatypeType: (what, instead, fixIts) = ("a metatype", "a value", [])
        case .someOrAnyType(let type):
            (what, instead, fixIts) = (
                "'\(type.trimmedDescription)'", "a concrete type, or 'PythonValue' for anything", []
            )
        case .implicitlyUnwrappedOptionalType(let type):
            let optional = OptionalTypeSyntax(wrappedType: type.wrappedType)
            (what, instead, fixIts) = (
                "'\(type.trimmedDescription)'", "'\(optional.trimmedDescription)'",
                [.replace(type, with: optional, id: "make-optional", "use '\(optional.trimmedDescription)'")]
            )
        case .attributedType(let type): return try check(type.baseType, macro: macro)
        case .optionalType(let type): return try check(type.wrappedType, macro: macro)
        case .arrayType(let type): return try check(type.element, macro: macro)
        case .dictionaryType(let type):
            try check(type.key, macro: macro)
            return try check(type.value, macro: macro)
        case .identifierType(let type) where ["Any", "AnyObject"].contains(type.name.text):
            (what, instead, fixIts) = (
                "'\(type.name.text)'", "'PythonValue' for anything",
                [
                    .replace(
                        type, with: IdentifierTypeSyntax(name: .identifier("PythonValue")), id: "use-python-value",
                        "use 'PythonValue'")
                ]
            )
        case .identifierType(let type):
            for argument in type.genericArgumentClause?.arguments ?? [] {
                if case .type(let inner) = argument.argument { try check(inner, macro: macro) }
            }
            return
        default: return
        }
        throw Problem.error(
            "unsupported-type", "\(what) has no wire form; use \(instead)", at: type, fixIts: fixIts)
    }
}

/// The text of the `///` comment before a declaration, its lines joined.
func documentation(of node: some SyntaxProtocol, separator: String = " ") -> String {
    node.leadingTrivia.pieces.compactMap { piece in
        if case .docLineComment(let text) = piece { text.dropFirst(3).drop { $0 == " " } } else { nil }
    }
    .joined(separator: separator)
}
