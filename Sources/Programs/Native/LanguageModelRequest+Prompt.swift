internal import LanguageModels
internal import Marshalling

extension LanguageModelRequest {
    /// The request that DSPy makes of such messages (`dspy.lm15`): the task apart from the conversation, attachments as parts.
    init(_ messages: [PromptMessage], options: GenerationOptions) {
        var system: [LanguageModelPart] = []
        var conversation: [LanguageModelMessage] = []
        for message in messages {
            switch message.role {
            case .system: system += message.parts
            case .user: conversation.append(.init(role: .user, parts: message.parts))
            case .assistant: conversation.append(.init(role: .assistant, parts: message.parts + message.calls))
            case .tool:
                let (id, name) = message.answers ?? ("", "")
                conversation.append(
                    .init(role: .tool, parts: [.toolResult(.init(id: id, name: name, content: message.parts))]))
            }
        }
        self.init(system: system, messages: conversation, options: options)
    }
}

extension PromptMessage {
    fileprivate var parts: [LanguageModelPart] {
        switch content {
        case .text(let text): [.text(text)]
        case .parts(let parts): parts.map(Self.part)
        case .none: []
        }
    }

    fileprivate var calls: [LanguageModelPart] {
        toolCalls.map { call in
            let function = call["function"] ?? .dict([:])
            let arguments = function["arguments"]?.string.flatMap { try? PythonValue(pythonJSON: $0) }
            return .toolCall(
                .init(
                    id: call["id"]?.string ?? "", name: function["name"]?.string ?? "",
                    input: arguments ?? .dict([:])))
        }
    }

    /// A part in OpenAI's form; what is none of its kinds goes as the data that it is.
    private static func part(_ value: PythonValue) -> LanguageModelPart {
        switch value["type"]?.string {
        case "text": return .text(value["text"]?.string ?? "")
        case "image_url":
            guard let address = value["image_url"]?["url"]?.string else { return .data(value) }
            return .media(media(.image, address: address, usually: "image/png"))
        case "input_audio":
            guard let data = value["input_audio"]?["data"]?.string, let format = value["input_audio"]?["format"]?.string
            else { return .data(value) }
            let type = format == "mp3" ? "audio/mpeg" : "audio/\(format)"
            return .media(.init(kind: .audio, mediaType: type, source: .base64(data)))
        case "file":
            if let id = value["file"]?["file_id"]?.string {
                return .media(.init(kind: .document, mediaType: "application/pdf", source: .file(id: id)))
            }
            guard let address = value["file"]?["file_data"]?.string else { return .data(value) }
            return .media(media(.document, address: address, usually: "application/pdf"))
        default: return .data(value)
        }
    }

    /// What an address or a `data:` URI stands for.
    private static func media(
        _ kind: LanguageModelMedia.Kind, address: String, usually mediaType: String
    ) -> LanguageModelMedia {
        guard address.hasPrefix("data:"), let comma = address.firstIndex(of: ",") else {
            let suffix = address.prefix { $0 != "?" && $0 != "#" }.split(separator: ".").last?.lowercased() ?? ""
            return .init(kind: kind, mediaType: imageTypes[suffix] ?? mediaType, source: .url(address))
        }
        let head = address[..<comma].dropFirst("data:".count)
        let declared = String(head.prefix { $0 != ";" })
        return .init(
            kind: kind, mediaType: declared.isEmpty ? mediaType : declared,
            source: .base64(String(address[address.index(after: comma)...])))
    }

    private static let imageTypes = [
        "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp",
        "bmp": "image/bmp", "svg": "image/svg+xml", "tif": "image/tiff", "tiff": "image/tiff",
        "ico": "image/vnd.microsoft.icon",
    ]
}
