internal import Marshalling
internal import PythonPool
internal import Signatures

/// What `dspy.ReAct` tells the model, word for word.
extension ReAct {
    /// The tool by which the model says that it has what it needs.
    static let finish = "finish"
    /// The input with what has happened so far.
    static let trajectory = "trajectory"

    /// The tools by name, with `finish` at the end, or in place of one of that name.
    static func completed(_ tools: [Tool], for signature: Signature) -> [Tool] {
        let finish = Tool(
            finish,
            "Marks the task as complete. That is, signals that all information for producing the outputs, i.e. "
                + "\(names(signature.outputs)), are now available to be extracted.",
            schemas: [:]
        ) { _ in "Completed." }
        return (tools + [finish]).reduce(into: []) { known, tool in
            if let index = known.firstIndex(where: { $0.name == tool.name }) {
                known[index] = tool
            } else {
                known.append(tool)
            }
        }
    }

    /// What the model is asked for each step.
    static func choosing(_ signature: Signature, _ tools: [Tool]) throws(SignatureError) -> Signature {
        try Signature(
            instructions: instructions(signature, tools), inputs: signature.inputs + [Field(trajectory)],
            outputs: [
                Field("next_thought"), Field("next_tool_name", .literal(tools.map { .string($0.name) })),
                Field("next_tool_args", .dict(.str, .any)),
            ])
    }

    /// What the model is asked at the end.
    static func extracting(_ signature: Signature) throws(SignatureError) -> Signature {
        try Signature(
            instructions: Instructions.clean(signature.effectiveInstructions),
            inputs: signature.inputs + [Field(trajectory)], outputs: signature.outputs)
    }

    private static func instructions(_ signature: Signature, _ tools: [Tool]) -> String {
        let listed = tools.enumerated().map { "(\($0.offset + 1)) \($0.element.prompt)" }.joined(separator: "\n")
        let inputs = names(signature.inputs)
        return """
            \(Instructions.clean(signature.effectiveInstructions))

            You are an Agent. In each episode, you will be given the fields \(inputs) as input. And you can see your past trajectory so far.
            Your goal is to use one or more of the supplied tools to collect any necessary information for producing \(names(signature.outputs)).

            To do this, you will interleave next_thought, next_tool_name, and next_tool_args in each turn, and also when finishing the task.
            After each tool call, you receive a resulting observation, which gets appended to your trajectory.

            When writing next_thought, you may reason about the current situation and plan for future steps.
            When selecting the next_tool_name and its next_tool_args, the tool must be one of:

            \(listed)
            When providing `next_tool_args`, the value inside the field must be in JSON format
            """
    }

    private static func names(_ fields: [Field]) -> String { fields.map { "`\($0.name)`" }.joined(separator: ", ") }
}

extension Trajectory {
    /// The steps as the adapter writes inputs. Marks in what model and tools wrote are broken up, those around it are not.
    ///
    /// - Parameter signature: The one that the text becomes an input of.
    func text(_ adapter: PromptAdapter, beside signature: Signature) -> String {
        let values = dictionary
        let fields = values.keys.compactMap(\.string).map { Field($0) }
        guard !fields.isEmpty else { return "" }
        let guarded = PromptInputs(fields + signature.fields, adapter, .strict)
        let safe = PythonDictionary(values.map { .init(key: $0.key, value: guarded.neutralised($0.value)) })
        return adapter.format.user(fields, [], values: safe, prefix: "", reminder: false)
    }
}

/// How a tool's failure is told to the model.
enum ToolFailure {
    /// Class and message, as the last line of Python's traceback has them.
    static func text(of error: any Error) -> String {
        switch error {
        case let error as ToolArgumentError: "\(error)"
        case let error as PythonException: error.message.isEmpty ? error.type : "\(error.type): \(error.message)"
        case let error as ArgumentError: "ValueError: \(error)"
        default: "\(type(of: error)): \(error)"
        }
    }
}
