import Signatures
import SwiftDiagnostics
import SwiftSyntax
import SwiftSyntaxBuilder

/// A property of a `@Signature` or `@SignatureValue` struct as a field: what the source says of it, held against the rules.
struct MarkedField {
    let field: Field
    /// Nil for a property of a record that has none.
    let marker: Marker?

    init(_ field: Field, _ marker: Marker?, in owner: Marker.Kind) throws {
        self.field = field
        self.marker = marker
        try requireName(in: owner)
        try FieldRules.check(field, marker)
    }

    var description: String? { marker?.description ?? (field.documentation.isEmpty ? nil : field.documentation) }

    private func requireName(in owner: Marker.Kind) throws {
        guard let fault = FieldRules.nameFault(field.key.text, in: owner) else { return }
        let id =
            switch fault.problem {
            case .name(_, .keyword): "python-keyword"
            case .name(_, .leadingUnderscore): "leading-underscore"
            case .name(_, .malformed): "malformed-name"
            default: "reserved-name"
            }
        throw Problem.error(id, fault.message, at: field.key.node, fixIts: renaming(in: owner))
    }

    /// The fix-it that gives the field another name, which the rules allow.
    private func renaming(in owner: Marker.Kind) -> [FixIt] {
        let name = field.key.text
        let candidates = [String(name.drop { $0 == "_" }), name + "_", "the_" + name]
        guard let better = candidates.first(where: { FieldRules.nameFault($0, in: owner) == nil }) else { return [] }
        let literal = StringLiteralExprSyntax(content: better)
        let message = "name the field '\(better)'"
        // The name stands in the source already, or it is the property's own.
        if let written = field.key.node.as(StringLiteralExprSyntax.self) {
            return [.replace(written, with: literal, id: "rename-field", message)]
        }
        guard owner != .guide, let attribute = marker?.attribute else { return [] }
        return [.replace(attribute, with: attribute.adding("name", literal), id: "rename-field", message)]
    }

    // MARK: Source

    /// `.of(Double.self, "confidence", description: "…", constraints: [.atLeast(.int(0))])`
    var declaration: String {
        var arguments = ["\(field.typeText).self", field.key.literal]
        if let description { arguments.append("description: \(description.literal)") }
        if let value = constantDefault { arguments.append("default: \(value)") }
        if let choices = marker?.choices, !choices.isEmpty {
            arguments.append("choices: [\(choices.map(\.swiftSource).joined(separator: ", "))]")
        }
        let constraints = marker?.constraints.flatMap(\.constraints) ?? []
        if !constraints.isEmpty {
            arguments.append("constraints: [\(constraints.map(\.swiftSource).joined(separator: ", "))]")
        }
        return ".of(\(arguments.joined(separator: ", ")))"
    }

    private var constantDefault: String? {
        guard let value = field.defaultValue, ConstantExpression.isConstant(value) else { return nil }
        return defaultSource
    }

    /// The default as an argument of an optional of the property's type.
    private var defaultSource: String? {
        field.defaultValue.map { $0.is(NilLiteralExprSyntax.self) ? ".some(nil)" : $0.trimmedDescription }
    }

    /// Reads the field out of a reader.
    var reading: String {
        let fallback = defaultSource.map { ", default: \($0)" } ?? ""
        return "let \(field.variable) = reader.take(\(field.typeText).self, \(field.key.literal)\(fallback))"
    }

    /// Writes the field into a dictionary.
    var writing: String { "values[\(field.key.literal)] = self.\(field.name).fieldValue()" }

    /// The property's name as the label of an argument, where no word needs backticks.
    var label: String { field.name.filter { $0 != "`" } }

    /// The property's name as that of a parameter, where few words need them.
    var parameterName: String { ["var", "let", "inout"].contains(label) ? field.name : label }

    /// As a parameter of a memberwise initialiser.
    var parameter: String {
        let value = field.defaultValue?.trimmedDescription ?? (field.isOptional ? "nil" : nil)
        return "\(parameterName): \(field.typeText)" + (value.map { " = \($0)" } ?? "")
    }

    var assignment: String { "self.\(field.name) = \(field.name)" }
}

extension [MarkedField] {
    /// Reads every field, and sets the properties when all of them are there.
    var reading: String {
        let variables = map { "let \($0.field.variable)" }.joined(separator: ", ")
        let lines =
            map(\.reading) + (isEmpty ? [] : ["guard \(variables) else { return nil }"])
            + map { "self.\($0.field.name) = \($0.field.variable)" }
        return lines.joined(separator: "\n")
    }

    var writing: String { map(\.writing).joined(separator: "\n") }

    /// The declarations as an array literal.
    var declarations: String { "[\n\(map { $0.declaration + "," }.joined(separator: "\n"))\n]" }

    /// A memberwise initialiser.
    func memberwise(_ access: String) -> String {
        """
        \(access)init(\(map(\.parameter).joined(separator: ", "))) {
        \(map(\.assignment).joined(separator: "\n"))
        }
        """
    }
}
