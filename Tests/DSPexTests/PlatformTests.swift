import DSPex
import Testing

@Suite struct PlatformTests {
    static let configuration = Platform.Configuration(models: [
        "remote": ModelConfiguration(
            baseURL: "http://localhost:9/v1", apiKeyVariable: "REMOTE_KEY", capabilities: .init(reasoning: true)),
        "open": ModelConfiguration(baseURL: "http://localhost:9/v1"),
    ])

    @Test func `making a platform starts nothing, and ending it is enough`() async throws {
        let names = try await DSPex.run(Self.configuration) { platform in
            #expect(platform.python.configuration.name == "general")
            #expect(platform.optimizer.configuration.name == "optimizer")
            #expect(platform.neural.configuration.name == "neural")
            return platform.models.names
        }
        #expect(names == ["open", "remote", "smollm2-135m-instruct"])
    }

    @Test func `the router knows the pools, the models and what they can do`() async throws {
        try await DSPex.run(Self.configuration) { platform in
            let router = platform.runtime.router
            #expect(router.pools == ["general", "optimizer", "neural"])
            #expect(router.models["remote"] == .init(reasoning: true))
            #expect(router.models["open"] == .init(responseSchema: true, functionCalling: true))
            #expect(router.models["smollm2-135m-instruct"]?.responseSchema == true)
            let route = try router.route(.init(kind: .predict))
            #expect(route.model == "smollm2-135m-instruct")
        }
    }

    @Test func `programs are made from strings and from signatures`() async throws {
        try await DSPex.run(Self.configuration) { platform in
            let predict = try platform.predict("text -> count: int", instructions: "Count.")
            #expect(predict.signature.instructions == "Count.")
            #expect(platform.chainOfThought(predict.signature).signature == predict.signature)
            #expect(throws: SignatureError.self) { try platform.predict("text") }
            #expect(throws: SignatureError.self) { try platform.chainOfThought("-> a") }
        }
    }

    @Test func `a model whose key is missing says which variable to set, when it is asked`() async throws {
        let platform = Platform(Self.configuration, environment: [:])
        let model = try platform.models["remote"]
        let error = await #expect(throws: LanguageModelError.self) { try await model.respond(to: .init("hello")) }
        #expect(error?.code == .notConfigured)
        #expect(error?.message.contains("REMOTE_KEY") == true)
        await platform.shutdown()
    }

    @Test func `what the body throws is thrown, and the platform is ended`() async {
        struct Stop: Error {}
        await #expect(throws: Stop.self) {
            try await DSPex.run(Self.configuration) { _ in throw Stop() }
        }
    }

    @Test func `inputs are refused before anything starts`() async throws {
        try await DSPex.run(Self.configuration) { platform in
            let predict = try platform.predict("text -> count: int")
            let error = await #expect(throws: ProgramError.self) { try await predict(["text": 3]) }
            #expect(error?.label == "input")
        }
    }
}
