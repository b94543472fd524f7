internal import Marshalling

/// Holds values against JSON Schemas, with the messages of Python's `jsonschema`, by which DSPy tells a model what is wrong.
///
/// It knows the keywords that types have: `type`, `enum`, `const`, bounds, lengths, `items`, `properties`, `required`,
/// `additionalProperties`, `anyOf`. Others, such as `pattern`, are left to the closure.
enum JSONSchemaCheck {
    /// What is wrong with a value; nil when it fits.
    static func problem(_ value: PythonValue, _ schema: PythonValue) -> String? {
        let shown = value.pythonRepresentation
        if let types = schema["type"] {
            let names = types.elements?.compactMap(\.string) ?? [types.string].compactMap(\.self)
            guard names.isEmpty || names.contains(where: { isOf($0, value) }) else {
                return "\(shown) is not of type \(names.map { "'\($0)'" }.joined(separator: ", "))"
            }
        }
        if let allowed = schema["enum"]?.elements, !allowed.contains(where: { equal($0, value) }) {
            return "\(shown) is not one of \(PythonValue.list(allowed).pythonRepresentation)"
        }
        if let only = schema["const"], !equal(only, value) { return "\(only.pythonRepresentation) was expected" }
        if let members = schema["anyOf"]?.elements, !members.contains(where: { problem(value, $0) == nil }) {
            return "\(shown) is not valid under any of the given schemas"
        }
        return switch value.unshared {
        case .bool: nil
        case .int, .float, .bigInt: outOfBounds(value, schema)
        case .string(let text): wrongLength(text.unicodeScalars.count, shown, schema, ["minLength", "maxLength"])
        case .list(let elements): wrongElement(elements, shown, schema)
        case .dict(let members): wrongMember(members, shown, schema)
        default: nil
        }
    }

    /// The value as the type of the schema has it: a whole number that the model wrote as `3.0` is 3 where an integer is asked for.
    static func converted(_ value: PythonValue, _ schema: PythonValue) -> PythonValue {
        switch value.unshared {
        case .float(let number) where schema["type"] == "integer": Int(exactly: number).map(PythonValue.int) ?? value
        case .int(let number) where schema["type"] == "number": .float(Double(number))
        case .list(let elements):
            schema["items"].map { items in .list(elements.map { converted($0, items) }) } ?? value
        case .dict(let members):
            .dict(
                PythonDictionary(
                    members.map { member in
                        let inner = schema["properties"]?.dict?[member.key] ?? schema["additionalProperties"]
                        return .init(key: member.key, value: inner.map { converted(member.value, $0) } ?? member.value)
                    }))
        default:
            schema["anyOf"]?.elements?.first { problem(value, $0) == nil && $0["type"] != nil }
                .map { converted(value, $0) } ?? value
        }
    }

    private static func isOf(_ type: String, _ value: PythonValue) -> Bool {
        switch (type, value.unshared) {
        case ("string", .string), ("boolean", .bool), ("null", .none), ("array", .list), ("object", .dict),
            ("integer", .int), ("integer", .bigInt), ("number", .int), ("number", .bigInt), ("number", .float):
            true
        case ("integer", .float(let number)): number.rounded(.towardZero) == number && number.isFinite
        case ("string", _), ("boolean", _), ("null", _), ("array", _), ("object", _), ("integer", _), ("number", _):
            false
        default: true
        }
    }

    /// As JSON has it: numbers by their size, whatever their form, and no truth value is one.
    private static func equal(_ left: PythonValue, _ right: PythonValue) -> Bool {
        if left == right { return true }
        switch (left, right) {
        case (.int(let whole), .float(let number)), (.float(let number), .int(let whole)):
            return Double(whole) == number
        default: return false
        }
    }

    private static func outOfBounds(_ value: PythonValue, _ schema: PythonValue) -> String? {
        guard let number = value.double else { return nil }
        let shown = value.pythonRepresentation
        func limit(_ keyword: PythonValue) -> (Double, String)? {
            schema[keyword].flatMap { limit in limit.double.map { ($0, limit.pythonRepresentation) } }
        }
        if let (bound, text) = limit("minimum"), number < bound {
            return "\(shown) is less than the minimum of \(text)"
        }
        if let (bound, text) = limit("maximum"), number > bound {
            return "\(shown) is greater than the maximum of \(text)"
        }
        if let (bound, text) = limit("exclusiveMinimum"), number <= bound {
            return "\(shown) is less than or equal to the minimum of \(text)"
        }
        if let (bound, text) = limit("exclusiveMaximum"), number >= bound {
            return "\(shown) is greater than or equal to the maximum of \(text)"
        }
        return nil
    }

    private static func wrongLength(
        _ count: Int, _ shown: String, _ schema: PythonValue, _ keywords: [PythonValue]
    ) -> String? {
        if let least = schema[keywords[0]]?.int, count < least {
            return least == 1 ? "\(shown) should be non-empty" : "\(shown) is too short"
        }
        if let most = schema[keywords[1]]?.int, count > most {
            return most == 0 ? "\(shown) is expected to be empty" : "\(shown) is too long"
        }
        return nil
    }

    private static func wrongElement(_ elements: [PythonValue], _ shown: String, _ schema: PythonValue) -> String? {
        if let problem = wrongLength(elements.count, shown, schema, ["minItems", "maxItems"]) { return problem }
        guard let items = schema["items"] else { return nil }
        return elements.lazy.compactMap { problem($0, items) }.first
    }

    private static func wrongMember(_ members: PythonDictionary, _ shown: String, _ schema: PythonValue) -> String? {
        let properties = schema["properties"]?.dict ?? [:]
        let more = schema["additionalProperties"]
        for member in members {
            guard let inner = properties[member.key] ?? more, inner.dict != nil else { continue }
            if let problem = problem(member.value, inner) { return problem }
        }
        for name in schema["required"]?.elements ?? [] where members[name] == nil {
            return "\(name.pythonRepresentation) is a required property"
        }
        guard more == false else { return nil }
        let unknown = members.map(\.key).filter { properties[$0] == nil }
        guard !unknown.isEmpty else { return nil }
        let listed = unknown.map(\.pythonRepresentation).joined(separator: ", ")
        return "Additional properties are not allowed (\(listed) \(unknown.count == 1 ? "was" : "were") unexpected)"
    }
}
