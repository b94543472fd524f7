import Logging
import Marshalling
import PythonPool
import Synchronization
import Testing

/// What Python says arrives as lines of the pool's logger.
@Suite struct LogTests {
    /// Keeps the lines that it is given, and tells of each.
    private final class Lines: Sendable {
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

    private struct Handler: LogHandler {
        let lines: Lines
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

    private func withLog<Result>(
        level: Logger.Level = .info, rate: Int = 1000, size: Int = 1,
        _ body: (PythonPool, Lines) async throws -> Result
    ) async throws -> Result {
        let lines = Lines()
        let logger = Logger(label: "test") { _ in Handler(lines: lines, logLevel: .trace) }
        return try await withPythonPool(
            .init(
                name: "talker", size: size, preload: ["log_fixture"], modulePaths: [fixtures],
                cancellationGrace: .seconds(5), pythonLogLevel: level, pythonLogRate: rate),
            logger: logger
        ) { (python: PythonPool) async throws in try await body(python, lines) }
    }

    @Test func `Levels arrive as swift-log's, before the call has returned`() async throws {
        try await withLog(level: .trace) { (python: PythonPool, lines: Lines) async throws in
            _ = try await python.call("log_fixture.levels")
            #expect(lines.all.map(\.level) == [.trace, .debug, .info, .notice, .warning, .error, .critical])
            #expect(lines.messages == [5, 10, 20, 25, 30, 40, 50].map { "at \($0)" })
            let (_, worker) = try await python.callReportingWorker("log_fixture.streams")
            let line = try #require(lines.all.first)
            #expect(line.metadata["worker"] == "\(worker)")
            #expect(line.metadata["pool"] == "talker")
            #expect(line.metadata["logger"] == "fixture.log")
            #expect(line.metadata["source"]?.contains("log_fixture.py:") == true)
            #expect(line.metadata["call"] != nil)
            #expect(line.metadata["dropped"] == nil)
        }
    }

    @Test func `What is below the level stays in Python`() async throws {
        try await withLog(level: .error) { (python: PythonPool, lines: Lines) async throws in
            _ = try await python.call("log_fixture.levels")
            _ = try await python.call("log_fixture.prints")
            #expect(lines.messages == ["at 40", "at 50"])
        }
    }

    @Test func `An exception comes with its traceback and what was said of it`() async throws {
        try await withLog { (python: PythonPool, lines: Lines) async throws in
            _ = try await python.call("log_fixture.failing")
            let line = try #require(lines.all.first)
            #expect(line.level == .error && line.message == "it failed")
            #expect(line.metadata["traceback"]?.contains("ValueError: too bad") == true)
            #expect(line.metadata["attempt"] == "3" && line.metadata["city"] == "Bern")
        }
    }

    @Test func `Warnings are lines of their own logger`() async throws {
        try await withLog { (python: PythonPool, lines: Lines) async throws in
            _ = try await python.call("log_fixture.warn")
            let line = try #require(lines.all.first)
            #expect(line.level == .warning && line.metadata["logger"] == "py.warnings")
            #expect(line.message.contains("UserWarning: this is old"))
        }
    }

    @Test func `What is printed arrives line by line, the last one at the end of the call`() async throws {
        try await withLog { (python: PythonPool, lines: Lines) async throws in
            _ = try await python.call("log_fixture.prints")
            #expect(
                lines.messages == [
                    "a line", "two-parts", "first", "second", "to standard error", "", "grüezi", "no end",
                ])
            #expect(
                lines.all.map { $0.metadata["stream"] } == [
                    "stdout", "stdout", "stdout", "stdout", "stderr", "stdout", "stdout", "stdout",
                ])
            #expect(lines.all[4].level == .notice && lines.all[0].level == .info)
            #expect(Set(lines.all.map { $0.metadata["call"] }).count == 1)
        }
    }

    @Test func `A flush sends what has no line end yet`() async throws {
        try await withLog { (python: PythonPool, lines: Lines) async throws in
            _ = try await python.call("log_fixture.partial")
            #expect(lines.messages == ["one line flushed", "left"])
        }
    }

    @Test func `A long line is cut, and says so`() async throws {
        try await withLog { (python: PythonPool, lines: Lines) async throws in
            _ = try await python.call("log_fixture.huge", [10_000_000])
            #expect(lines.all.count == 3)
            for line in lines.all {
                #expect(line.message.count < 17_000)
                #expect(
                    line.message.hasSuffix("… \(10_000_000 - 16_384) characters left out"), "\(line.message.suffix(60))"
                )
            }
        }
    }

    @Test func `A flood is held back, and every line that did not pass is counted`() async throws {
        try await withLog(rate: 100) { (python: PythonPool, lines: Lines) async throws in
            let seconds = try await python.call("log_fixture.timed_flood", [100_000]).double ?? .infinity
            let arrived = lines.all.filter { $0.message.hasPrefix("line ") }.count
            #expect(arrived >= 200 && arrived <= 200 + Int(seconds * 100) + 1)
            let dropped = lines.all.compactMap { $0.metadata["dropped"] }.compactMap { Int($0) }.reduce(0, +)
            #expect(arrived + dropped == 100_000, "the end of the call tells what was dropped last")
            #expect(python.statistics.droppedLogLines == UInt64(dropped))
            #expect(try await python.call("log_fixture.streams")["isatty"] == false)
        }
    }

    @Test func `Texts that are no Unicode arrive escaped`() async throws {
        try await withLog { (python: PythonPool, lines: Lines) async throws in
            _ = try await python.call("log_fixture.odd_texts")
            #expect(
                lines.messages == [
                    "snow ☃ and 😀", "a lone \\ud800 surrogate", "also \\udcff here", "bad \\xff byte", "ü",
                    "with \0 and \u{1B}[31m",
                ])
            #expect(lines.all[2].metadata["and"] == "in \\ud800")
        }
    }

    @Test func `Threads do not mix their lines`() async throws {
        try await withLog { (python: PythonPool, lines: Lines) async throws in
            _ = try await python.call("log_fixture.from_threads", [8])
            #expect(Set(lines.messages) == Set((0..<8).flatMap { ["thread \($0) says so", "logged by \($0)"] }))
            #expect(lines.all.contains { $0.metadata["thread"] == "sayer-3" })
        }
    }

    @Test func `What cannot be formatted is said, and what logs as it is formatted, too`() async throws {
        try await withLog { (python: PythonPool, lines: Lines) async throws in
            _ = try await python.call("log_fixture.broken")
            #expect(lines.all.count == 5)
            #expect(lines.messages[0].contains("RuntimeError: no text"))
            #expect(lines.messages[1].hasPrefix("%d <its arguments could not be formatted: TypeError"))
            #expect(lines.messages[2].contains("Broken"))
            #expect(lines.messages[3...] == ["formatting", "chatty"])
            #expect(try await python.call("log_fixture.endless") == "survived")
        }
    }

    @Test func `Handlers of the user's own work on`() async throws {
        try await withLog { (python: PythonPool, lines: Lines) async throws in
            #expect(try await python.call("log_fixture.own_handler") == "for both\n")
            #expect(lines.messages == ["for both"])
        }
    }

    @Test func `Standard output looks like a file`() async throws {
        try await withLog { (python: PythonPool, _: Lines) async throws in
            #expect(
                try await python.call("log_fixture.streams") == [
                    "isatty": false, "encoding": "utf-8", "fileno": [1, 2], "writable": true, "name": "<stdout>",
                    "real": true,
                ])
        }
    }

    @Test(arguments: ["log_fixture.fork_and_print", "log_fixture.fork_and_return"])
    func `A process that Python forks does not speak for the worker`(_ target: String) async throws {
        try await withLog { (python: PythonPool, lines: Lines) async throws in
            #expect(try await python.call(target) == "parent")
            #expect(try await python.call("log_fixture.own_handler") == "for both\n")
            #expect(lines.messages == ["for both"])
        }
    }

    @Test func `A thread that outlives its call is heard`() async throws {
        try await withLog { (python: PythonPool, lines: Lines) async throws in
            _ = try await python.call("log_fixture.speak_later", [0.05])
            for await line in lines.stream where line.message == "after the call" {
                #expect(line.metadata["call"] == nil)
                break
            }
        }
    }
}
