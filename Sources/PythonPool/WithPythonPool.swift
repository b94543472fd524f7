public import Logging
public import ServiceLifecycle

/// Runs `body` with a pool of interpreters, and ends the pool when it returns or throws.
///
/// - Parameters:
///   - configuration: what the pool is made of.
///   - logger: for what happens to workers.
///   - isolation: the actor on which `body` runs. Default: the caller's.
///   - body: uses the pool; what it returns is returned.
/// - Throws: what `body` throws.
public func withPythonPool<Result>(
    _ configuration: PythonPool.Configuration = .init(), logger: Logger = Logger(label: "python-pool"),
    isolation: isolated (any Actor)? = #isolation, _ body: (PythonPool) async throws -> Result
) async throws -> Result {
    let pool = PythonPool(configuration, logger: logger)
    do {
        let result = try await body(pool)
        await pool.shutdown()
        return result
    } catch {
        await pool.shutdown()
        throw error
    }
}

extension PythonPool: Service {
    /// Starts the pool, keeps it until the service group shuts down or the task is cancelled, and ends it.
    public func run() async throws {
        do {
            try await start()
            try await gracefulShutdown()
            // What is in flight is served; a task that is cancelled meanwhile ends the wait.
            try? await drain()
        } catch {
            await shutdown()
            throw error
        }
        await shutdown()
    }
}
