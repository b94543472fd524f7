public import Marshalling

/// The Python code that waits for what a task answers, so that another task can call into the same worker while it waits.
///
/// A task that answers an upcall can do so anyway. This is for answers that depend on someone else, who has a question in turn: take
/// ``current`` where the upcall is answered, and ``call(_:_:_:_:deadline:)`` where the question arrives.
public struct PythonCaller: Sendable {
    private let context: UpcallContext

    /// The code that waits for the current task; nil when none does.
    public static var current: PythonCaller? { UpcallContext.current.map(PythonCaller.init) }

    private init(_ context: UpcallContext) { self.context = context }

    /// The process id of the worker that waits.
    public var worker: Int32 { context.connection.pid }

    /// Calls a function in the worker that waits.
    ///
    /// - Parameters:
    ///   - pool: The worker's pool.
    ///   - target: The function with its module.
    ///   - args: The positional arguments.
    ///   - kwargs: The keyword arguments.
    ///   - deadline: When the call is given up. Default: never.
    /// - Throws: as ``PythonPool/call(_:_:_:deadline:)`` does; ``PythonPoolError/workerUnavailable(worker:)`` when the worker has gone.
    public func call(
        on pool: PythonPool, _ target: String, _ args: [PythonValue] = [], _ kwargs: PythonDictionary = [:],
        deadline: ContinuousClock.Instant? = nil
    ) async throws -> PythonValue {
        try await UpcallContext.$current.withValue(context) {
            try await pool.call(target, args, kwargs, options: CallOptions(deadline: deadline, worker: worker))
        }
    }
}
