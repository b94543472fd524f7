import HTTPClient
import LanguageModels
import LoopbackServer
import Marshalling
import Programs
import Synchronization

/// A model behind HTTP that says what it was given, in order, and remembers what it was asked.
final class ScriptedModelServer: Sendable {
    private struct State {
        var answers: ArraySlice<PythonValue>
        var requests: [PythonValue] = []
    }

    private let state: Mutex<State>

    private init(_ answers: [PythonValue]) { state = Mutex(State(answers: answers[...])) }

    /// The bodies of the requests so far.
    var requests: [PythonValue] { state.withLock(\.requests) }

    /// Runs a body on a runtime whose only model says these answers: texts, or `{"error": …}` for a context that is too small.
    static func with<Result: Sendable>(
        _ answers: [PythonValue], adapter: PromptAdapter = .chat,
        _ body: @escaping @Sendable (ProgramRuntime, ScriptedModelServer) async throws -> Result
    ) async throws -> Result {
        let script = ScriptedModelServer(answers)
        return try await LoopbackServer.with {
            try await script.serve($0)
        } _: { server in
            try await withHTTPClient { client in
                let model = HTTPLanguageModel(.init(name: "scripted", baseURL: server.url), client: client)
                let router = Router(
                    pools: [], models: ["scripted": model.capabilities], defaultModel: "scripted")
                let runtime = ProgramRuntime(
                    router: router, executors: [:], models: LanguageModels([model]), adapter: adapter)
                return try await body(runtime, script)
            }
        }
    }

    private func serve(_ connection: LoopbackConnection) async throws {
        while true {
            let body = try PythonValue(json: try await connection.request().body)
            let answer = state.withLock { state in
                state.requests.append(body)
                return state.answers.popFirst()
            }
            guard let text = answer?.string else {
                let code = answer == nil ? "nothing_left" : "context_length_exceeded"
                try await connection.respond(
                    400, ["Content-Type": "application/json"], #"{"error":{"message":"No.","code":"\#(code)"}}"#)
                continue
            }
            try await connection.send(
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
            let delta: PythonValue = ["content": .string(text)]
            try await send(
                ["index": 0, "delta": delta, "finish_reason": "stop"],
                usage: ["prompt_tokens": 10, "completion_tokens": 1, "total_tokens": 11], on: connection)
            try await connection.sendChunk("data: [DONE]\n\n")
            try await connection.send("0\r\n\r\n")
        }
    }

    private func send(_ choice: PythonValue, usage: PythonValue, on connection: LoopbackConnection) async throws {
        let chunk: PythonValue = ["id": "r", "model": "scripted", "choices": [choice], "usage": usage]
        try await connection.sendChunk("data: \(String(decoding: try chunk.jsonBytes(), as: UTF8.self))\n\n")
    }
}
