import Configuration
import Foundation
import Testing

@testable import DSPex

@Suite struct ConfigurationTests {
    private func read(_ values: [AbsoluteConfigKey: ConfigValue]) throws(ConfigurationError) -> Platform.Configuration {
        try Platform.Configuration(config: ConfigReader(provider: InMemoryProvider(values: values)))
    }

    /// Writes a file, reads it together with variables, and removes it.
    private func load(
        yaml: String, _ environment: [String: String] = [:]
    ) async throws -> Platform.Configuration {
        let path = FileManager.default.temporaryDirectory.appending(path: "dspex-\(UUID().uuidString).yaml").path
        try yaml.write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try await Platform.Configuration.load(file: path, environment: environment)
    }

    @Test func `nothing configured gives the defaults of the three pools`() throws {
        let configuration = try read([:])
        #expect(configuration == Platform.Configuration())
        let pools = [configuration.general, configuration.optimizer, configuration.neural]
        #expect(pools.map(\.size) == [8, 2, 4])
        #expect(pools.map(\.memoryMB) == [512, 4096, 8192])
        #expect(configuration.sandbox.isolation == .sandbox)
        #expect(configuration.sandbox.minimumSize == 1 && configuration.sandbox.size == 4)
        #expect(configuration.neural.gpu)
        #expect(!configuration.general.gpu)
        #expect(configuration.defaultModel == "smollm2-135m-instruct")
        #expect(configuration.programTimeout == .seconds(120))
    }

    @Test func `half a price is refused`() {
        let error = #expect(throws: ConfigurationError.self) {
            try read([
                "modelNames": .init(.stringArray(["big"]), isSecret: false), "models.big.baseURL": "http://x",
                "models.big.price.input": 2.5,
            ])
        }
        #expect(error.map { "\($0)" }?.contains("models.big.price.output") == true)
    }

    @Test func `a price is read from a file`() async throws {
        let configuration = try await load(
            yaml: """
                models:
                  big: {baseURL: 'http://a', price: {input: 2.5, output: 10, cachedInput: 1}}
                """)
        #expect(configuration.models["big"]?.price == LanguageModelPrice(input: 2.5, output: 10, cachedInput: 1))
    }

    @Test func `every key has a reader`() throws {
        let configuration = try read([
            "venv": "/v", "workerExecutable": "/w", "adapter": "chat", "defaultModel": "big",
            "modelNames": .init(.stringArray(["big"]), isSecret: false),
            "generation.temperature": 0.5, "generation.maxTokens": 96, "generation.seed": 7,
            "timeouts.program": 2.5, "timeouts.connect": 1.0,
            "pools.general.size": 3, "pools.general.memoryMB": 1024, "pools.general.gpu": true,
            "pools.general.preload": .init(.stringArray(["numpy"]), isSecret: false),
            "pools.general.environment": .init(.stringArray(["A=b=c", "E="]), isSecret: false),
            "pools.general.cancellationGrace": 1.5, "pools.optimizer.venv": "/o",
            "pools.optimizer.workerExecutable": "/ow", "pools.neural.handler": "rankers.CrossEncoder",
            "models.big.baseURL": "https://example.com/v1/", "models.big.model": "big-2",
            "models.big.apiKeyVariable": "KEY",
            "models.big.responseSchema": false, "models.big.functionCalling": false, "models.big.reasoning": true,
            "models.big.price.input": 2.5, "models.big.price.output": 10.0,
        ])
        var expected = Platform.Configuration()
        expected.adapter = .chat
        expected.defaultModel = "big"
        expected.options = .init(maxTokens: 96, temperature: 0.5, seed: 7)
        expected.programTimeout = .seconds(2.5)
        expected.connectTimeout = .seconds(1)
        for path in [\Platform.Configuration.general, \.optimizer, \.neural, \.sandbox] {
            expected[keyPath: path].venv = "/v"
            expected[keyPath: path].workerExecutable = "/w"
        }
        expected.general.size = 3
        expected.general.memoryMB = 1024
        expected.general.gpu = true
        expected.general.preload = ["numpy"]
        expected.general.environment = ["A": "b=c", "E": ""]
        expected.general.cancellationGrace = .seconds(1.5)
        expected.optimizer.venv = "/o"
        expected.optimizer.workerExecutable = "/ow"
        expected.handlers = ["neural": "rankers.CrossEncoder"]
        expected.models["big"] = ModelConfiguration(
            baseURL: "https://example.com/v1", model: "big-2", apiKeyVariable: "KEY",
            capabilities: .init(reasoning: true), price: .init(input: 2.5, output: 10))
        #expect(configuration == expected)
    }

    @Test(arguments: [
        ("pools.general.size", ConfigValue("eight", isSecret: false), "eight", "a whole number from 1 to 1024"),
        ("pools.general.size", ConfigValue(.int(0), isSecret: false), "0", "a whole number from 1 to 1024"),
        ("pools.neural.gpu", .init(.string("maybe"), isSecret: false), "maybe", "true or false"),
        ("pools.general.memoryMB", .init(.double(0.5), isSecret: false), "0.5", "a whole number from 16 to 1048576"),
        ("timeouts.program", .init(.double(-1), isSecret: false), "-1.0", "a number from 0.001 to 86400.0"),
        ("generation.temperature", .init(.string("hot"), isSecret: false), "hot", "a number from 0.0 to 2.0"),
        ("adapter", .init(.string("yaml"), isSecret: false), "yaml", "compactJSON, json, chat or xml"),
        ("adapter", .init(.int(3), isSecret: false), "3", "a text"),
        ("pools.general.environment", .init(.stringArray(["=x"]), isSecret: false), "=x", "NAME=value"),
    ])
    func `a malformed value is named with its key`(
        key: String, value: ConfigValue, shown: String, expected: String
    ) throws {
        #expect(throws: ConfigurationError.malformed(key: key, value: shown, expected: expected)) {
            try read([AbsoluteConfigKey(ConfigKey(key)): value])
        }
    }

    @Test func `a model needs a URL`() throws {
        let names = ConfigValue(.stringArray(["big"]), isSecret: false)
        #expect(
            throws: ConfigurationError.missing(
                key: "models.big.baseURL", expected: "a URL that begins with http:// or https://")
        ) { try read(["modelNames": names]) }
        #expect(throws: ConfigurationError.self) {
            try read(["modelNames": names, "models.big.baseURL": "example.com"])
        }
    }

    @Test func `the default model must be configured`() throws {
        #expect(
            throws: ConfigurationError.unknownModel(key: "defaultModel", name: "x", known: ["smollm2-135m-instruct"])
        ) { try read(["defaultModel": "x"]) }
    }

    @Test func `a file is read, and its models are found by their names`() async throws {
        let configuration = try await load(
            yaml: """
                # the platform
                adapter: json
                pools:
                  general: {size: 2, preload: [numpy, dspy], gpu: yes}
                  neural:
                    memoryMB: 1_024
                models:
                  gpt-5: {baseURL: "https://api.example.com/v1", apiKeyVariable: EXAMPLE_KEY}
                  local: {baseURL: "http://localhost:8080/v1", responseSchema: no}
                defaultModel: local
                """)
        #expect(configuration.adapter == .json)
        #expect(configuration.general.size == 2)
        #expect(configuration.general.preload == ["numpy", "dspy"])
        #expect(configuration.general.gpu)
        #expect(configuration.neural.memoryMB == 1024)
        #expect(configuration.models.keys.sorted() == ["gpt-5", "local"])
        #expect(configuration.models["gpt-5"]?.apiKeyVariable == "EXAMPLE_KEY")
        #expect(configuration.models["local"]?.capabilities == .init(responseSchema: false, functionCalling: true))
        #expect(configuration.defaultModel == "local")
    }

    @Test func `the sandbox is a pool like others, and one with a handler is read from a file`() async throws {
        let configuration = try await load(
            yaml: """
                pools:
                  sandbox: {size: 2, isolation: {scratchMB: 64}}
                  neural: {handler: rankers.Encoder}
                """)
        #expect(configuration.sandbox.size == 2)
        #expect(configuration.sandbox.isolation.files == .scratch(megabytes: 64))
        #expect(configuration.sandbox.isolation.network == .none)
        #expect(configuration.handlers == ["neural": "rankers.Encoder"])
        await #expect(throws: ConfigurationError.self) { try await load(yaml: "pools: {sandbox: {handler: a.B}}") }
        await #expect(throws: ConfigurationError.self) {
            try await load(yaml: "", ["DSPEX_POOLS_SANDBOX_HANDLER": "a.B"])
        }
    }

    @Test func `a variable wins over the file, an empty one does not`() async throws {
        let configuration = try await load(
            yaml: "pools: {general: {size: 2, memoryMB: 100}}\nmodels: {gpt-5: {baseURL: 'http://a'}}\nvenv: /file",
            [
                "DSPEX_POOLS_GENERAL_SIZE": "5", "DSPEX_VENV": "", "DSPEX_MODELS_GPT_5_BASE_URL": "https://b",
                "DSPEX_POOLS_GENERAL_PRELOAD": "a,b", "POOLS_GENERAL_MEMORY_MB": "999",
            ])
        #expect(configuration.general.size == 5)
        #expect(configuration.general.memoryMB == 100)
        #expect(configuration.general.preload == ["a", "b"])
        #expect(configuration.models["gpt-5"]?.baseURL == "https://b")
    }

    @Test func `a malformed variable is an error, though the file has a good value`() async throws {
        let error = await #expect(throws: ConfigurationError.self) {
            try await load(yaml: "pools: {general: {size: 2}}", ["DSPEX_POOLS_GENERAL_SIZE": "two"])
        }
        #expect(
            error?.description
                == """
                'pools.general.size' (in dspex.yaml, or DSPEX_POOLS_GENERAL_SIZE) is 'two'; expected a whole number \
                from 1 to 1024
                """)
    }

    @Test(arguments: [
        ("", 0), ("# only a comment\n", 0), ("pools:\n", 0), ("pools:\n  general:\n", 0), ("venv:\n", 0), ("---\n", 0),
        ("adaptor: json", 1), ("pools: 3", 1), ("pools: {generel: {size: 1}}", 1),
        ("pools:\n  general:\n    sise: 3", 1),
        ("venv: {a: 1}", 1), ("[1, 2]", 1), ("models: {a.b: {baseURL: 'http://x'}}", 1), ("a: [", 1), ("a: b: c", 1),
        ("pools: {general: {preload: {a: 1}}}", 1), ("pools: {general: {preload: [[1]]}}", 1), ("\"\\xff\"", 1),
    ])
    func `what a file says is checked key by key`(yaml: String, faults: Int) async throws {
        if faults == 0 {
            #expect(try await load(yaml: yaml) == Platform.Configuration())
        } else {
            await #expect(throws: ConfigurationError.self) { try await load(yaml: yaml) }
        }
    }

    @Test func `a misspelt key is named with its line and the key that was meant`() async throws {
        let error = await #expect(throws: ConfigurationError.self) {
            try await load(yaml: "adapter: json\npools:\n  general:\n    memory_mb: 3\n")
        }
        guard case .unknownKey(let key, _, let line, let suggestion) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(key == "pools.general.memory_mb")
        #expect(line == 4)
        #expect(suggestion == "memoryMB")
    }

    @Test func `a file that is named must be there`() async throws {
        await #expect(throws: ConfigurationError.noFile("/nonexistent/dspex.yaml")) {
            try await Platform.Configuration.load(file: "/nonexistent/dspex.yaml", environment: [:])
        }
        await #expect(throws: ConfigurationError.noFile("/nonexistent/x.yaml")) {
            try await Platform.Configuration.load(environment: ["DSPEX_CONFIG": "/nonexistent/x.yaml"])
        }
    }

    @Test(arguments: [
        ("pools.general.memoryMB", "DSPEX_POOLS_GENERAL_MEMORY_MB"),
        ("models.gpt-5.baseURL", "DSPEX_MODELS_GPT_5_BASE_URL"),
        ("venv", "DSPEX_VENV"), ("models.a.apiKeyVariable", "DSPEX_MODELS_A_API_KEY_VARIABLE"),
    ])
    func `messages name the variable that the reader looks for`(key: String, variable: String) async throws {
        #expect(ConfigurationKey.environmentName(of: key) == variable)
        let provider = EnvironmentVariablesProvider(environmentVariables: [variable: "x"]).prefixKeys(with: "dspex")
        #expect(ConfigReader(provider: provider).string(forKey: ConfigKey(key)) == Optional("x"))
    }
}
