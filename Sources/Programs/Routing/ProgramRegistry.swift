/// Which programs there are, who can run them, and what a call of them usually takes.
///
/// It begins with what is known of DSPy's best-known classes. Introspection of a worker's DSPy, and handlers that
/// configuration gives to pools, add the rest (``registerPython(_:path:category:capabilities:pool:estimatedDuration:)``);
/// Swift's side says what it has (``registerNative(_:path:category:capabilities:estimatedDuration:)``).
public struct ProgramRegistry: Sendable, Hashable {
    private var byKind: [ProgramKind: ProgramEntry]

    /// A registry of these entries; of two with one name the later one holds.
    public init(_ entries: some Sequence<ProgramEntry>) {
        byKind = Dictionary(entries.map { ($0.kind, $0) }) { _, later in later }
    }

    /// What is known of a program; nil when nothing is.
    public subscript(kind: ProgramKind) -> ProgramEntry? { byKind[kind] }

    /// All entries, in the order of their names.
    public var entries: [ProgramEntry] { byKind.values.sorted { $0.kind.name < $1.kind.name } }

    /// The entries of a category that can do all of this, in the order of their names.
    ///
    /// - Parameter category: nil for every category.
    public func entries(
        of category: ProgramCategory?, capableOf capabilities: ProgramCapabilities = []
    ) -> [ProgramEntry] {
        entries.filter { entry in
            (category == nil || category == entry.category)
                && entry.implementations.contains {
                    entry[$0]?.capabilities.isSuperset(of: capabilities) ?? false
                }
        }
    }

    /// Adds an entry, in place of one of the same name.
    public mutating func register(_ entry: ProgramEntry) { byKind[entry.kind] = entry }

    /// Says that Python has a program. What is not given stays as it was known, or is guessed for a new one.
    ///
    /// - Parameters:
    ///   - path: The class or function with its module.
    ///   - category: Guessed from the path (``ProgramCategory/init(pythonPath:)``).
    ///   - capabilities: None for a new one.
    ///   - pool: Guessed from name and category (``ProgramEntry/pool(for:category:)``).
    ///   - estimatedDuration: What is usual for the category.
    public mutating func registerPython(
        _ kind: ProgramKind, path: String, category: ProgramCategory? = nil, capabilities: ProgramCapabilities? = nil,
        pool: String? = nil, estimatedDuration: Duration? = nil
    ) {
        var entry = byKind[kind] ?? ProgramEntry(kind, category ?? ProgramCategory(pythonPath: path))
        entry.python = ProgramImplementation(
            path, capabilities: capabilities ?? entry.python?.capabilities ?? [])
        entry.complete(category, estimatedDuration)
        entry.pool = pool ?? entry.pool ?? ProgramEntry.pool(for: kind, category: entry.category)
        byKind[kind] = entry
    }

    /// Says that Swift has a program. What is not given stays as it was known.
    ///
    /// - Parameters:
    ///   - path: The type with its module.
    ///   - category: `prediction` for a new one.
    ///   - capabilities: None for a new one.
    ///   - estimatedDuration: What is usual for the category.
    public mutating func registerNative(
        _ kind: ProgramKind, path: String, category: ProgramCategory? = nil, capabilities: ProgramCapabilities? = nil,
        estimatedDuration: Duration? = nil
    ) {
        var entry = byKind[kind] ?? ProgramEntry(kind, category ?? .prediction)
        entry.native = ProgramImplementation(
            path, capabilities: capabilities ?? entry.native?.capabilities ?? [])
        entry.complete(category, estimatedDuration)
        byKind[kind] = entry
    }

    /// The known names that a name may have been meant for, the likeliest first; at most three.
    ///
    /// Case, underscores and a leading `dspy.` do not matter, so that `chain_of_thought` finds `ChainOfThought`.
    public func names(near name: String) -> [String] {
        NearNames.of(name, among: byKind.values.filter { !$0.implementations.isEmpty }.map(\.kind.name))
    }
}

extension ProgramEntry {
    fileprivate mutating func complete(_ category: ProgramCategory?, _ estimatedDuration: Duration?) {
        if let category { self.category = category }
        if let estimatedDuration { self.estimatedDuration = estimatedDuration }
    }
}
