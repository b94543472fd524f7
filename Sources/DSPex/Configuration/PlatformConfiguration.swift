public import LanguageModels
public import Programs
public import PythonPool

/// What a platform is made of. Every property has a default; ``Platform/Configuration/load(file:environment:)`` reads them
/// from `dspex.yaml` and the environment.
extension Platform {
    /// What a platform is made of.
    public struct Configuration: Sendable, Hashable {
        /// The pool that serves programs. Default 8 workers of 512 MB.
        public var general: PythonPool.Configuration
        /// The pool for optimisers. Default 2 workers of 4,096 MB.
        public var optimizer: PythonPool.Configuration
        /// The pool for models that run on this machine. Default 4 workers of 8,192 MB, with a GPU when there is one.
        public var neural: PythonPool.Configuration
        /// The pool for code that models write. Default 4 workers of 512 MB, of which one is kept ready, without network, secrets, or
        /// files but Python's own.
        public var sandbox: PythonPool.Configuration
        /// Python classes whose public methods are operations of a pool, by the pool's name: `["neural": "rankers.CrossEncoder"]`;
        /// see ``Platform/perform(_:_:_:deadline:)``. Default none.
        public var handlers: [String: String]
        /// Models behind HTTP, by the name that programs use. Default none; the embedded model is there besides.
        public var models: [String: ModelConfiguration]
        /// The model of programs that name none. Default ``embeddedModel``.
        public var defaultModel: String
        /// How prompts are written for programs that do not say. Default `PromptAdapter.compactJSON`.
        public var adapter: PromptAdapter
        /// How models write for programs that do not say. Default: left to the model.
        public var options: GenerationOptions
        /// How long a program's call may take that does not say. Default 120 s.
        public var programTimeout: Duration
        /// How long connecting to a model's server may take. Default 10 s.
        public var connectTimeout: Duration

        /// The name of the embedded model.
        public static let embeddedModel = "smollm2-135m-instruct"

        /// Makes a configuration.
        public init(
            general: PythonPool.Configuration = .general, optimizer: PythonPool.Configuration = .optimizer,
            neural: PythonPool.Configuration = .neural, sandbox: PythonPool.Configuration = .sandbox,
            handlers: [String: String] = [:], models: [String: ModelConfiguration] = [:],
            defaultModel: String = Configuration.embeddedModel, adapter: PromptAdapter = .compactJSON,
            options: GenerationOptions = .init(), programTimeout: Duration = .seconds(120),
            connectTimeout: Duration = .seconds(10)
        ) {
            self.general = general
            self.optimizer = optimizer
            self.neural = neural
            self.sandbox = sandbox
            self.handlers = handlers
            self.models = models
            self.defaultModel = defaultModel
            self.adapter = adapter
            self.options = options
            self.programTimeout = programTimeout
            self.connectTimeout = connectTimeout
        }
    }
}

extension Platform.Configuration {
    /// The pools with their names, in the order of their keys in `pools`.
    static var pools: [(name: String, path: any WritableKeyPath<Self, PythonPool.Configuration> & Sendable)] {
        [("general", \.general), ("optimizer", \.optimizer), ("neural", \.neural), ("sandbox", \.sandbox)]
    }
}
