import CLinux
import Logging
import Marshalling

/// The pool's zygote, and the socket on which it takes orders.
struct ZygoteProcess: Sendable {
    /// The process that was started, which ends after the zygote and everything below it.
    let keeper: Int32
    /// The zygote's own process id; nil before it has told it.
    var pid: Int32?
    let socket: Int32
    let startedAt: UInt64
    let orders = ForkOrders()

    /// Starts the executable and tells it what to import. It answers with `started` or `startFailed`.
    ///
    /// - Parameter logLevel: the lowest that is logged.
    static func start(
        _ installation: PythonInstallation, _ configuration: PythonPool.Configuration, logLevel: Logger.Level
    ) throws -> ZygoteProcess {
        let pair: (Int32, Int32)
        do { pair = try socketPair() } catch {
            throw PythonPoolError.environment(
                problem: error.description, remedy: "raise the limit of open files (ulimit -n)")
        }
        var environment = installation.environment(adding: configuration.environment)
        environment["DSPEX_LOG_LEVEL"] = "\(max(logLevel, configuration.pythonLogLevel).pythonLevel)"
        environment["DSPEX_LOG_RATE"] = "\(configuration.pythonLogRate)"
        let startedAt = clinux_monotonic_ns()
        let keeper = unsafe withCStrings([installation.workerExecutable, configuration.name]) { arguments in
            unsafe withCStrings(environment.map { "\($0.key)=\($0.value)" }.sorted()) { variables in
                unsafe clinux_spawn(installation.workerExecutable, arguments, variables, pair.1)
            }
        }
        _ = clinux_close(pair.1)
        guard keeper > 0 else {
            _ = clinux_close(pair.0)
            throw PythonPoolError.environment(
                problem: "\(installation.workerExecutable) could not be started: \(linuxError(keeper))",
                remedy: "swift build --product dspex-worker")
        }
        let zygote = ZygoteProcess(keeper: keeper, socket: pair.0, startedAt: startedAt)
        do {
            try ZygoteMessage.start(
                executable: installation.pythonExecutable, paths: configuration.modulePaths,
                preload: configuration.preload
            ).send(on: pair.0)
        } catch {
            zygote.end()
            throw error
        }
        return zygote
    }

    /// Closes the socket, on which the zygote takes all its descendants with it, and waits until all are gone.
    func end() {
        _ = clinux_close(socket)
        // One that somebody has stopped would not see that: SIGCONT to its group, which is still there, as nobody else reaps the keeper.
        _ = clinux_kill(-keeper, 18)
        var status: Int32 = 0
        _ = unsafe clinux_wait(keeper, &status)
    }
}
