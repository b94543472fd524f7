import ArgumentParser
import DSPex

/// A failure that a command found itself: what to say, and what to end with.
struct Failure: Error {
    var status: Status
    /// What happened and where. Empty when everything has been said.
    var message: String
    /// The command that mends it.
    var remedy: String?

    init(_ status: Status, _ message: String = "", remedy: String? = nil) {
        self.status = status
        self.message = message
        self.remedy = remedy
    }
}

extension Failure {
    /// Says what happened, on stderr (help that was asked for goes to stdout), and with what to end.
    static func report(_ error: any Error) -> Status {
        guard let failure = Failure(error) else {
            // Argument-parser's own: bad usage, or help and versions that were asked for.
            let text = DSPexCommand.fullMessage(for: error)
            guard DSPexCommand.exitCode(for: error).isSuccess else {
                Console.note(text)
                return .usage
            }
            Console.print(text)
            return .success
        }
        if !failure.message.isEmpty { Console.note("error: \(failure.message)") }
        if let remedy = failure.remedy { Console.note("  mend it with:  \(remedy)") }
        return failure.status
    }

    /// Nil for errors of argument-parser.
    init?(_ error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let error as ProgramError: self.init(error)
        case let error as PythonPoolError: self.init(error)
        case let error as SignatureError: self.init(.usage, "the signature cannot be read: \(error)")
        case let error as ConfigurationError: self.init(.environment, "\(error)")
        case let error as LanguageModelError: self.init(Self.status(of: error.code), "the model failed: \(error)")
        case let error as ProgramStateError: self.init(.usage, "\(error)")
        case let error as DataSetError: self.init(.usage, "\(error)")
        case is CancellationError: self.init(.failed, "cancelled")
        case is ExitCode, is CleanExit, is ValidationError: return nil
        // Argument-parser's errors of parsing are its own secret; what it does not count as bad usage is none of them.
        case _ where DSPexCommand.exitCode(for: error) != .failure: return nil
        default: self.init(.failed, "\(error)")
        }
    }

    private init(_ error: ProgramError) {
        switch error {
        case .input, .route: self.init(.usage, "\(error)")
        case .environment(let problem, let remedy): self.init(.environment, problem, remedy: remedy)
        case .pool(let error): self.init(error)
        case .model(let failure): self.init(Self.status(of: failure.error.code), "\(error)")
        default: self.init(.failed, "\(error)")
        }
    }

    private init(_ error: PythonPoolError) {
        switch error {
        case .raised(let exception): self.init(.failed, exception.report)
        case .hookFailed(let hook, let exception):
            self.init(.failed, "the hook '\(hook)' failed: \(exception.report)")
        case .workerDied(let death): self.init(.failed, death.report)
        case .deadlineExceeded(let target, let after):
            self.init(.failed, "\(target) took longer than \(after.inSeconds)")
        case .wireForm(let error): self.init(.failed, "a value cannot cross between Swift and Python: \(error)")
        case .protocolViolation(let worker, let detail):
            self.init(
                .failed, "the worker \(worker) sent something that is no message: \(detail)", remedy: "dspex doctor")
        case .nestedTooDeep(let target, let limit):
            self.init(.failed, "\(target) is more than \(limit) calls deep between Swift and Python")
        case .environment(let problem, let remedy): self.init(.environment, problem, remedy: remedy)
        case .referenceLost(let type, let worker):
            self.init(.failed, "the object of type \(type) is lost: its worker \(worker) is not there any more")
        case .referencesOfSeveralWorkers(let first, let second):
            self.init(.failed, "one call refers to objects of the workers \(first) and \(second)")
        case .foreignObject(let pool): self.init(.failed, "the pool '\(pool)' was given an object of another pool")
        case .closed(let pool): self.init(.failed, "the pool '\(pool)' is closed")
        case .overloaded(let overload): self.init(.failed, "\(overload)")
        case .workerUnavailable(let worker): self.init(.failed, "the worker \(worker) is not there any more")
        case .memoryLimitExceeded(let excess): self.init(.failed, "\(excess)")
        case .quarantined(let call): self.init(.failed, "\(call)")
        }
    }

    private static func status(of code: LanguageModelError.Code) -> Status {
        code == .notConfigured ? .environment : .failed
    }
}
