/// A type of DSPy's for what is more than a text (`dspy.adapters.types`).
public enum DSPyType: Sendable, Hashable {
    /// `dspy.Image`: a picture, by its address or as data
    case image
    /// `dspy.Audio`: a sound, as data
    case audio
    /// `dspy.File`: a document, as data or by the provider's id
    case file
    /// `dspy.History`: the turns of a conversation so far
    case history
    /// `dspy.Tool`: a function that the model may ask for
    case tool
    /// `dspy.ToolCalls`: the functions that the model asks for
    case toolCalls
    /// `dspy.Code`, `dspy.Code['java']`: program text in a language; without one it is Python
    case code(language: String?)
    /// `dspy.Reasoning`: what the model thinks before it answers; a text that some models write apart from their answer
    case reasoning

    /// The type as signature strings write it.
    public var source: String {
        guard case .code(let language?) = self else { return "dspy.\(className)" }
        return "dspy.Code[\(LiteralValue.string(language))]"
    }

    /// The type as DSPy's prompts spell it.
    public var promptName: String {
        switch self {
        case .reasoning: "str"
        case .code(let language?): "Code_\(language)"
        default: className
        }
    }

    /// The name of DSPy's class.
    public var className: String {
        switch self {
        case .image: "Image"
        case .audio: "Audio"
        case .file: "File"
        case .history: "History"
        case .tool: "Tool"
        case .toolCalls: "ToolCalls"
        case .code: "Code"
        case .reasoning: "Reasoning"
        }
    }

    /// The type of this class name; nil for any other name.
    static func named(_ name: String) -> DSPyType? { all.first { $0.className == name } }

    /// All of them as signature strings write them.
    static var names: [String] { all.map(\.source) }

    private static let all: [DSPyType] = [
        .image, .audio, .file, .history, .tool, .toolCalls, .code(language: nil), .reasoning,
    ]
}
