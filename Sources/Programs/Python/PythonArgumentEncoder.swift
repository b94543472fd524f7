internal import LanguageModels
internal import Marshalling
internal import PythonPool
internal import Signatures

/// Writes targets and arguments in the forms that the Python half takes (`dspex_worker.arguments`), for one executor: closures live there.
struct PythonArgumentEncoder {
    let executor: any PythonExecutor
    let models: [String: LanguageModelCapabilities]

    /// `{"path", "signature", "args", "state"}`
    func value(_ target: PythonTarget) -> PythonValue {
        var form: PythonDictionary = ["path": .string(target.path)]
        if let signature = target.signature { form["signature"] = signature.pythonValue }
        if !target.arguments.isEmpty { form["args"] = value(target.arguments) }
        if let state = target.state {
            form["state"] = state.pythonValue
            if target.allowsVersionMismatch { form["allow_version_mismatch"] = true }
        }
        return .dict(form)
    }

    /// The arguments by name, in an order of their own: Python keeps what it has built of the same text.
    func value(_ arguments: [String: PythonArgument]) -> PythonValue {
        .dict(
            PythonDictionary(
                arguments.sorted { $0.key < $1.key }.map { .init(key: .string($0.key), value: value($0.value)) }))
    }

    /// One argument.
    func value(_ argument: PythonArgument) -> PythonValue {
        switch argument {
        case .value(let value): return Self.plain(value)
        case .list(let elements): return .list(elements.map(value))
        case .dictionary(let entries): return value(entries)
        case .tool(let tool): return self.tool(tool)
        case .registeredTool(let name): return ["tool": .string(name)]
        case .function(let name, let description, let body):
            let function = executor.callable(body)
            guard let name else { return function }
            return ["function": function, "name": .string(name), "description": .string(description)]
        case .metric(let metric): return self.metric(metric)
        case .program(let target): return ["module": value(target)]
        case .object(let target): return ["object": value(target)]
        case .model(let name, let options):
            let capabilities = models[name] ?? LanguageModelCapabilities()
            return [
                "model": .string(name), "capabilities": capabilities.pythonValue,
                "config": .dict(options.pythonValue),
            ]
        case .signature(let signature): return ["signature": signature.pythonValue]
        case .example(let fields, let inputs):
            return ["example": .dict(fields), "inputs": .list(inputs.map(PythonValue.string))]
        }
    }

    /// What Python calls for a score: with an example, a prediction, and whether examples are to be made of it.
    ///
    /// - Parameter signature: In whose types the outputs are read, where they can be.
    func metric(_ metric: Metric, signature: Signature? = nil, route: Route? = nil) -> PythonValue {
        let route =
            route ?? Route(implementation: .python, pool: nil, model: "", timeout: .zero, reason: "called from Python")
        return executor.callable { arguments in
            let outputs = arguments[1]?.dict ?? [:]
            let prediction = Prediction(
                outputs: signature?.typed(outputs) ?? outputs, route: route, model: route.model, duration: .zero)
            let example = arguments[0]?.dict ?? [:]
            let score = try await metric(Example(signature?.typed(example) ?? example), prediction)
            guard let feedback = score.feedback else { return .float(score.value) }
            return ["score": .float(score.value), "feedback": .string(feedback)]
        }
    }

    private func tool(_ tool: Tool) -> PythonValue {
        let required = tool.parameters.filter { $0.value["default"] == nil }.map(\.key)
        return [
            "tool": executor.callable { try await tool($0.keywords) }, "name": .string(tool.name),
            "description": .string(tool.description),
            "parameters": [
                "type": "object", "properties": .dict(tool.parameters), "required": .list(required),
            ],
        ]
    }

    /// A value that only looks like one of the forms is marked as a value.
    private static func plain(_ value: PythonValue) -> PythonValue {
        switch value.unshared {
        case .dict, .list, .tuple: ["value": value]
        default: value
        }
    }
}

extension Signature {
    /// The values in the types of the fields, where they fit; others as they are.
    fileprivate func typed(_ values: PythonDictionary) -> PythonDictionary {
        PythonDictionary(
            values.map { entry in
                guard let field = entry.key.string.flatMap(field(named:)) else { return entry }
                var problems = FieldProblems()
                let checked = field.type.check(entry.value, at: field.name, &problems)
                return problems.isEmpty ? .init(key: entry.key, value: checked) : entry
            })
    }
}
