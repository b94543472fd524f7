/// The source that writes and reads the entries of a `dict`, for structs and for the cases of enums.
enum RecordSource {
    /// Reads the fields into their variables; `Self` is what the error names.
    static func reading(_ fields: [Field]) -> String {
        let variables = fields.map { field in
            "var \(field.variable): \(field.typeText)\(field.isOptional && field.defaultValue == nil ? "" : "?")"
        }
        let entries = fields.map { field in
            """
            if decoder.take(key: \(field.key.literal), of: &left) {
                \(field.variable) = try decoder.decode(\(field.typeText).self, at: \(field.key.literal))
            }
            """
        }
        let missing = fields.filter(\.isRequired).map { field in
            """
            guard let \(field.variable) else {
                throw decoder.missing(\(field.key.literal), expected: \(field.typeText.literal))
            }
            """
        }
        let loop = """
            var left = try decoder.openDict(for: Self.self)
            while left > 0 {
                let before = left
            \(entries.joined(separator: "\n"))
                if left == before { try decoder.skipEntry(of: &left) }
            }
            decoder.close()
            """
        return (variables + [loop] + missing).joined(separator: "\n")
    }

    /// The schema of a `dict` with these fields.
    static func schema(_ fields: [Field], tag: (key: String, name: String)? = nil, documentation: String) -> String {
        var lines = [
            fields.isEmpty && tag == nil
                ? "let properties: PythonDictionary = [:]" : "var properties: PythonDictionary = [:]"
        ]
        if let tag { lines.append("properties[\(tag.key.literal)] = JSONSchema.oneOf([\(tag.name.literal)])") }
        lines += fields.map { field in
            let description = field.documentation.isEmpty ? "" : ", \(field.documentation.literal)"
            return "properties[\(field.key.literal)] = schema.of(\(field.typeText).self\(description))"
        }
        let required = (tag.map { [$0.key.literal] } ?? []) + fields.filter(\.isRequired).map(\.key.literal)
        lines.append(
            "let object = JSONSchema.object(properties, required: [\(required.joined(separator: ", "))]"
                + "\(described(documentation)))")
        return lines.joined(separator: "\n")
    }

    /// The last argument of a function of `JSONSchema`.
    static func described(_ documentation: String) -> String {
        documentation.isEmpty ? "" : ", description: \(documentation.literal)"
    }
}
