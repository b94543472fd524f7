/// Python functions that run on each worker, by their targets (`module.function`), in the order in which they are given.
public struct WorkerHooks: Sendable, Hashable {
    /// Called without arguments when a worker has been forked, before it serves its first call. What one raises ends the worker, and counts
    /// as a start that failed.
    public var onStart: [String]
    /// Called with the target before each call, in its thread. What one raises is the call's error.
    public var beforeRequest: [String]
    /// Called with the target and whether the call succeeded after each call, in its thread. What one raises is the call's error, if it has
    /// none yet.
    public var afterRequest: [String]
    /// Called without arguments when a worker has served its last call and is about to be ended, to be replaced or for want of work; not
    /// when it dies or is killed. It has ``PythonPool/Configuration/cancellationGrace`` to run.
    public var onStop: [String]

    /// Makes hooks.
    public init(
        onStart: [String] = [], beforeRequest: [String] = [], afterRequest: [String] = [], onStop: [String] = []
    ) {
        self.onStart = onStart
        self.beforeRequest = beforeRequest
        self.afterRequest = afterRequest
        self.onStop = onStop
    }
}
