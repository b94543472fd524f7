public import Configuration
internal import LanguageModels
internal import Programs
internal import PythonPool

extension Platform.Configuration {
    /// Reads a configuration; what no provider has keeps its default.
    ///
    /// | key | value | default |
    /// |---|---|---|
    /// | `venv` | folder of the virtual environment, for all pools | see `PythonPool.Configuration.venv` |
    /// | `workerExecutable` | path of `dspex-worker`, for all pools | beside the host's executable |
    /// | `adapter` | `compactJSON`, `json` or `chat` | `compactJSON` |
    /// | `defaultModel` | name of a model | `smollm2-135m-instruct` |
    /// | `modelNames` | list of the names under `models`, where a provider cannot list them | none |
    /// | `generation.temperature` | number from 0 to 2 | left to the model |
    /// | `generation.maxTokens` | whole number from 1 | left to the model |
    /// | `generation.seed` | whole number | left to the model |
    /// | `timeouts.program` | seconds for a program's call | 120 |
    /// | `timeouts.connect` | seconds to connect to a model's server | 10 |
    /// | `pools.P.size` | workers, 1 to 1,024; `P` is `general`, `optimizer`, `neural` or `sandbox` | 8, 2, 4, 4 |
    /// | `pools.P.minimumSize` | workers that are always kept | `size`; 1 for `sandbox` |
    /// | `pools.P.slots` | calls that a worker serves at once | 1 |
    /// | `pools.P.strategy` | who serves a call: `leastOutstanding`, `roundRobin` or `hash` | `leastOutstanding` |
    /// | `pools.P.hashBound` | for `hash`, how much more than the mean a worker may have to do, from 1 | 1.25 |
    /// | `pools.P.queueLimit` | calls that may wait | 10,000 |
    /// | `pools.P.memoryMB` | MB of private memory for each worker, from 16 | 512, 4096, 8192, 512 |
    /// | `pools.P.sharedMemoryMB` | MB in arrays and large results that each worker may share with the host | 8192 |
    /// | `pools.P.maximumAge` | seconds after which a worker is replaced | never |
    /// | `pools.P.maximumCalls` | calls after which a worker is replaced | never |
    /// | `pools.P.idleTime` | seconds after which a worker beyond `minimumSize` that nobody needed is ended | 30 |
    /// | `pools.P.startTimeout` | seconds from a worker's fork until it serves | 60 |
    /// | `pools.P.cancellationGrace` | seconds before a cancelled worker is killed | 0.5 |
    /// | `pools.P.hooks.onStart`, `.onStop` | lists of functions to call on each worker as it starts and ends | none |
    /// | `pools.P.hooks.beforeRequest`, `.afterRequest` | lists of functions to call around each request | none |
    /// | `pools.P.reproducerFolder` | folder for calls that kill workers | `dspex-reproducers` among temporary files |
    /// | `pools.P.gpu` | `true` or `false` | `neural` only |
    /// | `pools.P.handler` | a Python class whose public methods are operations of the pool | none |
    /// | `pools.P.preload` | list of modules to import before forking | by pool |
    /// | `pools.P.modulePaths` | list of folders put first on `sys.path` | none |
    /// | `pools.P.refreshesWhenSourcesChange` | whether changed code and packages are loaded while the pool runs | `false` |
    /// | `pools.P.environment` | list of `NAME=value`, added to the pool's own | none |
    /// | `pools.P.venv`, `pools.P.workerExecutable` | as above, for one pool | those above |
    /// | `pools.P.isolation.preset` | `none` or `sandbox`; the keys below say what is to differ from it | `sandbox` for `sandbox`, else `none` |
    /// | `pools.P.isolation.files` | what can be opened: `host`, `readOnly` or `scratch` | by preset |
    /// | `pools.P.isolation.scratchMB` | for `scratch`, MB of each worker's own folder | 256 with `sandbox`, else required |
    /// | `pools.P.isolation.network` | whom code can talk to: `host` (whomever the host can) or `none` | by preset |
    /// | `pools.P.isolation.startsProcesses`, `.reducesPrivileges` | `true` or `false` | by preset |
    /// | `pools.P.isolation.readable`, `.writable` | lists of files and folders that can be opened all the same | none |
    /// | `pools.P.isolation.limits.L` | `L` is `addressSpaceMB`, `openFiles`, `processes`, `fileSizeMB` or `cpuSeconds` | by preset |
    /// | `pools.P.isolation.required` | list of protections without which the pool does not start | see `PythonPool.Isolation` |
    /// | `pools.P.niceness` | how much workers give way to others, -20 to 19 | 0 |
    /// | `pools.P.cores` | list of the numbers of the cores that workers may run on | all |
    /// | `pools.P.waitStrategy` | how host and workers wait for each other: `adaptive` or `spin` | `adaptive` |
    /// | `pools.P.spinMicroseconds` | for `spin`, how long both sides poll | required with `spin` |
    /// | `pools.P.pythonLogLevel` | `trace`, `debug`, `info`, `notice`, `warning`, `error` or `critical` | `info` |
    /// | `pools.P.pythonLogRate` | lines of Python's log a second that pass from each worker | 1,000 |
    /// | `models.M.baseURL` | URL up to and without `/chat/completions` | required |
    /// | `models.M.model` | the server's name for the model | `M` |
    /// | `models.M.apiKeyVariable` | environment variable that holds the key | no key |
    /// | `models.M.responseSchema`, `.functionCalling` | whether answers follow a schema, whether tools are called | `true` |
    /// | `models.M.price.input`, `.output`, `.cachedInput` | what a million tokens cost | unknown; cached ones as others |
    /// | `models.M.reasoning` | whether the model reasons for as long as it is told | `false` |
    ///
    /// - Throws: ``ConfigurationError`` naming the key and its value.
    public init(config: ConfigReader) throws(ConfigurationError) {
        try self.init(config: config, modelNames: [])
    }

    /// The same, with names under `models` that a file is known to have.
    init(config: ConfigReader, modelNames: [String]) throws(ConfigurationError) {
        self.init()
        let root = ConfigurationScanner(config)
        let venv = try root.string("venv")
        let workerExecutable = try root.string("workerExecutable")
        if let name = try root.string("adapter") { adapter = try Self.adapter(name, root) }

        let generation = root.group("generation")
        options.temperature = try generation.double("temperature", in: 0...2)
        options.maxTokens = try generation.int("maxTokens", in: 1...1_000_000)
        options.seed = try generation.int("seed", in: 0...Int(UInt32.max))

        let timeouts = root.group("timeouts")
        programTimeout = try timeouts.seconds("program") ?? programTimeout
        connectTimeout = try timeouts.seconds("connect") ?? connectTimeout

        for (name, path) in Self.pools {
            self[keyPath: path].venv = venv
            self[keyPath: path].workerExecutable = workerExecutable
            let keys = root.group("pools").group(name)
            try self[keyPath: path].read(keys)
            if let handler = try keys.string("handler") {
                guard name != "sandbox" else {
                    throw keys.malformed("handler", handler, "no value, as only code that models write runs there")
                }
                guard handler.split(separator: ".", omittingEmptySubsequences: false).filter({ !$0.isEmpty }).count > 1
                else { throw keys.malformed("handler", handler, "a class with its module, as in module.Class") }
                handlers[name] = handler
            }
        }
        for name in Set(modelNames + (try root.strings("modelNames") ?? [])) {
            models[name] = try ModelConfiguration(root.group("models").group(name))
        }
        if let name = try root.string("defaultModel") {
            let known = Set(models.keys).union([Self.embeddedModel])
            guard known.contains(name) else {
                throw .unknownModel(key: "defaultModel", name: name, known: known.sorted())
            }
            defaultModel = name
        }
    }

    private static func adapter(_ name: String, _ root: ConfigurationScanner) throws(ConfigurationError)
        -> PromptAdapter
    {
        if name == "compactJSON" { return .compactJSON }
        guard let adapter = PromptAdapter(rawValue: name) else {
            throw root.malformed("adapter", name, "compactJSON, json, chat or xml")
        }
        return adapter
    }
}

extension ModelConfiguration {
    fileprivate init(_ keys: ConfigurationScanner) throws(ConfigurationError) {
        let expected = "a URL that begins with http:// or https://"
        guard var baseURL = try keys.string("baseURL") else {
            throw .missing(key: keys.key("baseURL"), expected: expected)
        }
        guard baseURL.hasPrefix("http://") || baseURL.hasPrefix("https://") else {
            throw keys.malformed("baseURL", baseURL, expected)
        }
        while baseURL.hasSuffix("/") { baseURL.removeLast() }
        self.init(
            baseURL: baseURL, model: try keys.string("model"), apiKeyVariable: try keys.string("apiKeyVariable"),
            capabilities: .init(
                responseSchema: try keys.bool("responseSchema") ?? true,
                functionCalling: try keys.bool("functionCalling") ?? true,
                reasoning: try keys.bool("reasoning") ?? false),
            price: try Self.price(keys.group("price")))
    }

    /// Both prices, or none.
    private static func price(_ keys: ConfigurationScanner) throws(ConfigurationError) -> LanguageModelPrice? {
        let bounds = 0.0...1_000_000.0
        switch (try keys.double("input", in: bounds), try keys.double("output", in: bounds)) {
        case (nil, nil): return nil
        case (let input?, let output?):
            return LanguageModelPrice(
                input: input, output: output, cachedInput: try keys.double("cachedInput", in: bounds))
        case (nil, _): throw .missing(key: keys.key("input"), expected: "what a million tokens that are read cost")
        case (_, nil): throw .missing(key: keys.key("output"), expected: "what a million tokens that are written cost")
        }
    }
}
