internal import Marshalling
internal import Signatures

/// Reads what stands between tags of the outputs' names; the text as a whole must be well-formed (`XMLAdapter.parse`).
struct XMLAnswerParser: OutputParser {
    let name = "XMLAdapter"

    func read(_ text: String, _ outputs: [Field], _ mode: ParsingMode) throws(UnreadableOutput) -> PythonDictionary {
        let root: XMLElement
        do { root = try XMLElement(content: text) } catch {
            throw UnreadableOutput("the text is no well-formed XML: \(error)")
        }
        let elements = Children(of: root)
        var parsed = PythonDictionary()
        for field in outputs {
            guard let found = elements[field.name] else { continue }
            parsed[.string(field.name)] = try read(found, field, mode, parsed: parsed)
        }
        return parsed
    }

    /// The value of a field, by the first form of its type that fits.
    private func read(
        _ elements: [XMLElement], _ field: Field, _ mode: ParsingMode, parsed: PythonDictionary
    ) throws(UnreadableOutput) -> PythonValue {
        let schema = PydanticSchema.schema(of: field.type)
        let reader = ElementReader(definitions: schema["$defs"]?.dict ?? [:])
        var problems = FieldProblems()
        for candidate in [schema] + (schema["anyOf"]?.elements ?? []) {
            let written = reader.value(of: elements, candidate)
            problems = FieldProblems()
            if let value = field.parsed(written, mode, &problems) { return value }
            var ignored = FieldProblems()
            if let value = field.type.validated(written, at: field.name, &ignored) { return value }
        }
        let found = problems.listed.map(\.description).joined(separator: "; ")
        throw UnreadableOutput("the output \(field.name) cannot be read: \(found)", parsed: parsed)
    }
}

/// The elements inside one, by name in the order of their first. `<entry key="a b">` is an element of the name `a b`.
private struct Children {
    private(set) var groups: [(name: [UInt8], elements: [XMLElement])] = []

    init(of parent: XMLElement) {
        var places: [[UInt8]: Int] = [:]
        for child in parent.children {
            let name = Array((child.tag == "entry" ? child.attribute("key") ?? child.tag : child.tag).utf8)
            if let place = places[name] {
                groups[place].elements.append(child)
            } else {
                places[name] = groups.count
                groups.append((name, [child]))
            }
        }
    }

    /// The elements of a name. Names are one when their bytes are, as in Python.
    subscript(name: String) -> [XMLElement]? { groups.first { $0.name.elementsEqual(name.utf8) }?.elements }
}

/// Makes values of elements by a JSON Schema (`XMLAdapter._elements_to_value`).
private struct ElementReader {
    let definitions: PythonDictionary

    func value(of elements: [XMLElement], _ schema: PythonValue) -> PythonValue {
        var schema = resolved(schema)
        let first = elements[0]
        let text = PythonText.strip(first.text)
        if let choices = schema["anyOf"]?.elements {
            if choices.contains(["type": "null"]), first.children.isEmpty, text.isEmpty { return PythonValue.none }
            let real = choices.filter { $0["type"]?.string != "null" }
            schema = real.first ?? .dict([:])
            if !first.children.isEmpty { schema = real.first { $0["type"]?.string != "string" } ?? schema }
        }
        if schema["type"]?.string == "array" { return list(of: elements, schema) }
        if schema["type"]?.string == "string", !first.children.isEmpty {
            return .string(first.children.reduce(first.text) { $0 + $1.serialized() })
        }
        let children = Children(of: first)
        guard !children.groups.isEmpty else {
            if schema["type"]?.string == "object", text.isEmpty { return .dict([:]) }
            let texts = elements.map { PythonValue.string(PythonText.strip($0.text)) }
            return texts.count == 1 ? texts[0] : .list(texts)
        }
        let others = schema["additionalProperties"].flatMap { $0.dict == nil ? nil : $0 } ?? .dict([:])
        return .dict(
            PythonDictionary(
                children.groups.map { name, elements in
                    let name = PythonValue.string(String(decoding: name, as: UTF8.self))
                    return .init(key: name, value: value(of: elements, schema["properties"]?[name] ?? others))
                }))
    }

    private func list(of elements: [XMLElement], _ schema: PythonValue) -> PythonValue {
        var elements = elements
        if elements.count == 1 {
            let only = elements[0]
            if only.children.isEmpty {
                // A list may be written as JSON instead.
                let text = PythonText.strip(only.text)
                if text.isEmpty { return .list([]) }
                if text.hasPrefix("[") { return .string(text) }
            }
            elements = Children(of: only)["item"] ?? elements
        }
        return .list(elements.map { value(of: [$0], schema["items"] ?? .dict([:])) })
    }

    private func resolved(_ schema: PythonValue) -> PythonValue {
        guard let name = schema["$ref"]?.string?.split(separator: "/").last else { return schema }
        return definitions[.string(String(name))] ?? schema
    }
}
