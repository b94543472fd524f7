import SwiftSyntax

/// The bodies of the three conformances.
struct ConformanceSource {
    /// Of `encode(to:)`.
    let encoding: String
    /// Of `init(from:)`.
    let decoding: String
    /// Of `describe(in:)`.
    let describing: String

    /// Of a struct.
    init(fields: [Field], documentation: String) {
        let entries = fields.map { "try encoder.encode(self.\($0.name), at: \($0.key.literal))" }
        encoding = (["try encoder.openDict(count: \(fields.count))"] + entries + ["encoder.close()"])
            .joined(separator: "\n")
        let assignments = fields.map { field in
            field.defaultValue == nil
                ? "self.\(field.name) = \(field.variable)"
                : "if let \(field.variable) { self.\(field.name) = \(field.variable) }"
        }
        decoding = ([RecordSource.reading(fields)] + assignments).joined(separator: "\n")
        describing = RecordSource.schema(fields, documentation: documentation) + "\nreturn object"
    }

    /// Of an enum.
    init(_ cases: EnumCases, tag: String, documentation: String) {
        let described = RecordSource.described(documentation)
        switch cases.form {
        case .rawValues:
            let expected = cases.allowed.map(\.literal) ?? "\"\\(Self.self)\""
            encoding = "try rawValue.encode(to: &encoder)"
            decoding = "self = try decoder.rawValue(of: Self.self, expected: \(expected))"
            let all = cases.cases.map { "Self.\($0.name)" }.joined(separator: ", ")
            describing = "return schema.oneOf([\(all)]\(described))"
        case .names:
            let names = cases.cases.map { "case .\($0.name): encoder.constant(\($0.key.literal))" }
            encoding = "switch self {\n\(names.joined(separator: "\n"))\n}"
            let choices = cases.cases.map { one in
                "if decoder.takeConstant(\(one.key.literal)) {\nself = .\(one.name)\nreturn\n}"
            }
            decoding =
                choices.joined(separator: "\n")
                + "\nthrow decoder.mismatch(expected: \((cases.allowed ?? "").literal))"
            let all = cases.cases.map(\.key.literal).joined(separator: ", ")
            describing = "return JSONSchema.oneOf([\(all)]\(described))"
        case .payloads:
            encoding = "switch self {\n\(cases.cases.map { $0.encoding(tag: tag) }.joined(separator: "\n"))\n}"
            decoding = """
                switch try decoder.caseName(of: Self.self, at: \(tag.literal)) {
                \(cases.cases.map(\.decoding).joined(separator: "\n"))
                case let name: throw .unknownCase(name, at: \(tag.literal), expected: \((cases.allowed ?? "").literal))
                }
                """
            let kinds = cases.cases.map { one in
                "do {\n"
                    + RecordSource.schema(one.fields, tag: (tag, one.key.text), documentation: one.documentation)
                    + "\nkinds.append(object)\n}"
            }
            describing =
                "var kinds: [PythonValue] = []\n\(kinds.joined(separator: "\n"))\nreturn JSONSchema.anyOf(kinds\(described))"
        }
    }
}

extension EnumCases.Case {
    fileprivate func encoding(tag: String) -> String {
        let bindings = fields.indices.map { "let _\($0)" }.joined(separator: ", ")
        let entries = zip(fields.indices, fields).map { "try encoder.encode(_\($0), at: \($1.key.literal))" }
        let lines =
            ["try encoder.openDict(count: \(fields.count + 1))"]
            + ["encoder.constant(\(tag.literal))", "encoder.constant(\(key.literal))"] + entries + ["encoder.close()"]
        return "case .\(name)\(fields.isEmpty ? "" : "(\(bindings))"):\n" + lines.joined(separator: "\n")
    }

    fileprivate var decoding: String {
        guard !fields.isEmpty else { return "case \(key.literal):\ntry decoder.skip()\nself = .\(name)" }
        let arguments = fields.map { field in
            let value = field.defaultValue.map { "\(field.variable) ?? \($0.trimmedDescription)" } ?? field.variable
            return field.name.isEmpty ? value : "\(field.name): \(value)"
        }
        return "case \(key.literal):\n" + RecordSource.reading(fields)
            + "\nself = .\(name)(\(arguments.joined(separator: ", ")))"
    }
}
