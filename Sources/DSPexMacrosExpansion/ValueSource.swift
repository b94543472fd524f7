import Signatures
import SwiftDiagnostics
import SwiftSyntax

/// The bodies of a conformance to `SignatureValue`.
struct ValueSource {
    /// Of `describe(in:)`.
    let describing: String
    /// Of `fieldValue()`.
    let writing: String
    /// Of `init(from:)`.
    let reading: String

    /// Of a struct: a record.
    init(_ declaration: StructDeclSyntax) throws {
        try Self.requireConcrete(declaration.genericParameterClause)
        var problems = Problems()
        _ = try problems.collect { try Self.requireTypeName(declaration.name) }
        let fields = try problems.collect { try Self.fields(of: declaration) } ?? []
        try problems.throwIfAny()
        guard !fields.isEmpty else {
            throw Problem.error("no-fields", "a struct without stored properties says nothing", at: declaration.name)
        }
        describing = "types.record(\(declaration.name.unquoted.literal), \(fields.declarations))"
        writing = "var values = PythonDictionary()\n\(fields.writing)\nreturn .dict(values)"
        reading = "guard reader.isRecord(of: Self.self) else { return nil }\n\(fields.reading)"
    }

    /// Of an enum: a choice.
    init(_ declaration: EnumDeclSyntax) throws {
        try Self.requireConcrete(declaration.genericParameterClause)
        let cases = try EnumCases(of: declaration, tag: "type", macro: "SignatureValue")
        switch cases.form {
        case .rawValues:
            let rawType = declaration.inheritanceClause?.inheritedTypes.first?.type
            guard let rawType, [.str, .int].contains(SwiftFieldType.known(rawType)) else {
                throw Problem.error(
                    "unsupported-raw-type", "choices are texts or whole numbers of at most 64 bits",
                    at: rawType.map { Syntax($0) } ?? Syntax(declaration.name))
            }
            let all = cases.cases.map { "Self.\($0.name)" }.joined(separator: ", ")
            describing = "types.choices([\(all)])"
            writing = "rawValue.fieldValue()"
            reading = """
                guard let rawValue = RawValue(from: &reader) else { return nil }
                guard let value = Self(rawValue: rawValue) else {
                    reader.mistyped(Self.self)
                    return nil
                }
                self = value
                """
        case .names:
            let names = cases.cases.map(\.key.literal).joined(separator: ", ")
            describing = ".literal([\(names)])"
            writing =
                "switch self {\n"
                + cases.cases.map { "case .\($0.name): .string(\($0.key.literal))" }.joined(separator: "\n") + "\n}"
            reading =
                "switch reader.value.string {\n"
                + cases.cases.map { "case \($0.key.literal): self = .\($0.name)" }.joined(separator: "\n")
                + "\ndefault:\nreader.mistyped(Self.self)\nreturn nil\n}"
        case .payloads: throw Self.payload(of: declaration)
        }
    }

    // MARK: Rules

    private static func requireConcrete(_ clause: GenericParameterClauseSyntax?) throws {
        guard let clause else { return }
        throw Problem.error(
            "generic-value", "'@SignatureValue' has no form for generic types, as Python needs one name for each type",
            at: clause)
    }

    private static func requireTypeName(_ name: TokenSyntax) throws {
        if let fault = FieldRules.typeNameFault(name.unquoted) {
            throw Problem.error("reserved-type-name", fault.message, at: name)
        }
    }

    private static func payload(of declaration: EnumDeclSyntax) -> DiagnosticsError {
        let clause = declaration.memberBlock.members.lazy.compactMap { $0.decl.as(EnumCaseDeclSyntax.self) }
            .flatMap { Array($0.elements) }.compactMap(\.parameterClause).first
        return Problem.error(
            "case-with-values", "a choice holds no values; use a struct with optional properties",
            at: clause.map { Syntax($0) } ?? Syntax(declaration.name))
    }

    private static func fields(of declaration: StructDeclSyntax) throws -> [MarkedField] {
        let guides = try guides(in: declaration)
        return try StoredProperties.fields(of: declaration, macro: "SignatureValue").map { field in
            if let inner = mention(of: declaration.name.text, in: Syntax(field.type)) {
                throw Problem.error(
                    "recursive-type", "a type that contains itself has no description; leave this property out",
                    at: inner)
            }
            return try MarkedField(field, guides[field.name], in: .guide)
        }
    }

    /// The marker of each property that has one.
    private static func guides(in declaration: StructDeclSyntax) throws -> [String: Marker] {
        var guides: [String: Marker] = [:]
        for member in declaration.memberBlock.members {
            guard let variable = member.decl.as(VariableDeclSyntax.self) else { continue }
            let attributes = variable.attributes.named([Marker.Kind.guide.rawValue])
            if let second = attributes.dropFirst().first {
                throw Problem.error("repeated-marker", "'@Guide' is there twice", at: second)
            }
            guard let attribute = attributes.first else { continue }
            let marker = try Marker(.guide, attribute)
            for binding in variable.bindings {
                guard let name = binding.pattern.as(IdentifierPatternSyntax.self)?.identifier.text,
                    StoredProperties.isStored(variable, binding)
                else {
                    throw Problem.error(
                        "not-stored", "'@Guide' marks a stored property of an instance, which this is none",
                        at: attribute,
                        fixIts: [
                            .replace(
                                variable, with: variable.with(\.attributes, variable.attributes.without(attribute)),
                                id: "remove-marker", "remove '@Guide'")
                        ])
                }
                guides[name] = marker
            }
        }
        return guides
    }

    /// Where in a type a name stands.
    private static func mention(of name: String, in node: Syntax) -> Syntax? {
        if let type = node.as(IdentifierTypeSyntax.self), type.name.text == name { return Syntax(type.name) }
        return node.children(viewMode: .sourceAccurate).lazy.compactMap { mention(of: name, in: $0) }.first
    }
}
