import Signatures
import SwiftSyntax

/// The type of a field, as far as the spelling of a Swift type shows it.
enum SwiftFieldType {
    private static let simple: [String: FieldType] = {
        var types: [String: FieldType] = ["String": .str, "Bool": .bool, "Double": .float, "Float": .float]
        for sign in ["Int", "UInt"] { for size in ["", "8", "16", "32", "64"] { types[sign + size] = .int } }
        return types
    }()

    /// The type; nil for one whose name says nothing here, such as an enum of the user's.
    static func known(_ type: TypeSyntax) -> FieldType? {
        switch type.as(TypeSyntaxEnum.self) {
        case .optionalType(let type): known(type.wrappedType).map(FieldType.optional)
        case .arrayType(let type): list(type.element)
        case .dictionaryType(let type): .dict(known(type.key) ?? .any, known(type.value) ?? .any)
        case .tupleType(let type) where type.elements.count == 1: type.elements.first.flatMap { known($0.type) }
        case .attributedType(let type): known(type.baseType)
        case .identifierType(let type): named(type.name.text, type.genericArgumentClause)
        case .memberType(let type) where type.baseType.trimmedDescription == "Swift":
            named(type.name.text, type.genericArgumentClause)
        default: nil
        }
    }

    private static func named(_ name: String, _ clause: GenericArgumentClauseSyntax?) -> FieldType? {
        guard let clause else { return simple[name] }
        let arguments: [TypeSyntax] = clause.arguments.compactMap { argument in
            if case .type(let type) = argument.argument { type } else { nil }
        }
        return switch (name, arguments.count) {
        case ("Optional", 1): known(arguments[0]).map(FieldType.optional)
        case ("Array", 1): list(arguments[0])
        case ("Set", 1): .set(known(arguments[0]) ?? .any)
        case ("Dictionary", 2): .dict(known(arguments[0]) ?? .any, known(arguments[1]) ?? .any)
        default: nil
        }
    }

    private static func list(_ element: TypeSyntax) -> FieldType {
        element.trimmedDescription == "UInt8" ? .bytes : .list(known(element) ?? .any)
    }
}
