import Marshalling

extension LanguageModelPart {
    init(lm15 value: PythonValue, at path: String) throws(LanguageModelError) {
        // lm15 takes a bare text for a text part.
        if case .string(let text) = value {
            self = .text(text)
            return
        }
        let object = try LM15Object(value, at: path)
        let kind = try object.required("type")
        switch kind {
        case "text":
            try object.only(["type", "text"])
            self = .text(try object.string("text") ?? "")
        case "thinking":
            try object.only(["type", "text"])
            self = .thinking(try object.string("text") ?? "")
        case "refusal":
            try object.only(["type", "text"])
            self = .refusal(try object.string("text") ?? "")
        case "citation":
            try object.only(["type", "text", "url", "title"])
            self = .citation(
                text: try object.string("text"), url: try object.string("url"), title: try object.string("title"))
        case "data":
            try object.only(["type", "value"])
            guard let data = object.entries["value"] else { throw .init(.invalidRequest, "\(path).value is missing") }
            self = .data(data)
        case "tool_call":
            try object.only(["type", "id", "name", "input"])
            self = .toolCall(
                .init(
                    id: try object.required("id"), name: try object.required("name"),
                    input: .dict(try object.dict("input") ?? [:])))
        case "tool_result":
            self = .toolResult(try LanguageModelToolResult(lm15: object))
        default:
            guard let kind = LanguageModelMedia.Kind(rawValue: kind) else {
                throw .init(.invalidRequest, "\(path).type is \(kind.excerpt), which is no kind of part")
            }
            self = .media(try LanguageModelMedia(lm15: object, kind))
        }
    }

    /// What `part_to_dict` of lm15 writes.
    var lm15: PythonValue {
        switch self {
        case .text(let text), .thinking(let text), .refusal(let text):
            return ["type": .string(kind), "text": .string(text)]
        case .citation(let text, let url, let title):
            var dict: PythonDictionary = ["type": "citation"]
            if let text { dict["text"] = .string(text) }
            if let url { dict["url"] = .string(url) }
            if let title { dict["title"] = .string(title) }
            return .dict(dict)
        case .data(let value): return ["type": "data", "value": value]
        case .toolCall(let call):
            return ["type": "tool_call", "id": .string(call.id), "name": .string(call.name), "input": call.input]
        case .toolResult(let result):
            var dict: PythonDictionary = ["type": "tool_result", "id": .string(result.id)]
            if let name = result.name { dict["name"] = .string(name) }
            dict["content"] = .list(result.content.map(\.lm15))
            if result.isError { dict["is_error"] = true }
            return .dict(dict)
        case .media(let media):
            var dict: PythonDictionary = ["type": .string(kind), "media_type": .string(media.mediaType)]
            switch media.source {
            case .base64(let data): dict["data"] = .string(data)
            case .url(let url): dict["url"] = .string(url)
            case .file(let id): dict["file_id"] = .string(id)
            }
            if let detail = media.detail { dict["detail"] = .string(detail) }
            return .dict(dict)
        }
    }
}

extension LanguageModelToolResult {
    fileprivate init(lm15 object: LM15Object) throws(LanguageModelError) {
        try object.only(["type", "id", "name", "content", "is_error"])
        var content: [LanguageModelPart] = []
        if case .string(let text)? = object["content"] {
            content = [.text(text)]
        } else {
            for (path, part) in try object.list("content") {
                content.append(try LanguageModelPart(lm15: part, at: path))
            }
        }
        self.init(
            id: try object.required("id"), name: try object.string("name"), content: content,
            isError: try object.bool("is_error") ?? false)
    }
}

extension LanguageModelMedia {
    fileprivate init(lm15 object: LM15Object, _ kind: Kind) throws(LanguageModelError) {
        // A path would make the host read, and send away, whatever file a worker names.
        try object.only(["type", "media_type", "data", "url", "file_id", "detail"])
        let data = try object.string("data")
        let url = try object.string("url")
        let file = try object.string("file_id")
        let source: Source
        switch (data, url, file) {
        case (let data?, nil, nil): source = .base64(data)
        case (nil, let url?, nil): source = .url(url)
        case (nil, nil, let file?): source = .file(id: file)
        default: throw .init(.invalidRequest, "\(object.path) must have one of data, url and file_id")
        }
        self.init(
            kind: kind, mediaType: try object.string("media_type") ?? "", source: source,
            detail: try object.string("detail"))
    }
}
