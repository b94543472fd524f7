import Marshalling
import Synchronization

/// Hands out a complete response as the events that would have made it.
final class EventReplay: Sendable {
    private let left: Mutex<ArraySlice<LanguageModelEvent>>
    private let failure: LanguageModelError?

    init(_ response: LanguageModelResponse) {
        var events: [LanguageModelEvent] = [.started(id: response.id, model: response.model)]
        var unstreamable: String?
        for (index, part) in response.parts.enumerated() {
            switch part {
            case .text(let text):
                let isFirst = events.count == 1
                events.append(.text(text, part: index, logProbabilities: isFirst ? response.logProbabilities : []))
            case .thinking(let text): events.append(.thinking(text, part: index))
            case .refusal(let text): events.append(.refusal(text, part: index))
            case .toolCall(let call):
                let input = (try? call.input.jsonText()) ?? "{}"
                events.append(.toolCall(id: call.id, name: call.name, input: input, part: index))
            case .media, .toolResult, .citation, .data: unstreamable = unstreamable ?? part.kind
            }
        }
        failure = unstreamable.map {
            .init(.unsupportedFeature, "an answer with a part of kind \($0) cannot be streamed")
        }
        events.append(.ended(response.finishReason, usage: response.usage))
        left = Mutex(events[...])
    }

    func next() throws(LanguageModelError) -> LanguageModelEvent? {
        if let failure { throw failure }
        return left.withLock { $0.popFirst() }
    }
}
