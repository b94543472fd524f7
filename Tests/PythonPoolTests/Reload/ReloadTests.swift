import Foundation
import Logging
import Marshalling
import PythonPool
import Synchronization
import Testing

/// A pool whose sources change under it, with real processes.
@Suite struct ReloadTests {
    /// A folder with a module `changing` whose `version()` tells which it is, and a pool that watches it.
    private struct Workshop: Sendable {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("shop-\(UUID().uuidString)").path

        init() throws {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try write(version: 1)
        }

        /// Lines of different lengths, lest Python take its compiled form of a file written in the same second for the same file's.
        func write(version: Int) throws {
            try write("def version(): return \(version)\n" + String(repeating: "#", count: version), to: "changing.py")
        }

        func write(_ text: String, to file: String) throws {
            try text.write(toFile: folder + "/" + file, atomically: false, encoding: .utf8)
        }

        func withPool(
            size: Int = 2, logger: Logger? = nil,
            _ body: (PythonPool) async throws -> Void
        ) async throws {
            var quiet = Logger(label: "test")
            quiet.logLevel = .critical
            // What is written in the same instant in which a zygote starts counts as changed afterwards.
            try await Task.sleep(for: .milliseconds(50))
            try await withPythonPool(
                .init(
                    name: "shop", size: size, preload: ["changing", "pool_fixture"],
                    modulePaths: [folder, fixtures, pysrc], refreshesWhenSourcesChange: true),
                logger: logger ?? quiet
            ) { (python: PythonPool) async throws in
                try await python.start()
                try await body(python)
            }
        }
    }

    /// Calls from three tasks until each gets this answer; until then workers with older code answer.
    private func call(_ python: PythonPool, until new: PythonValue, instead old: [PythonValue]) async throws {
        let end = ContinuousClock.now + .seconds(60)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<3 {
                group.addTask {
                    while true {
                        let answer = try await python.call("changing.version")
                        if answer == new { return }
                        try #require(old.contains(answer))
                        try #require(ContinuousClock.now < end, "it is still \(answer)")
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func `A module that changes is loaded anew, and no call fails`() async throws {
        let shop = try Workshop()
        try await shop.withPool { (python: PythonPool) async throws in
            var before: [PythonValue] = [1]
            func becomes(_ version: PythonValue) async throws {
                try await call(python, until: version, instead: before)
                before.append(version)
            }
            for version in 2...4 {
                try shop.write(version: version)
                try await becomes(.int(version))
            }
            // A file that replaces another, as editors do it, and a package that comes.
            try shop.write("def version(): return 'moved'\n", to: "next.txt")
            #expect(rename(shop.folder + "/next.txt", shop.folder + "/changing.py") == 0)
            try await becomes("moved")
            try FileManager.default.createDirectory(
                atPath: shop.folder + "/fresh/deep", withIntermediateDirectories: true)
            try shop.write("", to: "fresh/deep/__init__.py")
            try shop.write("from fresh.deep import tool\ndef version(): return tool.version()\n", to: "changing.py")
            try shop.write("def version(): return 5\n", to: "fresh/deep/tool.py")
            try await becomes(5)
            try shop.write("def version(): return 'six'\n", to: "fresh/deep/tool.py")
            try await becomes("six")
            #expect(python.statistics.deaths.isEmpty)
            #expect(python.statistics.recycles.keys.allSatisfy { $0 == .sources })
        }
    }

    @Test func `Code that does not load leaves the old one in office, and the pool says so`() async throws {
        let shop = try Workshop()
        let lines = LogKeeper()
        let logger = Logger(label: "test") { _ in PoolLineHandler(lines: lines) }
        try await shop.withPool(logger: logger) { (python: PythonPool) async throws in
            let (zygote, workers) = (python.statistics.zygote, python.statistics.workers.map(\.pid))
            try shop.write("def version(): return (\n", to: "changing.py")
            for await line in lines.stream where line.message.contains("do not load") {
                #expect(line.level == .error)
                #expect(line.metadata["problem"]?.contains("SyntaxError") == true)
                #expect(line.metadata["changed"] == shop.folder + "/changing.py")
                #expect(line.metadata["pool"] == "shop")
                break
            }
            for _ in 0..<50 { #expect(try await python.call("changing.version") == 1) }
            #expect(python.statistics.zygote == zygote)
            #expect(python.statistics.workers.map(\.pid) == workers)
            try shop.write(version: 22)
            try await call(python, until: 22, instead: [1])
        }
    }

    @Test func `Objects stay where they are while the code around them changes`() async throws {
        let shop = try Workshop()
        try await shop.withPool(size: 1) { (python: PythonPool) async throws in
            let counter = try await python.python.pool_fixture.Tally(10).kept()
            try shop.write(version: 2)
            try await call(python, until: 2, instead: [1])
            #expect(try await counter.add() == 11)
            #expect(try await python.call("pool_fixture.living_tallies") == 0, "calls without it go elsewhere")
        }
    }

    @Test func `A package that is installed is noticed`() async throws {
        let shop = try Workshop()
        let site = shop.folder + "/site-packages"
        try FileManager.default.createDirectory(atPath: site, withIntermediateDirectories: true)
        var configuration = PythonPool.Configuration(
            name: "shop", size: 1, modulePaths: [site, pysrc], refreshesWhenSourcesChange: true)
        configuration.environment["PYTHONDONTWRITEBYTECODE"] = "1"
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        try await withPythonPool(configuration, logger: logger) { (python: PythonPool) async throws in
            let before = try await python.call("os.getppid")
            // Only what an installer notes: nothing that is a source by itself.
            try FileManager.default.createDirectory(
                atPath: site + "/tool-1.dist-info", withIntermediateDirectories: false)
            let end = ContinuousClock.now + .seconds(60)
            while try await python.call("os.getppid") == before { try #require(ContinuousClock.now < end) }
            #expect(python.statistics.recycles == [.sources: 1])
        }
    }
}

/// The pool's own lines.
private struct PoolLineHandler: LogHandler {
    let lines: LogKeeper
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        lines.add(
            .init(
                level: event.level, message: "\(event.message)",
                metadata: (event.metadata ?? [:]).mapValues { "\($0)" }))
    }
}
