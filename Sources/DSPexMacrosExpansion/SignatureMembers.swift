import Signatures
import SwiftDiagnostics
import SwiftSyntax
import SwiftSyntaxBuilder

/// What a `@Signature` struct declares: its instructions and the fields of both sides.
struct SignatureMembers {
    let declaration: StructDeclSyntax
    let instructions: String?
    private(set) var fields: [MarkedField] = []

    var inputs: [MarkedField] { fields.filter { $0.marker?.kind == .input } }
    var outputs: [MarkedField] { fields.filter { $0.marker?.kind == .output } }

    /// Reads the struct.
    ///
    /// - Throws: everything that is wrong with it, at once.
    init(of declaration: some DeclGroupSyntax, attribute: AttributeSyntax) throws {
        guard let declaration = declaration.as(StructDeclSyntax.self) else {
            throw Problem.error(
                "signature-no-struct", "'@Signature' is for structs, whose copies are independent examples",
                at: declaration.introducer)
        }
        self.declaration = declaration
        var problems = Problems()
        instructions = try problems.collect { try Self.instructions(of: declaration, attribute) } ?? nil
        _ = try problems.collect { try Self.requireTypeName(declaration) }
        for member in declaration.memberBlock.members {
            _ = try problems.collect { try Self.requireFree(member) }
            guard let variable = member.decl.as(VariableDeclSyntax.self) else { continue }
            fields += try problems.collect { try Self.fields(of: variable) } ?? []
        }
        try problems.throwIfAny()
        try Self.requireUnique(fields)
        try requireSide(inputs, .input)
        try requireSide(outputs, .output)
    }

    // MARK: The struct

    private static func instructions(
        of declaration: StructDeclSyntax, _ attribute: AttributeSyntax
    ) throws -> String? {
        guard let argument = attribute.labeledArguments.first else {
            let text = documentation(of: declaration, separator: "\n")
            return text.isEmpty ? nil : text
        }
        guard let text = ConstantExpression.text(argument.expression) else {
            throw Problem.error(
                "text-no-literal",
                "the instructions are a string literal without interpolation, as the compiler reads them",
                at: argument.expression)
        }
        guard text.contains(where: { !$0.isWhitespace }) else {
            throw Problem.error(
                "empty-text", "the instructions are empty; leave them out, and DSPy's own are used",
                at: argument.expression,
                fixIts: [
                    .replace(
                        attribute, with: attribute.without(argument), id: "remove-instructions", "leave them out")
                ])
        }
        return text
    }

    private static func requireTypeName(_ declaration: StructDeclSyntax) throws {
        if let clause = declaration.genericParameterClause {
            throw Problem.error(
                "generic-signature", "a signature is one task, so its struct has no parameters; name the types",
                at: clause)
        }
        if let fault = FieldRules.typeNameFault(declaration.name.unquoted) {
            throw Problem.error("reserved-type-name", fault.message, at: declaration.name)
        }
    }

    /// Throws at a member that has a name of what the macro writes, and at an `#if`.
    private static func requireFree(_ member: MemberBlockItemSyntax) throws {
        try member.requireUnconditional(macro: "Signature")
        guard let type = member.decl.asProtocol((any NamedDeclSyntax).self), !member.decl.is(FunctionDeclSyntax.self),
            ["Input", "Output"].contains(type.name.text)
        else { return }
        throw Problem.error(
            "taken-type-name", "'@Signature' writes a type '\(type.name.text)' here; choose another name",
            at: type.name)
    }

    private static func requireUnique(_ fields: [MarkedField]) throws {
        var seen: Set<String> = []
        for field in fields where !seen.insert(field.field.key.text).inserted {
            throw Problem.error(
                "duplicate-field", "the field '\(field.field.key.text)' is there twice; rename one of them",
                at: field.field.key.node)
        }
    }

    private func requireSide(_ fields: [MarkedField], _ kind: Marker.Kind) throws {
        guard fields.isEmpty else { return }
        let block = declaration.memberBlock
        throw Problem.error(
            kind == .input ? "no-inputs" : "no-outputs",
            "a signature has at least one \(kind.spelling)", at: declaration.name,
            fixIts: [
                .replace(
                    block, with: Self.block(block, adding: kind),
                    id: kind == .input ? "add-input" : "add-output", "add an \(kind.spelling)")
            ])
    }

    /// The members with one more, on a line of its own: the inputs first, the outputs last.
    private static func block(_ block: MemberBlockSyntax, adding kind: Marker.Kind) -> MemberBlockSyntax {
        let line = Trivia.newline + .spaces(4)
        let item = MemberBlockItemSyntax(
            leadingTrivia: line, decl: DeclSyntax("@\(raw: kind.rawValue) var <#name#>: <#Type#>"))
        var members = Array(block.members)
        if kind == .input {
            if let first = members.first, !first.leadingTrivia.contains(where: \.isNewline) {
                members[0] = first.with(\.leadingTrivia, line)
            }
            members.insert(item, at: 0)
        } else {
            if let last = members.last { members[members.count - 1] = last.with(\.trailingTrivia, []) }
            members.append(item)
        }
        var copy = block.with(\.members, MemberBlockItemListSyntax(members)).with(\.leftBrace.trailingTrivia, [])
        if !block.rightBrace.leadingTrivia.contains(where: \.isNewline), kind == .output || block.members.isEmpty {
            copy.rightBrace.leadingTrivia = .newline
        }
        return copy
    }

    // MARK: Its properties

    private static func fields(of variable: VariableDeclSyntax) throws -> [MarkedField] {
        let marker = try marker(of: variable)
        return try variable.bindings.compactMap { binding in
            guard StoredProperties.isStored(variable, binding) else {
                if let marker { throw notStored(variable, marker) }
                return nil
            }
            return try field(of: binding, in: variable, marker)
        }
    }

    private static func marker(of variable: VariableDeclSyntax) throws -> Marker? {
        let attributes = variable.attributes.named([Marker.Kind.input.rawValue, Marker.Kind.output.rawValue])
        if let second = attributes.dropFirst().first {
            let isSame = attributes[0].plainName == second.plainName
            throw Problem.error(
                isSame ? "repeated-marker" : "both-markers",
                isSame ? "'@\(second.plainName)' is there twice" : "a property goes in or comes out, not both",
                at: second,
                fixIts: attributes.prefix(2).reversed().map { attribute in
                    .replace(
                        variable, with: variable.with(\.attributes, variable.attributes.without(attribute)),
                        id: "remove-marker", "remove '\(attribute.trimmedDescription)'")
                })
        }
        return try attributes.first.flatMap { attribute in
            try Marker.Kind(rawValue: attribute.plainName).map { try Marker($0, attribute) }
        }
    }

    private static func notStored(_ variable: VariableDeclSyntax, _ marker: Marker) -> DiagnosticsError {
        Problem.error(
            "not-stored", "\(marker.kind.spelling) marks a stored property of an instance, which this is none",
            at: marker.attribute,
            fixIts: [
                .replace(
                    variable, with: variable.with(\.attributes, variable.attributes.without(marker.attribute)),
                    id: "remove-marker", "remove \(marker.kind.spelling)")
            ])
    }

    private static func field(
        of binding: PatternBindingSyntax, in variable: VariableDeclSyntax, _ marker: Marker?
    ) throws -> MarkedField {
        guard let name = binding.pattern.as(IdentifierPatternSyntax.self)?.identifier else {
            throw Problem.error(
                "tuple-pattern", "declare each property by itself, so that each is a field", at: binding.pattern)
        }
        guard let marker else { throw unmarked(name, variable) }
        if variable.bindingSpecifier.tokenKind == .keyword(.let), binding.initializer != nil {
            throw Problem.error(
                "let-with-value", "a 'let' with a value never has another one, so it is no field",
                at: variable.bindingSpecifier,
                fixIts: [
                    .replace(
                        variable.bindingSpecifier,
                        with: variable.bindingSpecifier.with(\.tokenKind, .keyword(.var)), id: "make-var", "use 'var'")
                ])
        }
        let type = try StoredProperties.type(of: binding, in: variable.bindings, macro: "Signature")
        try Field.check(type, macro: "SignatureValue")
        let value = binding.initializer?.value
        if marker.kind == .output, let value, !ConstantExpression.isConstant(value) {
            throw Problem.error(
                "default-no-literal",
                "the value of an output is what the model leaves out: a literal, nil or a case", at: value)
        }
        let key = try marker.name ?? Key(name.unquoted, at: name)
        return try MarkedField(
            Field(
                name: name.text, key: key, type: type, defaultValue: value,
                documentation: documentation(of: variable)), marker, in: marker.kind)
    }

    private static func unmarked(_ name: TokenSyntax, _ variable: VariableDeclSyntax) -> DiagnosticsError {
        let fixIts = [Marker.Kind.input, .output].map { kind in
            let attribute = AttributeSyntax(attributeName: TypeSyntax(stringLiteral: kind.rawValue))
            var marked = variable.with(\.leadingTrivia, [])
            marked.attributes = AttributeListSyntax(
                [.attribute(attribute.with(\.trailingTrivia, .space))] + Array(marked.attributes))
            return FixIt.replace(
                variable, with: marked.with(\.leadingTrivia, variable.leadingTrivia),
                id: "add-\(kind.rawValue.lowercased())", "mark it \(kind.spelling)")
        }
        return Problem.error(
            "unmarked-property", "'\(name.unquoted)' needs '@Input' or '@Output', as an example holds nothing else",
            at: name, fixIts: fixIts)
    }
}
