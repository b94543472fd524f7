/// A model that can be asked: a light value, whose connections and weights are elsewhere and shared.
public protocol LanguageModel: Sendable {
    /// The model's name, as callers know it.
    var name: String { get }
    /// Who answers, as in `openai` or `embedded`.
    var provider: String { get }
    /// What the model can do beyond text.
    var capabilities: LanguageModelCapabilities { get }
    /// What its tokens cost; nil when that is not known, as by default.
    var price: LanguageModelPrice? { get }

    /// Asks, and waits for the whole answer.
    /// - Throws: ``LanguageModelError``; with the code `cancelled` when the task is.
    func respond(to request: LanguageModelRequest) async throws(LanguageModelError) -> LanguageModelResponse

    /// Asks, and hands over the answer as it comes. Nothing is sent before the first element is awaited; leaving the stream ends
    /// the generation.
    func stream(_ request: LanguageModelRequest) -> LanguageModelEventStream
}

extension LanguageModel {
    /// Nobody has said what it costs.
    public var price: LanguageModelPrice? { nil }

    /// Collects the stream.
    public func respond(to request: LanguageModelRequest) async throws(LanguageModelError) -> LanguageModelResponse {
        try await stream(request).collect(model: request.model.isEmpty ? name : request.model)
    }
}
