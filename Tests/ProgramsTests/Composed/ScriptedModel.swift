import LanguageModels
import Marshalling
import Programs
import Synchronization

/// A model in memory that says what it was given, and nothing more when that is used up.
final class ScriptedModel: LanguageModel {
    let name = "scripted"
    let provider = "test"
    let capabilities = LanguageModelCapabilities()

    private let state: Mutex<(answers: ArraySlice<String>, requests: [LanguageModelRequest])>
    private let delay: Duration

    /// - Parameter delay: How long an answer takes; it ends with the task.
    init(_ answers: [String], delay: Duration = .zero) {
        state = Mutex((answers[...], []))
        self.delay = delay
    }

    var requests: [LanguageModelRequest] { state.withLock(\.requests) }

    func stream(_ request: LanguageModelRequest) -> LanguageModelEventStream {
        LanguageModelEventStream {
            { () async throws(LanguageModelError) in throw LanguageModelError(.provider, "asked to stream") }
        }
    }

    func respond(to request: LanguageModelRequest) async throws(LanguageModelError) -> LanguageModelResponse {
        do { try await Task.sleep(for: delay) } catch { throw LanguageModelError(.cancelled, "cancelled") }
        let answer = state.withLock { state in
            state.requests.append(request)
            return state.answers.popFirst()
        }
        guard let answer else { throw LanguageModelError(.server, "nothing left") }
        return LanguageModelResponse(
            id: "r", model: name, parts: [.text(answer)], finishReason: .stop,
            usage: .init(inputTokens: 10, outputTokens: 1, totalTokens: 11))
    }

    func runtime(timeout: Duration = .seconds(60)) -> ProgramRuntime {
        ProgramRuntime(
            router: Router(pools: [], models: [name: capabilities], defaultModel: name, defaultTimeout: timeout),
            executors: [:], models: LanguageModels([self]), adapter: .chat)
    }

    /// An answer in the form of the chat adapter.
    static func chat(_ fields: KeyValuePairs<String, String>) -> String {
        fields.map { "[[ ## \($0.key) ## ]]\n\($0.value)\n\n" }.joined() + "[[ ## completed ## ]]"
    }

    /// What the model says to call a tool.
    static func step(_ tool: String, _ arguments: String = "{}") -> String {
        chat(["next_thought": "T", "next_tool_name": tool, "next_tool_args": arguments])
    }
}
