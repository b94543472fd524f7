import Signatures
import SwiftDiagnostics
import SwiftSyntax

/// Holds what the source shows of a field against the rules of ``Signatures``, and tells what breaks them at its place.
enum FieldRules {
    /// Throws what is wrong with a field of this type, which is nil when the source does not show it.
    static func check(_ field: Field, _ marker: Marker?) throws {
        let type = SwiftFieldType.known(field.type)
        for constraint in marker?.constraints ?? [] { try check(constraint, on: type, field, marker) }
        guard let marker, !marker.choices.isEmpty else { return }
        if let value = field.defaultValue, let constant = ConstantExpression.literal(value),
            !marker.choices.contains(constant)
        {
            throw Problem.error("unfit-default", "the value is none of the choices of '.anyOf'", at: value)
        }
    }

    private static func check(
        _ constraint: ConstraintArgument, on type: Signatures.FieldType?, _ field: Field, _ marker: Marker?
    ) throws {
        let fixIts = marker.map { [$0.removal(of: constraint)] } ?? []
        let name = "'.\(constraint.kind.rawValue)'"
        if let marker, !marker.choices.isEmpty, constraint.kind != .anyOf {
            throw Problem.error(
                "unfit-constraint", "'.anyOf' says what the values are; leave \(name) out",
                at: constraint.argument.expression, fixIts: fixIts)
        }
        guard let type, !fits(constraint, type) else { return }
        throw Problem.error(
            "unfit-constraint", "\(name) is for \(constraint.kind.subject), and '\(field.typeText)' is none of them",
            at: constraint.argument.expression, fixIts: fixIts)
    }

    private static func fits(_ constraint: ConstraintArgument, _ type: Signatures.FieldType) -> Bool {
        guard constraint.kind == .anyOf else {
            return fault(of: Signatures.Field("field", type, constraints: constraint.constraints)) == nil
        }
        return constraint.choices.allSatisfy { choice in
            switch (choice, type.unwrapped) {
            case (.string, .str), (.int, .int): true
            default: false
            }
        }
    }

    /// The rule that a name breaks, for a field of a signature or of a record.
    static func nameFault(_ name: String, in owner: Marker.Kind) -> SignatureError? {
        guard owner == .guide else { return fault(of: Signatures.Field(name)) }
        do {
            _ = try Record("Record", fields: [.init(name)])
            return nil
        } catch { return error }
    }

    /// The rule that a name breaks, for a signature or a record.
    static func typeNameFault(_ name: String) -> SignatureError? {
        do {
            _ = try Record(name, fields: [.init("field")])
            return nil
        } catch { return error }
    }

    private static func fault(of field: Signatures.Field) -> SignatureError? {
        do {
            _ = try Signature(inputs: [field], outputs: [.init(field.name == "a" ? "b" : "a")])
            return nil
        } catch { return error }
    }
}

extension ConstraintArgument.Kind {
    /// What it may be said of.
    var subject: String {
        switch self {
        case .range: "numbers"
        case .count: "texts and collections"
        case .anyOf: "texts, with texts, and whole numbers, with whole numbers"
        case .pattern: "texts"
        }
    }
}
