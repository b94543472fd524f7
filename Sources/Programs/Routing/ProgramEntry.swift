/// What the registry knows of one program.
public struct ProgramEntry: Sendable, Hashable {
    /// Its name.
    public var kind: ProgramKind
    /// What it is for.
    public var category: ProgramCategory
    /// The implementation in Swift; nil when there is none.
    public var native: ProgramImplementation?
    /// The implementation in Python; nil when there is none.
    public var python: ProgramImplementation?
    /// The pool whose workers run the Python one; nil for the router's default pool.
    public var pool: String?
    /// How long one call usually takes, on inputs of ordinary size.
    public var estimatedDuration: Duration

    /// Makes an entry.
    ///
    /// - Parameters:
    ///   - pool: Default: what ``pool(for:category:)`` says.
    ///   - estimatedDuration: Default: what is usual for the category, from 0.5 s (retrieval) to 300 s (optimization).
    public init(
        _ kind: ProgramKind, _ category: ProgramCategory, native: ProgramImplementation? = nil,
        python: ProgramImplementation? = nil, pool: String? = nil, estimatedDuration: Duration? = nil
    ) {
        self.kind = kind
        self.category = category
        self.native = native
        self.python = python
        self.pool = pool ?? Self.pool(for: kind, category: category)
        self.estimatedDuration = estimatedDuration ?? category.usualDuration
    }

    /// The implementation on one side.
    public subscript(implementation: Route.Implementation) -> ProgramImplementation? {
        switch implementation {
        case .native: native
        case .python: python
        }
    }

    /// What at least one implementation can do.
    public var capabilities: ProgramCapabilities {
        (native?.capabilities ?? []).union(python?.capabilities ?? [])
    }

    /// The sides that have the program.
    public var implementations: [Route.Implementation] { Route.Implementation.allCases.filter { self[$0] != nil } }
}

extension ProgramEntry {
    /// The pool for a program of which only name and category are known: `optimizer` for optimisers, `neural` for models that
    /// run beside Python (ColBERT, rerankers, embedders), nil, which is the router's default pool, for the rest.
    public static func pool(for kind: ProgramKind, category: ProgramCategory) -> String? {
        if category == .optimization { return "optimizer" }
        let name = kind.name.lowercased()
        if neuralNames.contains(where: name.contains) { return "neural" }
        return optimizerNames.contains(where: name.hasPrefix) ? "optimizer" : nil
    }

    private static let neuralNames = ["colbert", "rerank", "embed"]
    private static let optimizerNames = ["mipro", "copro", "bootstrap", "simba", "gepa"]
}
