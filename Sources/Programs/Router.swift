public import LanguageModels

/// Chooses how a program's call runs, from what the program asks for and what is configured.
///
/// A pure value: the same question gets the same answer, and nothing is started or asked.
public struct Router: Sendable, Hashable {
    /// The pools that are configured, by name.
    public var pools: Set<String>
    /// The models that are configured, by name, and what they can do.
    public var models: [String: LanguageModelCapabilities]
    /// The model of programs that name none.
    public var defaultModel: String
    /// The pool of programs that name none. Default `general`.
    public var defaultPool: String
    /// How long a call may take whose program does not say. Default 120 s.
    public var defaultTimeout: Duration

    /// Makes a router.
    public init(
        pools: Set<String>, models: [String: LanguageModelCapabilities], defaultModel: String,
        defaultPool: String = "general",
        defaultTimeout: Duration = .seconds(120)
    ) {
        self.pools = pools
        self.models = models
        self.defaultModel = defaultModel
        self.defaultPool = defaultPool
        self.defaultTimeout = defaultTimeout
    }

    /// What a program asks for.
    public struct Request: Sendable, Hashable {
        /// The kind of program.
        public var kind: ProgramKind
        /// The model it names.
        public var model: String?
        /// The pool it names.
        public var pool: String?
        /// The time it allows.
        public var timeout: Duration?

        /// Makes a request.
        public init(kind: ProgramKind, model: String? = nil, pool: String? = nil, timeout: Duration? = nil) {
            self.kind = kind
            self.model = model
            self.pool = pool
            self.timeout = timeout
        }
    }

    /// Decides.
    ///
    /// - Throws: ``RoutingError`` when a pool or model is not known.
    public func route(_ request: Request) throws(RoutingError) -> Route {
        let pool = request.pool ?? defaultPool
        guard pools.contains(pool) else { throw .unknownPool(pool, known: pools.sorted()) }
        let model = request.model ?? defaultModel
        guard models[model] != nil else { throw .unknownModel(model, known: models.keys.sorted()) }
        let timeout = request.timeout ?? defaultTimeout
        guard timeout > .zero else { throw .timeoutNotPositive(timeout) }
        let reason = [
            "\(request.kind.rawValue) runs in Python",
            request.pool == nil ? "'\(pool)' serves programs" : "the program names the pool '\(pool)'",
            request.model == nil ? "'\(model)' is the default model" : "the program names the model '\(model)'",
        ]
        return Route(
            implementation: .python, pool: pool, model: model, timeout: timeout, reason: reason.joined(separator: "; "))
    }
}
