import SwiftDiagnostics
import SwiftParser
import SwiftSyntax
import SwiftSyntaxBuilder

/// The cases of an enum, and how they travel.
struct EnumCases {
    enum Form {
        /// As the raw value.
        case rawValues
        /// As the case's name.
        case names
        /// As a `dict` with the case's name at the tag.
        case payloads
    }

    struct Case {
        let name: String
        let key: Key
        let fields: [Field]
        let documentation: String
    }

    let form: Form
    let cases: [Case]
    /// What is allowed, in words; nil when only the running program knows.
    let allowed: String?

    private static let rawTypes: Set<String> = [
        "String", "Double", "Float", "Int", "Int8", "Int16", "Int32", "Int64", "Int128", "UInt", "UInt8", "UInt16",
        "UInt32", "UInt64", "UInt128",
    ]

    init(of declaration: EnumDeclSyntax, tag: String, macro: String = "PythonCodable") throws {
        let rawType = declaration.inheritanceClause?.inheritedTypes.first?.type.trimmedDescription
        let hasRawValues = rawType.map(Self.rawTypes.contains) ?? false
        var cases: [Case] = []
        var names: [String] = []
        for member in declaration.memberBlock.members {
            try member.requireUnconditional(macro: macro)
            guard let line = member.decl.as(EnumCaseDeclSyntax.self) else { continue }
            if let attribute = Key.attribute(in: line.attributes) {
                if hasRawValues {
                    throw Problem.error(
                        "key-and-raw-value", "the raw value is what travels: write '= …' in place of '@PythonKey'",
                        at: attribute)
                }
                if let second = line.elements.dropFirst().first {
                    throw Problem.error(
                        "key-for-many", "'@PythonKey' names one case; write 'case \(second.name.text)' on its own",
                        at: second.name)
                }
            }
            for element in line.elements {
                cases.append(
                    Case(
                        name: element.name.text, key: try Key(of: line.attributes, name: element.name),
                        fields: try Self.fields(of: element, tag: tag), documentation: documentation(of: line)))
                let raw = element.rawValue?.value.as(StringLiteralExprSyntax.self)?.representedLiteralValue
                names.append(raw ?? cases[cases.count - 1].key.text)
            }
        }
        guard !cases.isEmpty else {
            throw Problem.error("no-cases", "an enum without cases has no values to send", at: declaration.name)
        }
        try cases.map(\.key).requireUnique()
        self.cases = cases
        form = hasRawValues ? .rawValues : cases.allSatisfy(\.fields.isEmpty) ? .names : .payloads
        allowed =
            hasRawValues && rawType != "String" || names.count > 12
            ? (hasRawValues ? nil : "one of \(names.count) names") : Self.list(names)
    }

    private static func fields(of element: EnumCaseElementSyntax, tag: String) throws -> [Field] {
        guard let parameters = element.parameterClause?.parameters else { return [] }
        let fields = try parameters.map { parameter in
            try Field.check(parameter.type)
            let label = parameter.firstName.flatMap { $0.tokenKind == .wildcard ? nil : $0 }
            if label == nil, parameters.count > 1 {
                let labelled = parameter.with(\.firstName, .identifier("<#label#>"))
                    .with(\.colon, .colonToken(trailingTrivia: .space)).with(\.type, parameter.type.trimmed)
                throw Problem.error(
                    "missing-label", "one of several values of a case needs a label, which is its key",
                    at: parameter.type,
                    fixIts: [.replace(parameter, with: labelled, id: "add-label", "add a label")])
            }
            return Field(
                name: label?.text ?? "",
                key: try label.map { try Key($0.unquoted, at: $0) } ?? Key("value", at: parameter.type),
                type: parameter.type, defaultValue: parameter.defaultValue?.value, documentation: "")
        }
        try fields.map(\.key).requireUnique(
            besides: (tag, "the case's name; choose another with '@PythonCodable(tag:)'"))
        return fields
    }

    /// `a`, `a or b`, `a, b or c`.
    private static func list(_ names: [String]) -> String {
        guard let last = names.last, names.count > 1 else { return names.joined() }
        return names.dropLast().joined(separator: ", ") + " or " + last
    }
}
