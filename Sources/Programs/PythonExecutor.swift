public import Marshalling
public import PythonPool

/// Something that calls Python functions: a pool, or a stand-in for one.
public protocol PythonExecutor: Sendable {
    /// Calls a function by its full name, and says which worker served it.
    ///
    /// - Throws: `PythonPoolError`, or `CancellationError` when the task is cancelled.
    func callReportingWorker(
        _ target: String, _ args: [PythonValue], _ kwargs: PythonDictionary, deadline: ContinuousClock.Instant?
    ) async throws -> (value: PythonValue, worker: Int32)

    /// A Python function made of a Swift closure, to pass as an argument to functions that this executor calls.
    func callable(_ body: @escaping @Sendable (PythonArguments) async throws -> PythonValue) -> PythonValue
}

extension PythonPool: PythonExecutor {}
