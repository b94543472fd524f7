/// One step of a streamed answer: first `started`, then pieces, last `ended`.
///
/// `part` counts the parts of the answer in the order in which they begin.
public enum LanguageModelEvent: Sendable, Hashable {
    /// The answer begins.
    case started(id: String?, model: String?)
    /// A piece of text, with its tokens' probabilities if they were asked for.
    case text(String, part: Int, logProbabilities: [TokenLogProbability] = [])
    /// A piece of what the model thinks.
    case thinking(String, part: Int)
    /// A piece of the model's words as it declines.
    case refusal(String, part: Int)
    /// A piece of a tool call; `input` is a fragment of JSON text, id and name come with the first piece.
    case toolCall(id: String?, name: String?, input: String, part: Int)
    /// The answer is complete.
    case ended(LanguageModelResponse.FinishReason, usage: LanguageModelUsage)
}
