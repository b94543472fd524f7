public import LanguageModels

/// Chooses how a program's call runs, from what the program asks for, what there is, and how the last calls went.
///
/// The choice falls in this order: the implementation that the caller insists on; Python, when the program names a pool; the only one
/// that there is; the one with the higher score, Swift's when both are equal. `print(route.explain)` shows how it came about.
///
/// A decision starts nothing and asks nobody: the same question gets the same answer as long as ``tracker`` and ``loads`` say the
/// same, but for the share of calls that explores.
public struct Router: Sendable {
    /// The pools that are configured, by name.
    public var pools: Set<String>
    /// The models that are configured, by name, and what they can do.
    public var models: [String: LanguageModelCapabilities]
    /// The model of programs that name none.
    public var defaultModel: String
    /// The pool of programs that name none and are not meant for another. Default `general`.
    public var defaultPool: String
    /// How long a call may take whose program does not say, when no longer time is estimated for it. Default 120 s.
    ///
    /// An estimate only ever adds to it: small models that run on this machine are slow, and a call that would have had its answer
    /// within this time must not fail because a guess was too low.
    public var defaultTimeout: Duration
    /// Which programs there are, and who can run them.
    public var registry: ProgramRegistry
    /// How the last calls went; whoever runs a route tells it (``record(_:duration:failure:)``).
    public var tracker: RouteTracker
    /// How much of a pool's capacity is taken, by the pool's name: 0 is idle, 1 and more is full. Nil when nobody knows.
    public var loads: (@Sendable (_ pool: String) -> Double)?
    /// The share, 0…1, of the calls that may be repeated and have a choice which goes to the lower score, so that a side that got
    /// better is found again. Default 0.1.
    public var explorationShare: Double
    /// What decides which calls explore.
    public var random: RandomSource

    /// Makes a router.
    public init(
        pools: Set<String>, models: [String: LanguageModelCapabilities], defaultModel: String,
        defaultPool: String = "general", defaultTimeout: Duration = .seconds(120),
        registry: ProgramRegistry = .dspy, tracker: RouteTracker = RouteTracker(),
        loads: (@Sendable (_ pool: String) -> Double)? = nil, explorationShare: Double = 0.1,
        random: RandomSource = RandomSource()
    ) {
        self.pools = pools
        self.models = models
        self.defaultModel = defaultModel
        self.defaultPool = defaultPool
        self.defaultTimeout = defaultTimeout
        self.registry = registry
        self.tracker = tracker
        self.loads = loads
        self.explorationShare = explorationShare
        self.random = random
    }

    /// Decides.
    ///
    /// - Throws: ``RoutingError`` when the program, a pool or the model is not known, when the program does not run where the caller
    ///   wants it, and when it has no time.
    public func route(_ request: Request) throws(RoutingError) -> Route {
        if let pool = request.pool, !pools.contains(pool) { throw .unknownPool(pool, known: pools.sorted()) }
        let model = request.model ?? defaultModel
        guard models[model] != nil else { throw .unknownModel(model, known: models.keys.sorted()) }
        if let timeout = request.timeout, timeout <= .zero { throw .timeoutNotPositive(timeout) }
        guard defaultTimeout > .zero || request.timeout != nil else { throw .timeoutNotPositive(defaultTimeout) }
        guard let entry = registry[request.kind], entry.native != nil || entry.python != nil else {
            throw .unknownProgram(request.kind, near: registry.names(near: request.kind.name))
        }
        let estimate = DurationEstimate(
            usual: entry.estimatedDuration, complexity: request.complexity, inputSize: request.inputSize)
        let candidates = candidates(entry, request, expected: estimate.expected)
        let (index, ground) = try choose(among: candidates, request, entry)
        let chosen = candidates[index]

        var grounds = [ground]
        grounds.reserveCapacity(4)
        if let poolGround = chosen.poolGround { grounds.append(poolGround) }
        grounds.append(request.model == nil ? .defaultModel(model) : .modelNamed(model))
        let timeout = request.timeout ?? max(defaultTimeout, estimate.timeout)
        if request.timeout == nil, timeout > defaultTimeout { grounds.append(.timeoutEstimated(timeout)) }
        return Route(
            kind: request.kind, implementation: chosen.implementation, modulePath: chosen.modulePath,
            pool: chosen.pool, model: model, timeout: timeout,
            confidence: Self.confidence(in: chosen, among: candidates, ground), candidates: candidates,
            isRepeatable: request.isIdempotent || !chosen.capabilities.contains(.tools), grounds: grounds)
    }

    /// Remembers how a route went, when that says something about its implementation: an answer does, and so do a crash and a
    /// timeout, but not inputs that were refused, a model that failed, or a call that was cancelled.
    ///
    /// - Parameters:
    ///   - duration: How long it took.
    ///   - failure: What was thrown; nil when there was an answer.
    public func record(_ route: Route, duration: Duration, failure: (any Error)? = nil) {
        if let failure, !RouteFailure(failure).isOfImplementation { return }
        tracker.record(
            RouteOutcome(route.kind, route.implementation, duration: duration, succeeded: failure == nil))
    }
}
