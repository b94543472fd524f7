import CLinux
import Logging
import Marshalling
import Synchronization

/// What Python says, as lines of the pool's logger: its logging, warnings, standard output and standard error.
///
/// A line is logged before the call that wrote it returns. Workers hold themselves to ``PythonPool/Configuration/pythonLogRate``; one that
/// does not is held to twice that here.
final class PythonLogs: Sendable {
    private struct State {
        /// By the worker's generation.
        var budgets: [Int: LineBudget] = [:]
        var dropped: UInt64 = 0
    }

    private let pool: String
    private let rate: Int
    private let logger: Logger
    private let state = Mutex(State())

    init(_ configuration: PythonPool.Configuration, logger: Logger) {
        pool = configuration.name
        rate = configuration.pythonLogRate
        self.logger = logger
    }

    /// Lines that were dropped since the pool was made.
    var dropped: UInt64 { state.withLock(\.dropped) }

    /// A worker has ended.
    func forget(_ generation: Int) { state.withLock { $0.budgets[generation] = nil } }

    /// Logs what a frame says; one without a line only counts what was dropped.
    func log(_ frame: Frame, from connection: WorkerConnection) {
        let now = clinux_monotonic_ns()
        let (passes, dropped) = state.withLock { state -> (Bool, UInt64) in
            state.dropped &+= frame.aux
            var budget = state.budgets[connection.generation] ?? LineBudget(rate: rate * 2, now: now)
            defer { state.budgets[connection.generation] = budget }
            budget.drop(frame.aux)
            if budget.spend(now: now) { return (true, budget.takeDropped()) }
            if frame.payload.isEmpty { budget.recover() } else { state.dropped &+= 1 }
            return (false, 0)
        }
        guard passes else { return }
        var metadata: Logger.Metadata = ["pool": "\(pool)", "worker": "\(connection.pid)"]
        if frame.id != 0 { metadata["call"] = "\(frame.id)" }
        if dropped > 0 { metadata["dropped"] = "\(dropped)" }
        guard !frame.payload.isEmpty else {
            return logger.warning("\(dropped) lines of Python's log were dropped", metadata: metadata)
        }
        guard let line = PythonLogLine(wireForm: frame.payload) else {
            return logger.warning("a line of Python's log could not be read", metadata: metadata)
        }
        logger.log(
            level: line.level, "\(line.message)", metadata: metadata.merging(line.metadata) { ours, _ in ours })
    }
}

/// One line of Python's log.
struct PythonLogLine: Equatable {
    let level: Logger.Level
    let message: String
    let metadata: Logger.Metadata

    /// Reads what `dspex_worker.logs` wrote: level, logger's name, message, and a `dict` of further facts; nil when it is something else.
    init?(wireForm bytes: [UInt8]) {
        guard case .tuple(let parts) = try? PythonValue(wireForm: bytes), parts.count == 4,
            let level = parts[0].int, let name = parts[1].string, let message = parts[2].string
        else { return nil }
        self.level = Self.level(level)
        self.message = message
        var metadata: Logger.Metadata = ["logger": "\(name)"]
        for entry in parts[3].dict ?? [:] {
            guard let key = entry.key.string else { continue }
            metadata[key] = "\(Self.text(entry.value))"
        }
        self.metadata = metadata
    }

    /// Python's numbers: 10 is debug, 20 info, 30 warning, 40 error, 50 critical.
    static func level(_ number: Int) -> Logger.Level {
        switch number {
        case ..<10: .trace
        case ..<20: .debug
        case ..<25: .info
        case ..<30: .notice
        case ..<40: .warning
        case ..<50: .error
        default: .critical
        }
    }

    private static func text(_ value: PythonValue) -> String {
        switch value {
        case .string(let text): text
        case .int(let number): "\(number)"
        case .float(let number): "\(number)"
        case .bool(let flag): flag ? "True" : "False"
        default: value.typeName
        }
    }
}

extension Logger.Level {
    /// The number that Python has for it.
    var pythonLevel: Int {
        switch self {
        case .trace: 5
        case .debug: 10
        case .info: 20
        case .notice: 25
        case .warning: 30
        case .error: 40
        case .critical: 50
        }
    }
}
