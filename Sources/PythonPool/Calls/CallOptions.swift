/// How one call is to be served. Each of them has a default; `CallOptions()` is a call like any other.
///
/// ```swift
/// let vector = try await pool.call("model.embed", [.string(text)], options: .init(isIdempotent: true, affinity: tenant))
/// ```
public struct CallOptions: Sendable, Hashable {
    /// When the call is given up, the wait for a worker included. Default: never.
    public var deadline: ContinuousClock.Instant?
    /// Whether the call may run twice: then it goes to another worker when its own dies under it. Default false.
    public var isIdempotent: Bool
    /// Which calls go first while calls wait. Default ``CallPriority/normal``.
    public var priority: CallPriority
    /// On whose behalf the call is made, such as a tenant or a session: while calls wait, callers of one priority take turns, so that none
    /// keeps the others waiting; and when more come than ``PythonPool/Configuration/queueLimit`` lets wait, those of who has most in line are
    /// refused. Default: nobody's in particular, which is a caller too.
    public var caller: String?
    /// Calls of one affinity go to the same worker as long as that has room, whose caches then know them. Read by
    /// ``CheckoutStrategy/hash(bound:)`` alone. Default none.
    public var affinity: String?
    /// The process id of the one worker that may serve the call, as ``PythonPool/callReportingWorker(_:_:_:deadline:)`` and
    /// ``PythonPool/statistics`` tell it: the call waits for that worker, and fails with
    /// ``PythonPoolError/workerUnavailable(worker:)`` when it is not there (any more). Default: any worker.
    public var worker: Int32?

    /// Whether a result, or a part of it, that has no value form is an error (``WireError/noWireForm(type:path:)``) rather than a reference.
    /// Default false.
    public var isStrict: Bool

    /// Makes options.
    public init(
        deadline: ContinuousClock.Instant? = nil, isIdempotent: Bool = false, priority: CallPriority = .normal,
        caller: String? = nil, affinity: String? = nil, worker: Int32? = nil, isStrict: Bool = false
    ) {
        self.deadline = deadline
        self.isIdempotent = isIdempotent
        self.priority = priority
        self.caller = caller
        self.affinity = affinity
        self.worker = worker
        self.isStrict = isStrict
    }
}
