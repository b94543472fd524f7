import DSPex
import LanguageModels
import Marshalling
import Programs
import PythonPool
import Signatures
import Synchronization
import Testing

/// Native programs beside their twins of DSPy's, on the embedded model at temperature 0: the same requests, the same answers.
@Suite struct TwinTests {
    @Test func `Predict and ChainOfThought send the same requests and give the same answers on both sides`()
        async throws
    {
        try await DSPex.run { platform in
            let recorder = RecordingModel(try platform.models[EmbeddedLanguageModel.name])
            let models = LanguageModels([recorder])
            let pool = PythonPool(platform.configuration.general)
            serve(models, on: pool)
            let runtime = ProgramRuntime(
                router: Router(
                    pools: ["general"], models: [recorder.name: recorder.capabilities], defaultModel: recorder.name),
                executors: ["general": pool], models: models,
                options: GenerationOptions(maxTokens: 64, temperature: 0, seed: 7))
            do {
                for adapter in PromptAdapter.allCases {
                    try await compare(Predict(try Self.classify, on: runtime, adapter: adapter), recorder)
                    try await compare(ChainOfThought(try Self.classify, on: runtime, adapter: adapter), recorder)
                }
            } catch {
                await pool.shutdown()
                throw error
            }
            await pool.shutdown()
        }
    }

    private static var classify: Signature {
        get throws {
            try Signature(
                "text: str \"A guest's words.\", places: list[str] -> sentiment: Literal['positive', 'negative'], score: probability",
                instructions: "Classify the sentiment of the text.")
        }
    }

    /// Runs a program on either side and compares what went to the model and what came back.
    private func compare(_ program: some Program, _ recorder: RecordingModel) async throws {
        let inputs: PythonDictionary = ["text": "The service was awful.", "places": ["the bar", "the \"roof\""]]
        var program = program
        program.demos = [
            ["text": "Lovely.", "places": [], "sentiment": "positive", "score": 0.9],
            ["text": "Bad.", "sentiment": "negative"],
        ]
        if type(of: program).kind == .chainOfThought { program.demos[0]["reasoning"] = "It says so." }
        var sides: [(requests: [LanguageModelRequest], outcome: String)] = []
        for implementation in Route.Implementation.allCases {
            program.implementation = implementation
            var outcome: String
            do { outcome = "\(try await program(inputs).outputs)" } catch ProgramError.malformedResponse(let error) {
                // The small model does not always find DSPy's long form; then both sides must fail alike.
                outcome = error.text
            }
            sides.append((recorder.takeRequests(), outcome))
        }
        let name = "\(type(of: program).kind) \(program.adapter?.rawValue ?? "")"
        #expect(!sides[0].requests.isEmpty)
        #expect(sides[0].requests == sides[1].requests, "\(name)")
        #expect(sides[0].outcome == sides[1].outcome, "\(name)")
    }
}

/// A model that remembers what it was asked.
private final class RecordingModel: LanguageModel {
    private let model: any LanguageModel
    private let requests = Mutex<[LanguageModelRequest]>([])

    init(_ model: any LanguageModel) { self.model = model }

    var name: String { model.name }
    var provider: String { model.provider }
    var capabilities: LanguageModelCapabilities { model.capabilities }

    func stream(_ request: LanguageModelRequest) -> LanguageModelEventStream {
        note(request)
        return model.stream(request)
    }

    func respond(to request: LanguageModelRequest) async throws(LanguageModelError) -> LanguageModelResponse {
        note(request)
        return try await model.respond(to: request)
    }

    /// The requests since the last time, without what names the caller.
    func takeRequests() -> [LanguageModelRequest] {
        requests.withLock { requests in
            defer { requests = [] }
            return requests
        }
    }

    private func note(_ request: LanguageModelRequest) {
        var request = request
        (request.model, request.deadline) = ("", nil)
        requests.withLock { $0.append(request) }
    }
}
