public import LanguageModels
public import Marshalling
public import PythonPool

/// Why a program gave no prediction, by the stage that it reached.
///
/// Cancelling the calling task throws Swift's own `CancellationError` instead.
public enum ProgramError: Error, Sendable, Hashable {
    /// The inputs do not fit the signature. Nothing was sent.
    case input(InputError)
    /// There is no such pool or model. Nothing was sent.
    case route(RoutingError)
    /// The model failed.
    case model(ModelFailure)
    /// The model answered, but not in a form that could be read.
    case malformedResponse(MalformedResponse)
    /// The answer was read, but is not of the declared types.
    case output(OutputError)
    /// Python raised something that is none of the above.
    case python(PythonException)
    /// The worker died. The pool has replaced it.
    case worker(WorkerDeath)
    /// There was no time left; `after` is how long the call had been running.
    case deadlineExceeded(route: Route, after: Duration)
    /// A value has no wire form, or is too large for it.
    case wireForm(WireError)
    /// Something is missing on this machine: what, and the command that mends it.
    case environment(problem: String, remedy: String)
    /// A worker broke the protocol, or the pool is closed.
    case pool(PythonPoolError)
}

extension ProgramError {
    /// Whether the same call may succeed when it is made again.
    public var isRetryable: Bool {
        switch self {
        case .model(let failure): failure.isRetryable
        case .worker: true
        case .pool(.protocolViolation): true
        // A model that is asked again at a temperature above zero may write something else; that is for the caller to say.
        case .input, .route, .malformedResponse, .output, .python, .deadlineExceeded, .wireForm, .environment, .pool:
            false
        }
    }

    /// How long the model's server asks to wait before the next call; nil when it did not say.
    public var retryAfter: Duration? { if case .model(let failure) = self { failure.error.retryAfter } else { nil } }

    /// The tokens that were spent all the same, when known.
    public var usage: LanguageModelUsage? {
        switch self {
        case .malformedResponse(let response): response.usage
        case .output(let error): error.usage
        default: nil
        }
    }

    /// How often the model was asked in vain.
    var attempts: Int {
        switch self {
        case .malformedResponse(let response): response.attempts
        case .model, .output: 1
        default: 0
        }
    }

    /// One word for the stage, free of data, for the labels of metrics.
    public var label: String {
        switch self {
        case .input: "input"
        case .route: "route"
        case .model: "model"
        case .malformedResponse: "malformed_response"
        case .output: "output"
        case .python: "python"
        case .worker: "worker"
        case .deadlineExceeded: "deadline"
        case .wireForm: "wire_form"
        case .environment: "environment"
        case .pool: "pool"
        }
    }
}

extension ProgramError: CustomStringConvertible {
    /// What happened, where, and what to do about it.
    public var description: String {
        switch self {
        case .input(let error): "\(error)"
        case .route(let error): "\(error)"
        case .model(let failure): "\(failure)"
        case .malformedResponse(let response): "\(response)"
        case .output(let error): "\(error)"
        case .python(let exception): exception.report
        case .worker(let death): death.report
        case .deadlineExceeded(let route, let after):
            "no answer within \(after.inSeconds) (route \(route), model '\(route.model)'); allow more time"
        case .wireForm(let error): "a value cannot cross to Python: \(error)"
        case .environment(let problem, let remedy): "\(problem)\nTo mend it: \(remedy)"
        case .pool(.closed(let pool)): "the pool '\(pool)' is closed; run programs inside the scope that opened it"
        case .pool(let error): "\(error)"
        }
    }
}

extension PythonException {
    /// Type, message and traceback, and where it happened.
    package var report: String {
        let place = "Python raised \(type) in \(target.isEmpty ? "a call" : target) (worker \(worker)): \(message)"
        return traceback.isEmpty ? place : place + "\n" + traceback
    }
}

extension WorkerDeath {
    /// How the worker ended, and what Python wrote as it crashed.
    package var report: String {
        let how =
            switch cause {
            case .exited(let code): "exited with code \(code)"
            case .signalled(let signal): "was ended by signal \(signal)"
            case .outOfMemory: "was killed by the kernel, as memory ran out,"
            case .zygoteLost: "was lost with the process that started it"
            }
        let place = "the worker \(worker) \(how) while it served \(target.isEmpty ? "a call" : target); it is replaced"
        return traceback.isEmpty ? place : place + "\n" + traceback
    }
}

extension Error {
    /// Whether a program failed as its request was longer than the model's context.
    var isContextOverflow: Bool {
        if case .model(let failure) = self as? ProgramError { failure.error.code == .contextLength } else { false }
    }
}
