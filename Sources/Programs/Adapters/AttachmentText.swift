internal import Marshalling
internal import Signatures

/// Values of DSPy's own types in prompts: each as its `format` and its serialiser write it (`dspy.adapters.types`).
enum AttachmentText {
    /// What stands in the prompt for a value of a type of DSPy's in its own form; nil when it is none.
    static func value(_ value: PythonValue, of type: DSPyType) -> PythonValue? {
        switch type {
        case .image:
            guard let address = value["url"]?.string else { return nil }
            return fenced(["type": "image_url", "image_url": ["url": .string(address)]])
        case .audio:
            guard let data = value["data"]?.string, let format = value["audio_format"]?.string else { return nil }
            return fenced(["type": "input_audio", "input_audio": ["data": .string(data), "format": .string(format)]])
        case .file: return file(value)
        case .history:
            guard let messages = value["messages"]?.elements else { return nil }
            return .dict(["messages": .list(messages.map { PromptValue.jsonable($0, as: .any) })])
        case .tool: return tool(value).map(PythonValue.string)
        case .toolCalls: return toolCalls(value)
        case .code: return (value.string ?? value["code"]?.string).map(PythonValue.string)
        case .reasoning: return (value.string ?? value["content"]?.string).map(PythonValue.string)
        }
    }

    /// A part of a request as text, between the marks at which it is cut out again; see ``PromptParts``.
    private static func fenced(_ part: PythonValue) -> PythonValue {
        .string(CustomTypeMarker.start + PromptValue.json(.list([part])) + CustomTypeMarker.end)
    }

    private static func file(_ value: PythonValue) -> PythonValue? {
        guard let given = value.dict else { return nil }
        var file = PythonDictionary()
        for key in ["file_data", "file_id", "filename"] as [PythonValue] {
            if let text = given[key]?.string, !text.isEmpty { file[key] = .string(text) }
        }
        return file.isEmpty ? nil : fenced(["type": "file", "file": .dict(file)])
    }

    private static func tool(_ value: PythonValue) -> String? {
        guard let name = value["name"]?.string else { return nil }
        let description = value["desc"]?.string ?? ""
        let told =
            description.isEmpty
            ? "."
            : ", whose description is <desc>\(description)</desc>.".unicodeScalars
                .reduce(into: "") { $0 += $1 == "\n" ? "  " : String($1) }
        return "\(name)\(told) It takes arguments \((value["args"] ?? .dict([:])).pythonRepresentation)."
    }

    private static func toolCalls(_ value: PythonValue) -> PythonValue? {
        guard let calls = value["tool_calls"]?.elements else { return nil }
        let written = calls.map { call -> PythonValue in
            [
                "name": call["name"] ?? .string(""),
                "args": PromptValue.jsonable(call["args"] ?? .dict([:]), as: .any),
            ]
        }
        var entries: PythonDictionary = ["tool_calls": .list(written)]
        if let results = value["tool_call_results"], !results.isNone {
            entries["tool_call_results"] = PromptValue.jsonable(results, as: .any)
        }
        return .dict(entries)
    }
}
