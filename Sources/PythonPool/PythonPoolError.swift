public import Marshalling

/// Why a call into Python, or the pool itself, failed.
///
/// Cancelling the calling task throws Swift's own `CancellationError` instead.
public enum PythonPoolError: Error, Sendable, Hashable {
    /// Python raised. The pool goes on; so does the worker.
    case raised(PythonException)
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
    /// The pool is shut down, or was never started.
    case closed(pool: String)
}

/// A Python exception as it was when it left the called function.
public struct PythonException: Error, Sendable, Hashable {
    /// The class with its module, as in `json.decoder.JSONDecodeError`; a built-in one by its name alone.
    public var type: String
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
        details: PythonDictionary = [:]
    ) {
        self.type = type
        self.message = message
        self.traceback = traceback
        self.target = target
        self.worker = worker
        self.details = details
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
