/// How a signature becomes a prompt, and the model's text becomes values again.
public enum PromptAdapter: String, Sendable, Hashable, CaseIterable {
    /// The instruction and `Name: value` lines, answered in JSON that follows a schema. Short prompts, made for small
    /// models: 35 to 60 tokens where ``json`` takes 165 to 350. The default.
    case compactJSON = "compact_json"
    /// `dspy.JSONAdapter`: DSPy's full prompt, answered in JSON.
    case json
    /// `dspy.ChatAdapter`: DSPy's full prompt, answered between `[[ ## field ## ]]` markers.
    case chat
    /// `dspy.XMLAdapter`: DSPy's full prompt, answered between tags of the fields' names.
    case xml
}
