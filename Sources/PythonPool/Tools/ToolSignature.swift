package import Marshalling

/// The parameters of a tool: checked when it is registered, found in what Python or a model sends when it is called.
package struct ToolSignature<each Argument: PythonDecodable & SendableMetatype>: Sendable {
    package let parameters: [ToolParameter]
    package let schema: PythonDictionary
    /// Whether the one argument is a record whose fields are the parameters.
    let isRecord: Bool

    /// - Throws: ``ToolDefinitionError``.
    package init(tool: String, _ named: [ToolParameter], taking types: repeat (each Argument).Type) throws {
        var schemas: [PythonDictionary] = []
        var definitions: PythonDictionary = [:]
        for type in repeat each types { schemas.append(Self.schema(of: type, &definitions)) }
        if named.isEmpty, schemas.count == 1, let fields = schemas[0]["properties"]?.dict {
            isRecord = true
            let required = schemas[0]["required"]?.elements ?? []
            parameters = fields.map { field in
                ToolParameter(
                    field.key.string ?? "", field.value["description"]?.string ?? "",
                    default: required.contains(field.key)
                        ? Optional<PythonValue>.none : field.value["default"] ?? PythonValue.none)
            }
            schema = Self.whole(fields, required: required, definitions)
        } else {
            isRecord = false
            let named = named.isEmpty ? schemas.indices.map { ToolParameter("argument\($0 + 1)") } : named
            guard named.count == schemas.count else {
                throw ToolDefinitionError(
                    tool: tool,
                    problem:
                        "the closure takes \(schemas.count) and \(named.count) are named in 'parameters'; Swift does not keep a closure's own names"
                )
            }
            parameters = zip(named, schemas).map { parameter, schema in
                var parameter = parameter
                if parameter.default == nil, Self.allowsNone(schema) { parameter.default = PythonValue.none }
                return parameter
            }
            let properties = zip(parameters, schemas).map { parameter, schema in
                PythonDictionary.Entry(key: .string(parameter.name), value: .dict(Self.property(schema, parameter)))
            }
            schema = Self.whole(
                PythonDictionary(properties),
                required: parameters.filter { $0.default == nil }.map { .string($0.name) }, definitions)
        }
        try Self.check(tool: tool, parameters)
        if !isRecord {
            var place = 0
            for type in repeat each types {
                try Self.checkDefault(of: parameters[place], as: type, tool: tool)
                place += 1
            }
        }
    }

    // MARK: Registering

    /// The schema of a type without its `$schema`, which has a place at the root only; its `$defs` are moved there, too.
    private static func schema<Value>(of type: Value.Type, _ definitions: inout PythonDictionary) -> PythonDictionary {
        guard let described = type as? any PythonDescribable.Type, var schema = described.jsonSchema.dict else {
            return [:]
        }
        for definition in schema["$defs"]?.dict ?? [:] { definitions[definition.key] = definition.value }
        schema["$defs"] = nil
        if let name = schema["$ref"]?.string?.split(separator: "/").last,
            let record = definitions[.string(String(name))]?.dict
        {
            return record
        }
        return schema
    }

    private static func whole(
        _ properties: PythonDictionary, required: [PythonValue], _ definitions: PythonDictionary
    ) -> PythonDictionary {
        var schema: PythonDictionary = [
            "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
            "properties": .dict(properties), "required": .list(required), "additionalProperties": false,
        ]
        if !definitions.isEmpty { schema["$defs"] = .dict(definitions) }
        return schema
    }

    private static func property(_ schema: PythonDictionary, _ parameter: ToolParameter) -> PythonDictionary {
        var schema = schema
        if !parameter.description.isEmpty { schema["description"] = .string(parameter.description) }
        if let value = parameter.default { schema["default"] = value }
        return schema
    }

    private static func allowsNone(_ schema: PythonDictionary) -> Bool {
        schema["anyOf"]?.elements?.contains { $0["type"] == "null" } ?? false
    }

    private static func check(tool: String, _ parameters: [ToolParameter]) throws {
        var names: Set<String> = []
        var optional: String?
        for parameter in parameters {
            let name = parameter.name
            guard PythonIdentifier.isValid(name) else {
                throw ToolDefinitionError(tool: tool, problem: "'\(name)' is no name for a Python parameter")
            }
            guard names.insert(name).inserted else {
                throw ToolDefinitionError(tool: tool, problem: "two parameters are called '\(name)'")
            }
            if let optional, parameter.default == nil {
                throw ToolDefinitionError(
                    tool: tool,
                    problem: "'\(name)' has no default and comes after '\(optional)', which has one: put it first")
            }
            if parameter.default != nil { optional = name }
        }
    }

    private static func checkDefault<Value: PythonDecodable>(
        of parameter: ToolParameter, as type: Value.Type, tool: String
    ) throws {
        guard let value = parameter.default else { return }
        do { _ = try Value(wireForm: value.wireForm()) } catch {
            throw ToolDefinitionError(
                tool: tool, problem: "the default of '\(parameter.name)' is none of its type: \(error)")
        }
    }

    // MARK: Calling

    /// Reads the arguments of a call: a `dict` of names and values.
    ///
    /// - Throws: ``ArgumentError``, which names the parameter.
    func arguments(of question: UpcallQuestion) throws -> (repeat each Argument) {
        if isRecord { return (repeat try record((each Argument).self, question)) }
        return try inOrder(question) ?? byName(question)
    }

    private func record<Value: PythonDecodable>(_ type: Value.Type, _ question: UpcallQuestion) throws -> Value {
        do throws(WireError) {
            return try question.read { (decoder) throws(WireError) in try decoder.decode(type) }
        } catch { throw ArgumentError(description: "\(error)") }
    }

    /// The functions that Python has of us send every parameter, in order; nil for anything else.
    private func inOrder(_ question: UpcallQuestion) throws -> (repeat each Argument)? {
        var next = 0
        var isInOrder = true
        func argument<Value: PythonDecodable>(
            _ type: Value.Type, _ decoder: inout WireDecoder
        ) throws(WireError) -> Value {
            guard try decoder.str() == parameters[next].name else {
                isInOrder = false
                throw .invalid(offset: decoder.offset, detail: "another order")
            }
            let value = try decoder.decode(type)
            next += 1
            return value
        }
        do throws(WireError) {
            return try question.read { (decoder) throws(WireError) -> (repeat each Argument)? in
                guard try decoder.openArguments() == parameters.count else {
                    isInOrder = false
                    throw .invalid(offset: decoder.offset, detail: "another number")
                }
                let arguments = (repeat try argument((each Argument).self, &decoder))
                decoder.close()
                return arguments
            }
        } catch {
            guard isInOrder, next < parameters.count else { return nil }
            throw ArgumentError(description: "the argument '\(parameters[next].name)': \(error)")
        }
    }

    /// What somebody sends who knows another version of the tool.
    private func byName(_ question: UpcallQuestion) throws -> (repeat each Argument) {
        guard let given = try question.value().dict else { throw ArgumentError(description: "expected arguments") }
        return try named(in: given)
    }

    /// Finds the arguments of a call among values by name.
    ///
    /// - Throws: ``ArgumentError``, which names the parameter.
    package func arguments(named given: PythonDictionary) throws -> (repeat each Argument) {
        guard isRecord else { return try named(in: given) }
        func record<Value: PythonDecodable>(_ type: Value.Type) throws -> Value {
            do { return try Value(wireForm: PythonValue.dict(given).wireForm()) } catch {
                throw ArgumentError(description: "\(error)")
            }
        }
        return (repeat try record((each Argument).self))
    }

    private func named(in given: PythonDictionary) throws -> (repeat each Argument) {
        for entry in given where !parameters.contains(where: { .string($0.name) == entry.key }) {
            throw ArgumentError(description: "got an unexpected argument '\(entry.key.string ?? "")'")
        }
        var next = 0
        func argument<Value: PythonDecodable>(_ type: Value.Type) throws -> Value {
            let parameter = parameters[next]
            next += 1
            guard let value = given[.string(parameter.name)] ?? parameter.default else {
                throw ArgumentError(description: "missing the argument '\(parameter.name)'")
            }
            do { return try Value(wireForm: value.wireForm()) } catch {
                throw ArgumentError(description: "the argument '\(parameter.name)': \(error)")
            }
        }
        return (repeat try argument((each Argument).self))
    }
}

/// What Python takes for a name.
enum PythonIdentifier {
    private static let keywords: Set<String> = [
        "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
        "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
        "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
    ]

    /// Whether it is a public ASCII identifier and no keyword. What begins with `_` neither pydantic nor a function of ours takes for a parameter.
    static func isValid(_ name: String) -> Bool {
        guard let first = name.utf8.first, name.utf8.allSatisfy({ isLetter($0) || (48...57).contains($0) }) else {
            return false
        }
        return isLetter(first) && first != 95 && !keywords.contains(name)
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (65...90).contains(byte) || (97...122).contains(byte) || byte == 95
    }
}
