public import Marshalling

/// What the installed DSPy has to offer, as a worker finds it by looking: modules, optimisers, adapters, retrievers, metrics.
public struct DSPyCatalog: Sendable, Hashable {
    /// One parameter of a constructor or function.
    public struct Parameter: Sendable, Hashable {
        /// Its name.
        public var name: String
        /// Its annotation, as written; nil when there is none.
        public var annotation: String?
        /// Its default, as Python shows it; nil when there is none.
        public var defaultValue: String?
        /// Whether it must be given.
        public var isRequired: Bool
        /// `positional_or_keyword`, `keyword_only`, `var_keyword` …
        public var kind: String
    }

    /// One class or function.
    public struct Entry: Sendable, Hashable {
        /// Its name.
        public var name: String
        /// Its path, by which ``PythonTarget`` names it.
        public var path: String
        /// Other paths of the same.
        public var aliases: [String]
        /// `prediction`, `reasoning`, `code`, `optimization`, `adapter`, `retrieval`, `evaluation`, `metric`, `interpreter` or `other`.
        public var category: String
        /// The first paragraph of its documentation.
        public var documentation: String
        /// The parameters of its constructor; none for a function.
        public var parameters: [Parameter]
        /// What is called of it once it is made: `forward`, `compile`, `__call__`; nil when nothing is.
        public var method: String?
        /// The parameters of that.
        public var methodParameters: [Parameter]
        /// Whether DSPy calls it experimental.
        public var isExperimental: Bool
        /// What DSPy says of its end; nil when it is to stay.
        public var deprecation: String?
        /// What is not installed that it needs, in words; nil when it can be used.
        public var missing: String?
    }

    /// The entries in the order of their paths.
    public var entries: [Entry]

    /// The function of the Python half that looks.
    static let target = "dspex_worker.catalog.catalog"

    /// Reads what the Python half returns.
    ///
    /// - Returns: nil for something else.
    public init?(_ value: PythonValue) {
        guard let items = value.elements else { return nil }
        entries = items.compactMap(Entry.init)
        guard entries.count == items.count else { return nil }
    }

    /// The entry of a name, a path or an alias; nil when there is none.
    public subscript(name: String) -> Entry? {
        entries.first { $0.path == name || $0.aliases.contains(name) } ?? entries.first { $0.name == name }
    }

    /// The categories that there are, in order.
    public var categories: [String] { Set(entries.map(\.category)).sorted() }

    /// The names that a name may have been meant for, the likeliest first; at most three.
    public func names(near name: String) -> [String] {
        NearNames.of(name, among: entries.map(\.name))
    }
}

extension DSPyCatalog.Entry {
    fileprivate init?(_ value: PythonValue) {
        guard let name = value["name"]?.string, let path = value["path"]?.string,
            let category = value["category"]?.string
        else { return nil }
        let call = value["call"]
        self.init(
            name: name, path: path, aliases: value["aliases"]?.elements?.compactMap(\.string) ?? [],
            category: category, documentation: value["doc"]?.string ?? "",
            parameters: value["parameters"]?.elements?.compactMap(DSPyCatalog.Parameter.init) ?? [],
            method: call?["name"]?.string,
            methodParameters: call?["parameters"]?.elements?.compactMap(DSPyCatalog.Parameter.init) ?? [],
            isExperimental: value["experimental"]?.bool ?? false, deprecation: value["deprecated"]?.string,
            missing: value["available"]?.bool == false ? value["missing"]?.string ?? "it cannot be used" : nil)
    }
}

extension DSPyCatalog.Parameter {
    fileprivate init?(_ value: PythonValue) {
        guard let name = value["name"]?.string else { return nil }
        self.init(
            name: name, annotation: value["annotation"]?.string, defaultValue: value["default"]?.string,
            isRequired: value["required"]?.bool ?? false, kind: value["kind"]?.string ?? "")
    }
}

extension DSPyCatalog.Parameter: CustomStringConvertible {
    /// `max_iters: int = 20`
    public var description: String {
        let stars = ["var_positional": "*", "var_keyword": "**"][kind] ?? ""
        let typed = stars + name + (annotation.map { ": \($0)" } ?? "")
        return defaultValue.map { "\(typed) = \($0)" } ?? typed
    }
}

extension ProgramRuntime {
    /// Looks at the DSPy that is installed, in a worker of the default pool.
    ///
    /// - Throws: `PythonPoolError`; ``ProgramError`` when there is no such pool.
    public func catalog(deadline: ContinuousClock.Instant? = nil) async throws -> DSPyCatalog {
        guard let executor = executors[router.defaultPool] else {
            throw ProgramError.route(.unknownPool(router.defaultPool, known: executors.keys.sorted()))
        }
        let answer = try await executor.callReportingWorker(DSPyCatalog.target, [], [:], deadline: deadline)
        guard let catalog = DSPyCatalog(answer.value) else {
            throw ProgramError.output(
                OutputError(
                    signature: DSPyCatalog.target,
                    problems: [
                        .init(path: "catalog", kind: .mistyped(expected: "list", actual: answer.value.typeName))
                    ], raw: answer.value))
        }
        return catalog
    }
}
