import DSPex
import Synchronization

/// Answers by a script: what it says depends on what it is asked.
struct ScriptedModel: LanguageModel {
    let name = "scripted"
    let provider = "test"
    let capabilities = LanguageModelCapabilities(responseSchema: true)
    let asked = Asked()
    let answer: @Sendable (String) -> PythonValue

    /// What it was asked.
    final class Asked: Sendable {
        let prompts = Mutex<[String]>([])
        var all: [String] { prompts.withLock(\.self) }
    }

    /// - Parameter answer: The outputs for a whole prompt.
    init(_ answer: @escaping @Sendable (String) -> PythonValue) { self.answer = answer }

    func stream(_ request: LanguageModelRequest) -> LanguageModelEventStream {
        let parts = request.system + request.messages.flatMap(\.parts)
        let prompt = parts.map { if case .text(let text) = $0 { text } else { "" } }.joined(separator: "\n")
        asked.prompts.withLock { $0.append(prompt) }
        let text = (try? answer(prompt).jsonText()) ?? ""
        return LanguageModelEventStream(
            LanguageModelResponse(
                model: name, parts: [.text(text)], usage: .init(inputTokens: 10, outputTokens: 2, totalTokens: 12)))
    }
}

/// Runs a test with programs that ask a script, on real workers.
func withScript<Result>(
    general: Int = 1, _ model: ScriptedModel, _ body: (ProgramRuntime) async throws -> Result
) async throws -> Result {
    var configurations = [
        PythonPool.Configuration.general, .optimizer, .sandbox,
    ]
    configurations[0].size = general
    configurations[1].size = 1
    configurations[2].size = 2
    let pools = configurations.map { PythonPool($0) }
    let models = LanguageModels([model])
    for pool in pools.dropLast() { serve(models, on: pool) }
    let router = Router(
        pools: ["general", "optimizer"], models: [model.name: model.capabilities], defaultModel: model.name)
    let runtime = ProgramRuntime(
        router: router, executors: ["general": pools[0], "optimizer": pools[1]], models: models, adapter: .json,
        sandbox: pools[2])
    do {
        let result = try await body(runtime)
        for pool in pools { await pool.shutdown() }
        return result
    } catch {
        for pool in pools { await pool.shutdown() }
        throw error
    }
}
