internal import Marshalling
internal import PythonPool

/// The schemas of a tool's parameters: in the form in which DSPy tells a model of them, and as what arguments are held against.
enum ToolSchema {
    // MARK: Making

    /// What `dspy.Tool` has as `args`: a property for each parameter without references, its default and description last.
    static func parameters(_ parameters: [ToolParameter], _ schema: PythonDictionary) -> PythonDictionary {
        let definitions = schema["$defs"]?.dict ?? [:]
        let properties = schema["properties"]?.dict ?? [:]
        return PythonDictionary(
            parameters.map { parameter in
                let key = PythonValue.string(parameter.name)
                let schema = resolved(properties[key] ?? .dict([:]), definitions, depth: 0)
                var property = sorted(schema, in: "").dict ?? [:]
                property["default"] = nil
                property["default"] = parameter.default
                if !parameter.description.isEmpty {
                    property["description"] = nil
                    property["description"] = .string(parameter.description)
                }
                return .init(key: key, value: .dict(property))
            })
    }

    /// A type may contain itself; what is deeper than this may be anything.
    private static let depthLimit = 16

    private static func resolved(_ value: PythonValue, _ definitions: PythonDictionary, depth: Int) -> PythonValue {
        guard depth < depthLimit else { return .dict([:]) }
        switch value {
        case .dict(let entries):
            if let name = entries["$ref"]?.string?.split(separator: "/").last {
                return resolved(definitions[.string(String(name))] ?? .dict([:]), definitions, depth: depth + 1)
            }
            return .dict(
                PythonDictionary(
                    entries.map { .init(key: $0.key, value: resolved($0.value, definitions, depth: depth + 1)) }))
        case .list(let elements): return .list(elements.map { resolved($0, definitions, depth: depth + 1) })
        default: return value
        }
    }

    /// The keys in pydantic's order: by their names, but for those of properties and defaults.
    private static func sorted(_ value: PythonValue, in parent: String) -> PythonValue {
        switch value {
        case .dict(let entries):
            let isOrdered = ["properties", "default"].contains(parent)
            let ordered =
                isOrdered
                ? Array(entries)
                : entries.sorted { left, right in
                    (left.key.string ?? "").unicodeScalars.lexicographicallyPrecedes(
                        (right.key.string ?? "").unicodeScalars)
                }
            return .dict(
                PythonDictionary(
                    ordered.map { .init(key: $0.key, value: sorted($0.value, in: $0.key.string ?? "")) }))
        case .list(let elements): return .list(elements.map { sorted($0, in: parent) })
        default: return value
        }
    }

    // MARK: Checking

    /// The arguments of a call, with the defaults of those left out.
    ///
    /// - Throws: ``ToolArgumentError`` for the first that is not known or does not fit, then for all that are missing.
    static func checked(_ given: PythonDictionary, of tool: Tool) throws(ToolArgumentError) -> PythonDictionary {
        var arguments = given
        for entry in given {
            let name = entry.key.pythonText
            guard let schema = tool.parameters[entry.key] else {
                throw .value("Arg \(name) is not in the tool's args.")
            }
            if let problem = JSONSchemaCheck.problem(entry.value, schema) {
                throw .value("Arg \(name) is invalid: \(problem)")
            }
            arguments[entry.key] = JSONSchemaCheck.converted(entry.value, schema)
        }
        var missing: [String] = []
        for parameter in tool.parameters where arguments[parameter.key] == nil {
            if let value = parameter.value["default"] {
                arguments[parameter.key] = value
            } else {
                missing.append(parameter.key.pythonText)
            }
        }
        guard missing.isEmpty else { throw .missing(missing, of: tool.name) }
        return arguments
    }
}
