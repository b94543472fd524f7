/// Python functions that run on each worker, by their targets (`module.function`), in the order in which they are given.
public struct WorkerHooks: Sendable, Hashable {
    /// Called without arguments when a worker has been forked, before it serves its first call. What one raises ends the worker, and counts
    /// as a start that failed.
    public var onStart: [String]
    /// Called with a `dspex_worker.request_hooks.Request` (its `id`, its `target`, and whatever hooks keep in it) before each call, in its
    /// thread and with its context variables. A stream is one call; start and stop hooks are none. What one raises fails the call
    /// with ``PythonPoolError/hookFailed(hook:_:)``: the function is not called then, nor are the hooks after it.
    public var beforeRequest: [String]
    /// Called with the same `Request` after each call, however it ended, its `error` being None if it went well and `"ValueError: too bad"`
    /// if not. All of them are called. What one raises fails the call as above, and goes to the log if the call has failed already.
    public var afterRequest: [String]
    /// Called without arguments when a worker has served its last call and is about to be ended: to be replaced, for want of work, or as the
    /// pool is shut down; not when it dies or is killed, as one is that serves a call while the pool is shut down. It has
    /// ``PythonPool/Configuration/cancellationGrace`` to run.
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
