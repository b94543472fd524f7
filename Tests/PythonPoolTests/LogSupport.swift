import Logging
import Synchronization

/// Keeps the lines that it is given, and tells of each.
final class LogKeeper: Sendable {
    struct Line: Sendable {
        let level: Logger.Level
        let message: String
        let metadata: [String: String]
    }

    private let lines = Mutex<[Line]>([])
    let (stream, source) = AsyncStream<Line>.makeStream()

    var all: [Line] { lines.withLock(\.self) }
    var messages: [String] { all.map(\.message) }

    func add(_ line: Line) {
        lines.withLock { $0.append(line) }
        source.yield(line)
    }
}

struct LineHandler: LogHandler {
    let lines: LogKeeper
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let metadata = event.metadata ?? [:]
        // The pool's own lines are none of Python's.
        guard metadata["logger"] != nil || metadata["dropped"] != nil else { return }
        lines.add(.init(level: event.level, message: "\(event.message)", metadata: metadata.mapValues { "\($0)" }))
    }
}
