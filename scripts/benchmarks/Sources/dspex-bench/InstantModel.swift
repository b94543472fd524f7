import LanguageModels

/// A model that writes the same text at once, whatever it is asked.
struct InstantModel: LanguageModel {
    let name: String
    let provider = "bench"
    let capabilities: LanguageModelCapabilities
    let text: String

    /// The model of a case, which has its name.
    init(_ programCase: ProgramCase) throws {
        name = programCase.name
        capabilities = .init(responseSchema: programCase.hasSchema)
        text = try programCase.answer
    }

    private var response: LanguageModelResponse {
        .init(
            id: "bench", model: "bench", parts: [.text(text)],
            usage: .init(inputTokens: 10, outputTokens: 5, totalTokens: 15))
    }

    func respond(to request: LanguageModelRequest) async throws(LanguageModelError) -> LanguageModelResponse {
        response
    }

    func stream(_ request: LanguageModelRequest) -> LanguageModelEventStream { .init(response) }
}
