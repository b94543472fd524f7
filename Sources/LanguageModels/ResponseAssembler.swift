import Marshalling

/// Puts a response together from the events of a stream. It never makes up what did not arrive.
struct ResponseAssembler {
    private enum Piece {
        case text(String)
        case thinking(String)
        case refusal(String)
        case toolCall(id: String, name: String, input: String)
    }

    private let model: String
    private var started: (id: String?, model: String?)
    private var pieces: [Int: Piece] = [:]
    private var logProbabilities: [TokenLogProbability] = []
    private var ending: (reason: LanguageModelResponse.FinishReason, usage: LanguageModelUsage)?

    init(model: String) {
        self.model = model
    }

    mutating func add(_ event: LanguageModelEvent) throws(LanguageModelError) {
        guard ending == nil else { throw .init(.streamAssembly, "an event came after the end of the answer") }
        switch event {
        case .started(let id, let model): started = (id, model)
        case .ended(let reason, let usage): ending = (reason, usage)
        case .text(let text, let part, let tokens):
            logProbabilities += tokens
            guard case .text(let before) = pieces[part, default: .text("")] else { throw Self.mixed(part) }
            pieces[part] = .text(before + text)
        case .thinking(let text, let part):
            guard case .thinking(let before) = pieces[part, default: .thinking("")] else { throw Self.mixed(part) }
            pieces[part] = .thinking(before + text)
        case .refusal(let text, let part):
            guard case .refusal(let before) = pieces[part, default: .refusal("")] else { throw Self.mixed(part) }
            pieces[part] = .refusal(before + text)
        case .toolCall(let id, let name, let input, let part):
            guard
                case .toolCall(let oldID, let oldName, let before) = pieces[
                    part, default: .toolCall(id: "", name: "", input: "")]
            else { throw Self.mixed(part) }
            pieces[part] = .toolCall(
                id: oldID.isEmpty ? id ?? "" : oldID, name: oldName.isEmpty ? name ?? "" : oldName,
                input: before + input)
        }
    }

    func response() throws(LanguageModelError) -> LanguageModelResponse {
        guard let ending else { throw .init(.streamAssembly, "the stream ended without an end event") }
        var parts: [LanguageModelPart] = []
        for (index, piece) in pieces.sorted(by: { $0.key < $1.key }) {
            switch piece {
            case .text(let text): parts.append(.text(text))
            case .thinking(let text): parts.append(.thinking(text))
            case .refusal(let text): parts.append(.refusal(text))
            case .toolCall(let id, let name, let input):
                guard !name.isEmpty else {
                    throw .init(.streamAssembly, "part \(index) is a tool call that never said which tool")
                }
                let call = LanguageModelToolCall(
                    id: id.isEmpty ? "call_\(index)" : id, name: name, input: try Self.arguments(input, of: name))
                parts.append(.toolCall(call))
            }
        }
        return LanguageModelResponse(
            id: started.id, model: started.model ?? model, parts: parts.isEmpty ? [.text("")] : parts,
            finishReason: ending.reason, usage: ending.usage, logProbabilities: logProbabilities)
    }

    private static func arguments(_ text: String, of tool: String) throws(LanguageModelError) -> PythonValue {
        guard !text.isEmpty else { return [:] }
        guard let value = try? PythonValue(json: text), case .dict = value else {
            throw .init(.provider, "the arguments for the tool '\(tool)' are no JSON object: \(text.excerpt)")
        }
        return value
    }

    private static func mixed(_ part: Int) -> LanguageModelError {
        .init(.streamAssembly, "part \(part) of the answer changed its kind on the way")
    }
}
