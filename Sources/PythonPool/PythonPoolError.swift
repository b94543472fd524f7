public import Marshalling

/// Why a call into Python, or the pool itself, failed.
///
/// Cancelling the calling task throws Swift's own `CancellationError` instead.
public enum PythonPoolError: Error, Sendable, Hashable {
    /// Python raised. The pool goes on; so does the worker.
    case raised(PythonException)
    /// A hook raised before or after the request (``WorkerHooks``). Before it: the function was not called.
    case hookFailed(hook: String, PythonException)
    /// The worker died while it served the call. The pool has replaced it.
    case workerDied(WorkerDeath)
    /// The call's deadline passed; `after` is how long it had been running.
    case deadlineExceeded(target: String, after: Duration)
    /// An argument or a result has no wire form, or breaks a limit of it.
    case wireForm(WireError)
    /// A worker sent something that is no frame of ours. The worker was killed.
    case protocolViolation(worker: Int32, detail: String)
    /// The host called Python, which called the host, which called Python, and so on, deeper than the limit.
    case nestedTooDeep(target: String, limit: Int)
    /// The object behind a reference is lost: its worker has ended, or belongs to another pool.
    case referenceLost(typeName: String, worker: Int32)
    /// The arguments of one call refer to objects of these two workers, and an object cannot leave its worker.
    case referencesOfSeveralWorkers(Int32, Int32)
    /// A `PythonObject` of another pool was run by this one.
    case foreignObject(pool: String)
    /// The interpreter could not be started: what is missing, and the command that mends it.
    case environment(problem: String, remedy: String)
    /// The pool is shut down, or takes no more calls because it is being drained.
    case closed(pool: String)
    /// The call was refused at once: too many wait, or it could not be served before its deadline.
    case overloaded(PoolOverload)
    /// The one worker that may serve the call is not there (any more), or takes no more calls.
    case workerUnavailable(worker: Int32)
    /// The worker was killed while it served the call, because it needed more memory than it may.
    case memoryLimitExceeded(MemoryExcess)
    /// The call has killed two workers, the second one while it was alone there. The same call is refused for ten minutes.
    case quarantined(QuarantinedCall)
}

extension PythonPoolError {
    /// The kernel refused this process what a call needs.
    static func lackingResources(_ error: ChannelError) -> PythonPoolError {
        .environment(
            problem: error.description,
            remedy: "raise the limits of open files (ulimit -n) and of memory, or call less at once")
    }
}

/// A Python exception as it was when it left the called function.
public struct PythonException: Error, Sendable, Hashable {
    /// The class with its module, as in `json.decoder.JSONDecodeError`; a built-in one by its name alone.
    public var type: String
    /// That class and all that it derives from, but `object`, named likewise, in the order in which Python looks through them.
    public var classes: [String]
    /// `str(exception)`
    public var message: String
    /// The formatted traceback, as Python prints it.
    public var traceback: String
    /// The function that was called, as given to ``PythonPool/call(_:_:_:deadline:)``.
    public var target: String
    /// The process id of the worker.
    public var worker: Int32
    /// What a registered describer added (`dspex_worker.failures`), such as a language model's error code.
    public var details: PythonDictionary

    /// Makes an exception, for tests and for transports.
    public init(
        type: String, message: String, traceback: String = "", target: String = "", worker: Int32 = 0,
        details: PythonDictionary = [:], classes: [String] = []
    ) {
        self.type = type
        self.classes = classes.isEmpty ? [type] : classes
        self.message = message
        self.traceback = traceback
        self.target = target
        self.worker = worker
        self.details = details
    }

    /// Whether `except name:` would have caught the exception.
    ///
    /// - Parameter name: the class with its module (`http.client.HTTPException`); a built-in one with or without it (`OSError`,
    ///   `builtins.OSError`).
    public func isInstance(of name: String) -> Bool {
        let builtins = "builtins."
        let name = name.hasPrefix(builtins) ? String(name.dropFirst(builtins.count)) : name
        return classes.contains(name)
    }
}

/// How a worker ended, as the kernel reported it.
public struct WorkerDeath: Error, Sendable, Hashable {
    /// Exit code, or the signal that ended the process.
    public enum Cause: Sendable, Hashable {
        /// The process called `exit` with this code.
        case exited(code: Int32)
        /// This signal ended the process.
        case signalled(Int32)
        /// The kernel killed the process because memory ran out.
        case outOfMemory
        /// The zygote went away, and the worker with it.
        case zygoteLost
    }

    /// The process id.
    public var worker: Int32
    /// Exit code or signal.
    public var cause: Cause
    /// What Python's faulthandler wrote as it crashed; empty when it wrote nothing.
    public var traceback: String
    /// The function that was being called.
    public var target: String

    /// Makes a report, for tests and for transports.
    public init(worker: Int32, cause: Cause, traceback: String = "", target: String = "") {
        self.worker = worker
        self.cause = cause
        self.traceback = traceback
        self.target = target
    }
}

/// What a pool had to do when it refused a call.
public struct PoolOverload: Error, Sendable, Hashable, CustomStringConvertible {
    /// The pool's name.
    public var pool: String
    /// Calls that waited.
    public var waiting: Int
    /// How many may: ``PythonPool/Configuration/queueLimit``.
    public var limit: Int
    /// How long the call would have waited, by what the last calls took, when that was past its deadline; nil when too many waited.
    public var estimatedWait: Duration?

    /// Makes a report, for tests and for transports.
    public init(pool: String, waiting: Int, limit: Int, estimatedWait: Duration? = nil) {
        self.pool = pool
        self.waiting = waiting
        self.limit = limit
        self.estimatedWait = estimatedWait
    }

    /// What happened, and what helps.
    public var description: String {
        if let estimatedWait {
            return """
                pool '\(pool)' would come to the call after \(estimatedWait), past its deadline (\(waiting) calls wait): give it a later \
                deadline, or the pool more workers or slots
                """
        }
        return """
            \(waiting) calls wait for pool '\(pool)', and no more than \(limit) may: call again later, or give the pool more workers or slots, \
            or a higher queueLimit
            """
    }
}

/// A worker that needed more memory than it may.
public struct MemoryExcess: Error, Sendable, Hashable, CustomStringConvertible {
    /// The process id.
    public var worker: Int32
    /// Its private memory when it was killed, in bytes.
    public var used: UInt64
    /// How much it may have, in bytes: ``PythonPool/Configuration/memoryMB``.
    public var limit: UInt64
    /// The function that was being called. With several calls in flight any of them may be the one that needed it.
    public var target: String

    /// Makes a report, for tests and for transports.
    public init(worker: Int32, used: UInt64, limit: UInt64, target: String) {
        self.worker = worker
        self.used = used
        self.limit = limit
        self.target = target
    }

    /// What happened, and what helps.
    public var description: String {
        """
        worker \(worker) was killed in '\(target)': \(used >> 20) MB of private memory, and no more than \(limit >> 20) MB are allowed \
        (memoryMB of the pool's configuration)
        """
    }
}

/// A call that is refused because it kills workers.
public struct QuarantinedCall: Error, Sendable, Hashable, CustomStringConvertible {
    /// The function.
    public var target: String
    /// The same for calls of this process with the same target and arguments.
    public var fingerprint: UInt64
    /// How the last worker ended; nil when the call was refused.
    public var death: WorkerDeath?
    /// The folder that holds what it takes to make the call again (``Reproducer``); nil when it could not be written or the call was refused.
    public var reproducer: String?

    /// Makes a report, for tests and for transports.
    public init(target: String, fingerprint: UInt64, death: WorkerDeath? = nil, reproducer: String? = nil) {
        self.target = target
        self.fingerprint = fingerprint
        self.death = death
        self.reproducer = reproducer
    }

    /// What happened, and what helps.
    public var description: String {
        let what =
            death.map { "killed two workers, the last one with \($0.cause)" } ?? "has killed two workers and is refused"
        let place = reproducer.map { "; what reproduces it is in \($0)" } ?? ""
        return "a call of '\(target)' with these arguments \(what)\(place); it may be made again after ten minutes"
    }
}
