import Foundation
import Glibc
import Logging
import PythonPool
import Testing

/// Pools under load to which everything happens at once that can happen to a worker. Takes minutes and the whole machine, so it runs when it is
/// asked for: `scripts/test chaos`, which sets `DSPEX_CHAOS` to the seconds of load.
@Suite(.serialized, .enabled(if: ProcessInfo.processInfo.environment["DSPEX_CHAOS"] != nil))
struct ChaosTests {
    @Test func `Every call ends rightly or with a typed error, none twice, and nothing is left behind`() async throws {
        let seconds = try #require(Int(ProcessInfo.processInfo.environment["DSPEX_CHAOS"] ?? ""))
        let faults = try #require(Faults(), "nothing is preloaded that makes the kernel refuse: run scripts/test chaos")
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("dspex-chaos-\(getpid())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let ledger = try file("ledger", in: folder)

        // What this process takes once and keeps.
        _ = await run(for: .seconds(3), folder, ledger: try file("nothing", in: folder), harm: nil)
        let before = HostResources.now
        let end = await run(for: .seconds(seconds), folder, ledger: ledger, harm: faults)
        let counts = end.counts

        let entries = try String(contentsOfFile: ledger, encoding: .utf8).split(separator: "\n").compactMap { Int($0) }
        let twice = Dictionary(grouping: entries, by: \.self).filter { $0.value.count > 1 }.keys
        let missing = counts.entered.subtracting(entries)
        let leftProcesses = await eventually({ end.pools.flatMap(HostResources.processes) }) { $0.isEmpty }
        let leaks = await eventually({ HostResources.now.leaks(since: before) }) { $0.isEmpty }
        let after = HostResources.now
        // They hold our standard output, for whose end somebody may wait.
        for process in leftProcesses { kill(process, SIGKILL) }
        let success = Double(counts.idempotentAnswers) / Double(max(1, counts.idempotent))

        report(
            ["\(seconds) s of load"] + counts.table + [
                "workers killed \(end.harm.killed), stopped \(end.harm.stopped), zygotes killed \(end.harm.zygotes), "
                    + "memfd_create, ftruncate and mmap failed \(faults.failed) times",
                "idempotent calls: \(counts.idempotentAnswers) of \(counts.idempotent) answered, \(String(format: "%.3f", success * 100)) %",
                "other calls in the ledger: \(entries.count), twice \(twice.count), answered and missing \(missing.count)",
                "latest end after a deadline: \(counts.latest)",
                "wrong: \(counts.wrong.count), without an end: \(counts.out.count)",
                "left: \(leftProcesses.count) processes; \(leaks.isEmpty ? "no descriptor, mapping or thread" : leaks.joined(separator: ", "))",
                "resident before \(before.resident >> 20) MB, after \(after.resident >> 20) MB",
            ])
        #expect(counts.wrong.isEmpty, "\(counts.wrong.prefix(20).joined(separator: "\n"))")
        #expect(counts.out.isEmpty, "calls have not ended: \(counts.out.values.prefix(20))")
        #expect(counts.latest < .seconds(1), "a call ended \(counts.latest) after its deadline")
        #expect(twice.isEmpty, "ran twice: \(twice.prefix(20))")
        #expect(missing.isEmpty, "answered, and did not run: \(missing.prefix(20))")
        #expect(
            success >= 0.999,
            "\(counts.failures.count) of \(counts.idempotent) failed:\n\(counts.failures.prefix(40).joined(separator: "\n"))"
        )
        #expect(leftProcesses.isEmpty, "processes are left: \(leftProcesses)")
        #expect(leaks.isEmpty, "\(leaks)")
        #expect(end.harm.killed > seconds * 7 && faults.failed >= seconds, "there was no chaos")
        #expect(
            counts.rows.values.allSatisfy { $0.calls > 0 } && counts.idempotent > seconds * 100, "there was no load")
    }

    @Test func `The memory of the host is flat over one million calls`() async throws {
        let calls = Int(ProcessInfo.processInfo.environment["DSPEX_CHAOS_CALLS"] ?? "") ?? 1_000_000
        let pool = pool("million", size: 2)
        try await pool.start()
        var resident: [Int] = []
        // The first tenth fills what is kept.
        for _ in 0...10 {
            await withTaskGroup(of: Void.self) { group in
                for caller in 0..<16 {
                    group.addTask {
                        for number in 0..<calls / 160 { await Self.callOnce(pool, number &* 16 &+ caller) }
                    }
                }
            }
            resident.append(HostResources.now.resident)
        }
        await pool.shutdown()
        report(["resident over \(calls) calls, in MB: " + resident.map { "\($0 >> 20)" }.joined(separator: " ")])
        let growth = resident[10] - resident[0]
        #expect(growth < 8 << 20, "\(growth) bytes more after \(calls) calls")
    }

    /// A call of the many kinds that a host keeps something for.
    private static func callOnce(_ pool: PythonPool, _ number: Int) async {
        switch number % 1000 {
        case 0: _ = try? await pool.call("pool_fixture.echo", [.bytes([UInt8](repeating: 1, count: 300_000))])
        case 1..<11: _ = try? await pool.call("chaos_fixture.ask", [.int(number)])
        case 11..<21: _ = try? await pool.call("chaos_fixture.missing")
        case 21..<31: _ = try? await pool.stream("pool_fixture.count_to", [10]).collect()
        case 31..<41: _ = try? await pool.call("pool_fixture.fresh")
        case 41..<51: _ = try? await pool.call("chaos_fixture.square", [.int(number)], deadline: .now + .seconds(5))
        default: _ = try? await pool.call("chaos_fixture.square", [.int(number)])
        }
    }

    // MARK: The load

    private struct End {
        var counts: ChaosTally.Counts
        var harm: Harm.Counts
        var pools: [String]
    }

    /// Loads three pools for a while: one whose workers serve one call at a time, one whose serve many, and one whose workers lie.
    ///
    /// - Parameter faults: nil for nothing but honest load.
    private func run(for time: Duration, _ folder: URL, ledger: String, harm faults: Faults?) async -> End {
        let exclusive = pool("exclusive", size: 4, folder: folder)
        let slots = pool("slots", size: 2, concurrency: .slots(8), folder: folder)
        let liars = pool("liars", size: 2, folder: folder)
        let pools = [exclusive, slots, liars]
        let tally = ChaosTally()
        let numbers = Numbers()
        let harm = Harm(pools)
        let isOver = Flag()
        var harming: Task<Void, Never>?
        func callers(
            _ count: Int, _ pool: PythonPool, counted: Bool = true, every pause: Duration = .zero,
            _ make: @escaping @Sendable (Int) -> ChaosCall
        ) {
            for _ in 0..<count {
                Task {
                    while !isOver.isSet {
                        let number = numbers.next()
                        let answered = await tally.perform(make(number), number: number, on: pool, counts: counted)
                        // Who was refused comes back a little later.
                        try? await Task.sleep(for: answered ? pause : max(pause, .milliseconds(10)))
                    }
                }
            }
        }
        callers(12, exclusive) { .honest($0, ledger: ledger) }
        callers(16, slots) { .honest($0, ledger: ledger) }
        callers(2, liars, counted: false) { .honest($0, ledger: ledger) }
        if let faults {
            let (alone, together, lies) = (Numbers(), Numbers(), Numbers())
            callers(1, exclusive, counted: false, every: .milliseconds(250)) { _ in
                .harmful(alone.next(), alone: true, pool: exclusive.configuration.name)
            }
            callers(1, slots, counted: false, every: .milliseconds(250)) { _ in
                .harmful(together.next(), alone: false, pool: slots.configuration.name)
            }
            callers(1, liars, counted: false) { _ in .lying(lies.next()) }
            harming = Task { await harm.go() }
            faults.fail(every: 25)
        }
        try? await Task.sleep(for: time)
        isOver.set()
        harming?.cancel()
        await harming?.value
        faults?.fail(every: 0)
        let out = await eventually({ tally.now.out }) { $0.isEmpty }
        var counts = tally.now
        counts.out = out
        for pool in pools { await pool.shutdown() }
        return End(counts: counts, harm: harm.done, pools: pools.map(\.configuration.name))
    }

    /// The path of an empty file.
    private func file(_ name: String, in folder: URL) throws -> String {
        let file = folder.appendingPathComponent(name)
        try Data().write(to: file)
        return file.path
    }

    private func pool(
        _ name: String, size: Int, concurrency: PythonPool.Concurrency = .exclusive, folder: URL? = nil
    ) -> PythonPool {
        var logger = Logger(label: "chaos")
        logger.logLevel = .critical
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let pool = PythonPool(
            .init(
                name: "chaos-\(getpid())-\(name)", size: size, concurrency: concurrency, memoryMB: 200,
                reproducerFolder: folder?.path, preload: ["chaos_fixture"],
                modulePaths: ["ChaosTests/python", "PythonPoolTests/python", "../pysrc"].map {
                    tests.appendingPathComponent($0).standardized.path
                },
                cancellationGrace: .milliseconds(200)),
            logger: logger)
        pool.onUpcall("double") { upcall in .int((upcall.payload.int ?? 0) * 2) }
        return pool
    }

    /// Looks until it is as it should be, for as long as a thread of the system's own takes to go; returns what it saw last.
    private func eventually<Value>(_ look: () -> Value, _ isFine: (Value) -> Bool) async -> Value {
        let end = ContinuousClock.now + .seconds(20)
        var seen = look()
        while !isFine(seen), ContinuousClock.now < end {
            try? await Task.sleep(for: .milliseconds(50))
            seen = look()
        }
        return seen
    }

    /// Says it here and, for `scripts/test`, in the file that `DSPEX_CHAOS_REPORT` names.
    private func report(_ lines: [String]) {
        let text = lines.map { $0 + "\n" }.joined()
        print(text)
        guard let path = ProcessInfo.processInfo.environment["DSPEX_CHAOS_REPORT"] else { return }
        let before = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        try? (before + text).write(toFile: path, atomically: true, encoding: .utf8)
    }
}
