internal import Marshalling
public import Signatures

/// One property of a type that a macro has read: a field whose type is a Swift type.
public struct FieldDeclaration: Sendable {
    private let type: @Sendable (inout FieldTypes) -> FieldType
    private let name: String
    private let description: String?
    private let defaultValue: LiteralValue?
    private let choices: [LiteralValue]
    private let constraints: [Constraint]

    /// Makes a field.
    ///
    /// - Parameters:
    ///   - type: The property's type.
    ///   - name: The field's name.
    ///   - description: What the model is told about it.
    ///   - defaultValue: What it is when it is left out. Of one that is no plain constant, such as a list, the model learns nothing.
    ///   - choices: The only values that it may have; none for all of its type.
    ///   - constraints: What its values must be besides.
    public static func of<Value: SignatureValue>(
        _ type: Value.Type, _ name: String, description: String? = nil, default defaultValue: Value? = nil,
        choices: [LiteralValue] = [], constraints: [Constraint] = []
    ) -> FieldDeclaration {
        FieldDeclaration(
            type: { $0.of(type) }, name: name, description: description,
            defaultValue: defaultValue.flatMap { LiteralValue($0.fieldValue()) }, choices: choices,
            constraints: constraints)
    }

    func field(in types: inout FieldTypes) -> Field {
        let type = chosen(type(&types), &types)
        return Field(
            name, type, description: description, default: defaultValue, constraints: constraints)
    }

    /// The type with nothing but the choices as its values.
    private func chosen(_ type: FieldType, _ types: inout FieldTypes) -> FieldType {
        guard !choices.isEmpty else { return type }
        if type.unwrapped != .str, type.unwrapped != .int {
            types.note(SignatureError(.unfitChoices(type: type.description)))
        }
        return type.isOptional ? .optional(.literal(choices)) : .literal(choices)
    }
}
