public import Marshalling

extension LanguageModelRequest {
    /// Reads what `request_to_dict` of DSPy's lm15 writes. The keys of schemas keep their order.
    ///
    /// - Throws: ``LanguageModelError`` with the code `invalid_request` for what lm15 would not write, and `unsupported_feature` for
    ///   what this type has no place for; both name the place. Nothing is dropped silently.
    public init(lm15 value: PythonValue) throws(LanguageModelError) {
        let object = try LM15Object(value, at: "")
        try object.only(["model", "system", "messages", "tools", "config"])
        let model = try object.required("model")
        guard !model.isEmpty else { throw .init(.invalidRequest, "model is empty") }

        var system: [LanguageModelPart] = []
        if case .string(let text)? = object["system"] {
            system = [.text(text)]
        } else {
            for (path, part) in try object.list("system") { system.append(try LanguageModelPart(lm15: part, at: path)) }
        }
        var messages: [LanguageModelMessage] = []
        for (path, message) in try object.list("messages") {
            messages.append(try LanguageModelMessage(lm15: message, at: path))
        }
        guard !messages.isEmpty else { throw .init(.invalidRequest, "messages is empty") }
        var tools: [LanguageModelTool] = []
        for (path, tool) in try object.list("tools") { tools.append(try LanguageModelTool(lm15: tool, at: path)) }
        self.init(
            model: model, system: system, messages: messages, tools: tools,
            options: try object.object("config").map(GenerationOptions.init(lm15:)) ?? .init())
    }
}

extension LanguageModelMessage {
    fileprivate init(lm15 value: PythonValue, at path: String) throws(LanguageModelError) {
        let object = try LM15Object(value, at: path)
        try object.only(["role", "parts"])
        guard let role = try object.word("role", Role.self) else {
            throw .init(.invalidRequest, "\(path).role is missing")
        }
        var parts: [LanguageModelPart] = []
        for (path, part) in try object.list("parts") { parts.append(try LanguageModelPart(lm15: part, at: path)) }
        guard !parts.isEmpty else { throw .init(.invalidRequest, "\(path).parts is empty") }
        self.init(role: role, parts: parts)
    }
}

extension LanguageModelTool {
    fileprivate init(lm15 value: PythonValue, at path: String) throws(LanguageModelError) {
        let object = try LM15Object(value, at: path)
        switch try object.string("type") ?? "function" {
        case "function":
            try object.only(["type", "name", "description", "parameters"])
            self = .function(
                name: try object.required("name"), description: try object.string("description"),
                parameters: .dict(try object.dict("parameters") ?? ["type": "object", "properties": [:]]))
        case "builtin":
            try object.only(["type", "name", "config"])
            self = .builtin(
                name: try object.required("name"), configuration: try object.dict("config").map { .dict($0) })
        case let other:
            throw .init(.invalidRequest, "\(path).type is \(other.excerpt); it must be function or builtin")
        }
    }
}
