/// What a program is for.
public enum ProgramCategory: String, Sendable, Hashable, CaseIterable {
    /// Asks a model once, or calls others that do.
    case prediction
    /// Has the model think in several steps, or several times.
    case reasoning
    /// Makes a program better.
    case optimization
    /// Finds passages, or vectors for them.
    case retrieval
}

extension ProgramCategory {
    /// The category of a Python class or function that nothing else is known of, by the module of DSPy that it is in.
    ///
    /// - Parameter pythonPath: as introspection tells it, as in `dspy.teleprompt.gepa.gepa.GEPA`.
    public init(pythonPath: String) {
        let found = Self.modules.first { pythonPath.hasPrefix($0.prefix) }
        self = found?.category ?? .prediction
    }

    private static let modules: [(prefix: String, category: ProgramCategory)] = [
        ("dspy.teleprompt.", .optimization), ("dspy.retrievers.", .retrieval), ("dspy.dsp.colbertv2.", .retrieval),
        ("dspy.clients.embedding.", .retrieval),
    ]

    /// How long a call takes of which nothing else is known: what the best-known program of the category takes.
    var usualDuration: Duration {
        switch self {
        case .prediction: .seconds(1)
        case .reasoning: .seconds(3)
        case .optimization: .seconds(300)
        case .retrieval: .milliseconds(500)
        }
    }
}
