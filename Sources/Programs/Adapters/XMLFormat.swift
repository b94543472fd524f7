internal import Marshalling
internal import Signatures

/// `dspy.XMLAdapter`: every field between tags of its name, lists and records as nested tags (`dspy/adapters/xml_adapter.py`).
struct XMLFormat: PromptFormat {
    func system(_ signature: Signature) -> String {
        let inputs = signature.inputs.map { Self.element($0, FieldNotes.slot($0, on: .inputs)) }
        let outputs = signature.outputs.map { field in
            field.type.isNestedXML
                ? Self.outline(field)
                : Self.element(field, Self.escaped(FieldNotes.slot(field, on: .outputs), field))
        }
        return """
            \(FieldNotes.opening(of: signature))

            \(inputs.joined(separator: "\n\n"))

            \(outputs.joined(separator: "\n\n"))
            \(Instructions.objective(of: signature))
            """
    }

    func user(
        _ inputs: [Field], _ outputs: [Field], values: PythonDictionary, prefix: String, reminder: Bool
    ) -> String {
        let elements = inputs.compactMap { field in
            values[.string(field.name)].map { Self.element(field, PromptValue.text($0, of: field)) }
        }
        var parts = [prefix, PythonText.strip(elements.joined(separator: "\n\n"))]
        if reminder { parts.append(Self.reminder(outputs)) }
        return PythonText.strip(parts.joined(separator: "\n\n"))
    }

    func assistant(_ outputs: [Field], values: PythonDictionary, missing: PythonValue) -> String {
        let elements = outputs.map { field in
            let value = value(field, in: values, missing: missing)
            let plain = PromptValue.jsonable(value, as: field.type, nested: false)
            switch plain {
            case .dict where field.type.isNestedXML, .list where field.type.isNestedXML:
                // Only what is nested too deep has no elements.
                if let elements = try? XMLText.write(plain, tag: field.name) { return elements }
                fallthrough
            default: return Self.element(field, Self.escaped(PromptValue.text(value, of: field), field))
            }
        }
        return PythonText.strip(elements.joined(separator: "\n\n"))
    }

    private static func element(_ field: Field, _ text: String) -> String {
        "<\(field.name)>\n\(text)\n</\(field.name)>"
    }

    /// Only outputs that are texts are escaped, as in DSPy.
    private static func escaped(_ text: String, _ field: Field) -> String {
        guard field.type == .str else { return text }
        return text.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            default: result.unicodeScalars.append(scalar)
            }
        }
    }

    private static func reminder(_ outputs: [Field]) -> String {
        let names = outputs.map { "`<\($0.name)>`" }.joined(separator: ", then ")
        let nested = outputs.filter(\.type.isNestedXML).map(outline)
        return "Respond with the corresponding output fields wrapped in XML tags \(names)."
            + (nested.isEmpty ? "" : " Use this nested XML structure: \(nested.joined(separator: " "))")
    }

    // MARK: The form of nested elements

    private static func outline(_ field: Field) -> String {
        let schema = PydanticSchema.schema(of: field.type)
        return outline(field.name, schema, schema["$defs"]?.dict ?? [:], within: [])
    }

    private static func outline(
        _ tag: String, _ schema: PythonValue, _ definitions: PythonDictionary, within seen: Set<String>
    ) -> String {
        if let name = schema["$ref"]?.string?.split(separator: "/").last.map(String.init) {
            guard !seen.contains(name), let definition = definitions[.string(name)] else {
                return "<\(tag)>...</\(tag)>"
            }
            return outline(tag, definition, definitions, within: seen.union([name]))
        }
        if let choices = schema["anyOf"]?.elements, let first = choices.first {
            let choice = choices.first { $0["type"]?.string != "null" } ?? first
            return outline(tag, choice, definitions, within: seen)
        }
        if schema["type"]?.string == "array" {
            return "<\(tag)>\(outline("item", schema["items"] ?? .dict([:]), definitions, within: seen))</\(tag)>"
        }
        let children = (schema["properties"]?.dict ?? [:]).map { entry in
            outline(entry.key.string ?? "", entry.value, definitions, within: seen)
        }
        return "<\(tag)>\(children.isEmpty ? "..." : children.joined())</\(tag)>"
    }
}

extension FieldType {
    /// Whether values are written as elements inside elements (`XMLAdapter._uses_nested_xml`).
    var isNestedXML: Bool {
        switch isOptional ? unwrapped : self {
        case .list(.unspecified), .list(.dspy), .dict(.unspecified, _): false
        case .list, .dict, .record, .embedding, .tensor: true
        case .annotated(let base, _): base.isNestedXML
        default: false
        }
    }
}
