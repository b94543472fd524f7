public import Marshalling

/// A piece of a message.
public enum LanguageModelPart: Sendable, Hashable {
    /// Text.
    case text(String)
    /// A picture, a sound, a film, a document or other bytes.
    case media(LanguageModelMedia)
    /// The model wants a tool called.
    case toolCall(LanguageModelToolCall)
    /// What a tool returned.
    case toolResult(LanguageModelToolResult)
    /// What the model thought before it answered.
    case thinking(String)
    /// The model declines, in its own words.
    case refusal(String)
    /// A source that the model names.
    case citation(text: String?, url: String?, title: String?)
    /// Structured data: JSON-like, verbatim.
    case data(PythonValue)

    /// The kind's name on the wire.
    public var kind: String {
        switch self {
        case .text: "text"
        case .media(let media): media.kind.rawValue
        case .toolCall: "tool_call"
        case .toolResult: "tool_result"
        case .thinking: "thinking"
        case .refusal: "refusal"
        case .citation: "citation"
        case .data: "data"
        }
    }
}

/// A picture, a sound, a film, a document or other bytes in a message.
public struct LanguageModelMedia: Sendable, Hashable {
    /// What it is.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A picture.
        case image
        /// A sound.
        case audio
        /// A film.
        case video
        /// A document, as a PDF.
        case document
        /// Bytes of another kind.
        case binary
    }

    /// Where it is.
    public enum Source: Sendable, Hashable {
        /// Here, in base64.
        case base64(String)
        /// At a URL that the provider can reach.
        case url(String)
        /// A file that the provider already has, by its id there.
        case file(id: String)
    }

    /// What it is.
    public var kind: Kind
    /// The media type, as in `image/png`.
    public var mediaType: String
    /// Where it is.
    public var source: Source
    /// How closely a picture is to be looked at (`low`, `high`, `auto`); default the provider's.
    public var detail: String?

    /// Makes a medium.
    public init(kind: Kind, mediaType: String, source: Source, detail: String? = nil) {
        self.kind = kind
        self.mediaType = mediaType
        self.source = source
        self.detail = detail
    }
}

/// A call of a tool that the model wants.
public struct LanguageModelToolCall: Sendable, Hashable {
    /// The call's id, which its result repeats.
    public var id: String
    /// The tool's name.
    public var name: String
    /// The arguments: a `dict` with text keys.
    public var input: PythonValue

    /// Makes a call.
    public init(id: String, name: String, input: PythonValue) {
        self.id = id
        self.name = name
        self.input = input
    }
}

/// What a tool returned.
public struct LanguageModelToolResult: Sendable, Hashable {
    /// The id of the call.
    public var id: String
    /// The tool's name, when it is known.
    public var name: String?
    /// What it returned: text, media, citations or data.
    public var content: [LanguageModelPart]
    /// Whether the tool failed.
    public var isError: Bool

    /// Makes a result.
    public init(id: String, name: String? = nil, content: [LanguageModelPart], isError: Bool = false) {
        self.id = id
        self.name = name
        self.content = content
        self.isError = isError
    }
}
