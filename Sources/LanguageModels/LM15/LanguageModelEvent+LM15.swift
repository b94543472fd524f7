public import Marshalling

extension LanguageModelEvent {
    /// What `stream_event_from_dict` of DSPy's lm15 reads.
    ///
    /// A refusal travels as text: lm15 has no piece of its own for it, and the words must not be lost.
    public var lm15: PythonValue {
        switch self {
        case .started(let id, let model):
            var dict: PythonDictionary = ["type": "start"]
            if let id, !id.isEmpty { dict["id"] = .string(id) }
            if let model, !model.isEmpty { dict["model"] = .string(model) }
            return .dict(dict)
        case .text(let text, let part, let tokens):
            var delta: PythonDictionary = ["type": "text", "part_index": .int(part), "text": .string(text)]
            if !tokens.isEmpty { delta["logprobs"] = .list(tokens.map(\.lm15)) }
            return ["type": "delta", "delta": .dict(delta)]
        case .refusal(let text, let part):
            return ["type": "delta", "delta": ["type": "text", "part_index": .int(part), "text": .string(text)]]
        case .thinking(let text, let part):
            return ["type": "delta", "delta": ["type": "thinking", "part_index": .int(part), "text": .string(text)]]
        case .toolCall(let id, let name, let input, let part):
            var delta: PythonDictionary = ["type": "tool_call", "part_index": .int(part), "input": .string(input)]
            if let id, !id.isEmpty { delta["id"] = .string(id) }
            if let name, !name.isEmpty { delta["name"] = .string(name) }
            return ["type": "delta", "delta": .dict(delta)]
        case .ended(let reason, let usage):
            var dict: PythonDictionary = ["type": "end", "finish_reason": .string(reason.rawValue)]
            if let usage = usage.lm15 { dict["usage"] = usage }
            return .dict(dict)
        }
    }
}
