public import Marshalling
public import Programs
internal import PythonPool
internal import Synchronization

/// An operation of a pool's handler: a public method of the Python class that `pools.<name>.handler` of the configuration names.
public struct PoolOperation: Sendable, Hashable {
    /// The name of the method.
    public var name: String
    /// The pool whose workers have the handler.
    public var pool: String
    /// The class's path, as in `rankers.CrossEncoder`.
    public var handler: String
    /// The first paragraph of the method's documentation.
    public var documentation: String
    /// The names of the parameters, and whether each must be given.
    public var parameters: [Parameter]

    /// A parameter of an operation.
    public struct Parameter: Sendable, Hashable {
        /// Its name.
        public var name: String
        /// Whether it must be given.
        public var isRequired: Bool
    }
}

/// Why an operation could not be found.
public enum OperationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// No handler has an operation of this name.
    case unknown(String, known: [String])
    /// Two pools' handlers have one of the same name.
    case ambiguous(String, pools: [String])

    /// What is wrong, and what there is instead.
    public var description: String {
        switch self {
        case .unknown(let name, let known):
            known.isEmpty
                ? "there is no operation '\(name)', as no pool has a handler; configure pools.<name>.handler"
                : "there is no operation '\(name)'; there are \(known.joined(separator: ", "))"
        case .ambiguous(let name, let pools):
            "the handlers of the pools \(pools.joined(separator: " and ")) both have an operation '\(name)'; rename one"
        }
    }
}

extension Platform {
    /// The operations of all configured handlers, by name. The first call starts a worker of each pool that has a handler.
    ///
    /// - Throws: ``OperationError/ambiguous(_:pools:)``, or `PythonPoolError` when a handler cannot be imported.
    public func operations() async throws -> [PoolOperation] {
        if let known = handlers.operations { return known }
        var operations: [PoolOperation] = []
        for (pool, handler) in configuration.handlers.sorted(by: { $0.key < $1.key }) {
            guard let executor = runtime.executors[pool] else { continue }
            let described = try await executor.callReportingWorker(
                "dspex_worker.handlers.describe", [.string(handler)], [:], deadline: nil)
            operations += (described.value.elements ?? []).compactMap { PoolOperation($0, pool, handler) }
        }
        operations.sort { $0.name < $1.name }
        for (one, next) in zip(operations, operations.dropFirst()) where one.name == next.name {
            throw OperationError.ambiguous(one.name, pools: [one.pool, next.pool])
        }
        handlers.operations = operations
        return operations
    }

    /// Calls an operation of a pool's handler, in the pool that the router chooses for it.
    ///
    /// ```swift
    /// let ranked = try await platform.perform("rerank", ["Who wrote Dune?", ["Frank Herbert", "a desert"]])
    /// print(ranked.value, ranked.route)    // … python/neural
    /// ```
    ///
    /// - Returns: what the method returned, and how the call was run.
    /// - Throws: ``OperationError``, `ProgramError` for what happens on the way, or `CancellationError`.
    public func perform(
        _ operation: String, _ args: [PythonValue] = [], _ kwargs: PythonDictionary = [:],
        deadline: ContinuousClock.Instant? = nil
    ) async throws -> (value: PythonValue, route: Route) {
        let operations = try await operations()
        guard let found = operations.first(where: { $0.name == operation }) else {
            throw OperationError.unknown(operation, known: operations.map(\.name))
        }
        let route = try route(.init(kind: ProgramKind(operation)), among: operations)
        let start = ContinuousClock.now
        let latest = min(deadline ?? start + route.timeout, start + route.timeout)
        guard let executor = runtime.executors[route.pool ?? found.pool] else {
            throw ProgramError.route(.unknownPool(found.pool, known: runtime.executors.keys.sorted()))
        }
        do {
            let answer = try await executor.callReportingWorker(
                "dspex_worker.handlers.call",
                [.string(found.handler), .string(operation), .list(args), .dict(kwargs)], [:], deadline: latest)
            runtime.router.record(route, duration: ContinuousClock.now - start)
            return (answer.value, route)
        } catch {
            runtime.router.record(route, duration: ContinuousClock.now - start, failure: error)
            guard let error = error as? PythonPoolError else { throw error }
            throw ProgramError(error, route: route)
        }
    }

    /// The route that a call would take, without taking it. `print(route.explain)` shows how it came about.
    ///
    /// - Throws: `ProgramError.route`, or what ``operations()`` throws when the name is none of DSPy's.
    public func route(_ request: Router.Request) async throws -> Route {
        if runtime.router.registry[request.kind] != nil || configuration.handlers.isEmpty {
            return try route(request, among: [])
        }
        return try route(request, among: try await operations())
    }

    private func route(_ request: Router.Request, among operations: [PoolOperation]) throws(ProgramError) -> Route {
        var router = runtime.router
        for operation in operations {
            router.registry.registerPython(
                ProgramKind(operation.name), path: "\(operation.handler).\(operation.name)", category: .prediction,
                pool: operation.pool)
        }
        do { return try router.route(request) } catch { throw .route(error) }
    }
}

extension PoolOperation {
    /// Reads what `dspex_worker.handlers.describe` says of one.
    fileprivate init?(_ value: PythonValue, _ pool: String, _ handler: String) {
        guard let name = value["name"]?.string else { return nil }
        self.name = name
        self.pool = pool
        self.handler = handler
        documentation = value["doc"]?.string ?? ""
        parameters = (value["parameters"]?.elements ?? []).compactMap { parameter in
            parameter["name"]?.string.map { .init(name: $0, isRequired: parameter["required"]?.bool ?? true) }
        }
    }
}

/// What is known of the handlers once they have been asked.
final class PoolHandlers: Sendable {
    private let found = Mutex<[PoolOperation]?>(nil)

    var operations: [PoolOperation]? {
        get { found.withLock(\.self) }
        set { found.withLock { $0 = newValue } }
    }
}
