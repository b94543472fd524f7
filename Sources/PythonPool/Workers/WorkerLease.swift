public import Marshalling
import Synchronization

/// A worker of one's own: no call of others reaches it, and state that calls leave in it stays.
///
/// When the worker dies, the pool replaces it; ``restore()`` then takes another one and prepares it anew.
public final class WorkerLease: Sendable {
    let pool: PythonPool
    private let prepare: @Sendable (WorkerLease) async throws -> Void
    private let connection = Mutex<WorkerConnection?>(nil)
    private let restoring = Mutex<Task<Void, any Error>?>(nil)

    init(_ pool: PythonPool, prepare: @escaping @Sendable (WorkerLease) async throws -> Void) {
        self.pool = pool
        self.prepare = prepare
    }

    deinit { if let held = connection.withLock(\.self) { pool.engine.release(held.generation) } }

    /// The process id of the worker; 0 when none is held.
    public var worker: Int32 { connection.withLock(\.self)?.pid ?? 0 }

    /// Calls a function on this worker.
    ///
    /// - Throws: as ``PythonPool/call(_:_:_:deadline:)`` does; ``PythonPoolError/closed(pool:)`` when the lease was released.
    public nonisolated(nonsending) func call(
        _ target: String, _ args: [PythonValue] = [], _ kwargs: PythonDictionary = [:],
        deadline: ContinuousClock.Instant? = nil
    ) async throws -> PythonValue {
        try await pool.perform(target, args, kwargs, deadline: deadline, on: held()).value
    }

    /// The worker, if one is held.
    func held() throws(PythonPoolError) -> WorkerConnection {
        guard let held = connection.withLock(\.self) else { throw .closed(pool: pool.configuration.name) }
        return held
    }

    /// Sees to it that a prepared worker is held: does nothing while it lives, and takes and prepares another one when it has died.
    ///
    /// Many tasks may ask at once; one of them does it for all.
    public func restore() async throws {
        if let held = connection.withLock(\.self), pool.engine.core.withLock({ $0.state.isLeased(held.generation) }) {
            return
        }
        let task = restoring.withLock { running in
            if let running { return running }
            let task = Task { [self] in
                defer { restoring.withLock { $0 = nil } }
                try await takeAnother()
            }
            running = task
            return task
        }
        try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    /// Takes a worker and prepares it. One may have died already when it is taken, and nobody knew: then it is another one's turn.
    private func takeAnother() async throws {
        for retries in 0... {
            let held = try await pool.takeWorker()
            let old = connection.withLock { current in
                defer { current = held }
                return current
            }
            if let old { pool.engine.release(old.generation) }
            do { return try await prepare(self) } catch {
                release()
                guard Self.blamesNoCall(error), retries < PoolState.mostRetries else { throw error }
            }
        }
    }

    /// Whether the worker is lost, and what prepared it is not to blame.
    private static func blamesNoCall(_ error: any Error) -> Bool {
        switch error {
        case PythonPoolError.workerDied(let death): death.blamesNoCall
        case PythonPoolError.workerUnavailable: true
        default: false
        }
    }

    /// Gives the worker back to the pool.
    public func release() {
        let held = connection.withLock { current in
            defer { current = nil }
            return current
        }
        if let held { pool.engine.release(held.generation) }
    }

    /// Gives the lease back and ends the worker, so that nobody comes after code that may have left something there. The pool forks
    /// another one in its place.
    public func discard() {
        let held = connection.withLock { current in
            defer { current = nil }
            return current
        }
        if let held { pool.engine.discard(held.generation) }
    }
}
