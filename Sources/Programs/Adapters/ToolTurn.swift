internal import Marshalling
internal import Signatures

/// The tools that were called in an earlier turn of a conversation, and what they gave (`dspy.ToolCalls`, `dspy.ToolCallResults`).
struct ToolTurn {
    /// What one call gave.
    struct Result {
        var id: String?
        var name: String
        var value: PythonValue
        var isError: Bool

        init(_ value: PythonValue) {
            id = value["call_id"]?.string
            name = value["name"]?.string ?? ""
            self.value = value["value"] ?? PythonValue.none
            isError = value["is_error"]?.bool ?? false
        }

        /// The result as a message of its own has it.
        var text: String { value.string ?? PromptValue.json(PromptValue.jsonable(value, as: .any)) }

        var pythonValue: PythonValue {
            [
                "call_id": id.map(PythonValue.string) ?? .none, "name": .string(name), "value": value,
                "is_error": .bool(isError),
            ]
        }
    }

    /// The name of the output that holds the calls.
    let field: PythonValue
    /// The output without the results.
    let callsAlone: PythonValue
    /// What the calls gave, in the order of the calls; nil when that is not told.
    let results: [Result]?
    private let calls: [PythonValue]

    /// The first value of a turn that holds calls; nil when there is none.
    init?(_ turn: PythonDictionary) {
        guard let entry = turn.first(where: { $0.value["tool_calls"] != nil }),
            case .dict(var value) = entry.value.unshared
        else { return nil }
        field = entry.key
        calls = value["tool_calls"]?.elements ?? []
        let told = value["tool_call_results"].flatMap { $0.isNone ? nil : $0 }
        results = told.flatMap { ($0["tool_call_results"] ?? $0).elements }?.map(Result.init)
        value["tool_call_results"] = nil
        callsAlone = .dict(value)
    }

    /// The results as one value.
    var resultsValue: PythonValue? {
        results.map { ["tool_call_results": .list($0.map(\.pythonValue))] }
    }

    /// The results when each answers its call by the call's id.
    var matchedResults: [Result]? {
        guard let results else { return nil }
        let ids = calls.map { $0["id"]?.string ?? "" }
        return ids.allSatisfy { !$0.isEmpty } && ids == results.map { $0.id ?? "" } ? results : nil
    }

    /// The calls as OpenAI's chat has them.
    var chatCalls: [PythonValue] {
        calls.map { call in
            let arguments = PromptValue.json(PromptValue.jsonable(call["args"] ?? .dict([:]), as: .any))
            return [
                "id": call["id"] ?? .none, "type": "function",
                "function": ["name": call["name"] ?? .string(""), "arguments": .string(arguments)],
            ]
        }
    }
}
