import Foundation
import Logging
import Marshalling
import PythonPool
import Synchronization
import Testing

/// The pool's life with real processes: replacing, growing, draining, dying, and what it says of it.
@Suite struct LifeTests {
    private func withPool<Result>(
        _ change: (inout PythonPool.Configuration) -> Void, _ body: (PythonPool) async throws -> Result
    ) async throws -> Result {
        try await withFixturePool(changing: change, body)
    }

    /// A path where nothing is.
    private func mark() -> String {
        FileManager.default.temporaryDirectory.appendingPathComponent("mark-\(UUID().uuidString)").path
    }

    /// Keeps a pool busy until told to stop, and counts what went wrong.
    private func load(_ python: PythonPool, tasks: Int = 4) -> (stop: @Sendable () -> Void, failures: Task<Int, Never>)
    {
        let isOver = Shared(false)
        let failures = Task {
            await withTaskGroup(of: Int.self) { group in
                for _ in 0..<tasks {
                    group.addTask {
                        var failures = 0
                        while !isOver.value.withLock(\.self) {
                            do { _ = try await python.call("pool_fixture.echo", [1]) } catch { failures += 1 }
                        }
                        return failures
                    }
                }
                return await group.reduce(0, +)
            }
        }
        return ({ isOver.value.withLock { $0 = true } }, failures)
    }

    private final class Shared<Value: Sendable>: Sendable {
        let value: Mutex<Value>
        init(_ value: Value) { self.value = Mutex(value) }
    }

    // MARK: Replacing

    @Test func `A rolling restart replaces every worker and fails no call`() async throws {
        try await withPool({ $0.size = 2 }) { (python: PythonPool) async throws in
            try await python.start()
            let before = Set(python.statistics.workers.map(\.pid))
            let (stop, failures) = load(python)
            try await python.rollingRestart()
            stop()
            #expect(await failures.value == 0)
            #expect(before.isDisjoint(with: python.statistics.workers.map(\.pid)))
            #expect(python.statistics.recycles == [.restart: 2])
            #expect(python.statistics.workers.count == 2)
        }
    }

    @Test func `A new zygote takes over with the code as it is now, and fails no call`() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("code-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let module = folder.appendingPathComponent("changing.py")
        try "def version(): return 1\n".write(to: module, atomically: true, encoding: .utf8)
        try await withPool({
            $0.size = 2
            $0.modulePaths.append(folder.path)
            $0.preload.append("changing")
            $0.environment["PYTHONDONTWRITEBYTECODE"] = "1"
        }) { (python: PythonPool) async throws in
            try await python.start()
            #expect(try await python.call("changing.version") == 1)
            let zygote = try #require(python.statistics.zygote)
            try "def version(): return 22\n".write(to: module, atomically: true, encoding: .utf8)
            let (stop, failures) = load(python)
            try await python.refreshZygote()
            stop()
            #expect(await failures.value == 0)
            #expect(try await python.call("changing.version") == 22)
            #expect(python.statistics.zygote != zygote)
            let isGone = try await eventually { !isRunning(Int(zygote)) }
            #expect(isGone)
            // A new zygote that cannot start leaves the old one in office.
            try "raise RuntimeError('broken')\n".write(to: module, atomically: true, encoding: .utf8)
            let error = await poolError { try await python.refreshZygote() }
            guard case .environment(let problem, _) = error else {
                return #expect(Bool(false), "\(String(describing: error))")
            }
            #expect(problem.contains("broken"))
            #expect(try await python.call("changing.version") == 22)
        }
    }

    @Test func `A worker is replaced after its calls, and the replacement serves on`() async throws {
        try await withPool({ $0.maximumCalls = 5 }) { (python: PythonPool) async throws in
            var workers: Set<Int> = []
            while workers.count < 3 {
                workers.insert(try await python.call("pool_fixture.pid").int ?? 0)
            }
            #expect(python.statistics.recycles[.calls] ?? 0 >= 2)
            #expect(python.statistics.deaths.isEmpty)
        }
    }

    @Test func `An old worker is replaced`() async throws {
        try await withPool({ $0.maximumAge = .milliseconds(50) }) { (python: PythonPool) async throws in
            let first = try await python.call("pool_fixture.pid").int ?? 0
            let isGone = try await eventually { !isRunning(first) }
            #expect(isGone)
            #expect(try await python.call("pool_fixture.pid") != .int(first))
        }
    }

    // MARK: Memory

    @Test func `A worker past the hard limit is killed, and its call says so`() async throws {
        try await withPool({ $0.memoryMB = 64 }) { (python: PythonPool) async throws in
            let error = await poolError { _ = try await python.call("pool_fixture.balloon", [200]) }
            guard case .memoryLimitExceeded(let excess) = error else {
                return #expect(Bool(false), "\(String(describing: error))")
            }
            #expect(excess.limit == 64 << 20 && excess.used > excess.limit)
            #expect(excess.target == "pool_fixture.balloon")
            #expect("\(excess)".contains("memoryMB"))
            #expect(try await python.call("pool_fixture.echo", [1]) == 1)
            #expect(python.statistics.deaths == [.memoryLimit: 1])
        }
    }

    @Test func `A worker past the soft limit finishes and is replaced`() async throws {
        try await withPool({ $0.memoryMB = 100 }) { (python: PythonPool) async throws in
            let first = try await python.call("pool_fixture.hold", [88]).int ?? 0
            let isGone = try await eventually { !isRunning(first) }
            #expect(isGone)
            #expect(python.statistics.recycles == [.memory: 1])
            #expect(try await python.call("pool_fixture.pid") != .int(first))
        }
    }

    @Test func `The statistics tell a worker's private memory`() async throws {
        try await withPool({ _ in }) { (python: PythonPool) async throws in
            _ = try await python.call("pool_fixture.hold", [50])
            // An idle pool is looked at every five seconds.
            let isSeen = try await eventually(within: .seconds(20)) {
                python.statistics.workers.first?.privateMemory.map { $0 > 50 << 20 && $0 < 100 << 20 } ?? false
            }
            #expect(isSeen)
        }
    }

    // MARK: Size

    @Test func `A pool grows when calls wait, and shrinks when workers are not needed`() async throws {
        try await withPool({
            $0.size = 3
            $0.minimumSize = 1
            $0.idleTime = .milliseconds(100)
        }) { (python: PythonPool) async throws in
            try await python.start()
            #expect(python.statistics.workers.count == 1)
            let (grown, signal) = AsyncStream<Void>.makeStream()
            python.onUpcall("grown") { _ in
                for await _ in grown {}
                return 1
            }
            try await withThrowingTaskGroup(of: PythonValue.self) { group in
                for _ in 0..<6 { group.addTask { try await python.call("pool_fixture.announce_and_wait", ["grown"]) } }
                let hasGrown = try await eventually(within: .seconds(30)) { python.statistics.workers.count == 3 }
                #expect(hasGrown)
                signal.finish()
                for try await value in group { #expect(value == 1) }
            }
            let hasShrunk = try await eventually(within: .seconds(30)) { python.statistics.workers.count == 1 }
            #expect(hasShrunk)
            #expect(python.statistics.recycles == [.idle: 2])
            #expect(try await python.call("pool_fixture.echo", [2]) == 2)
        }
    }

    @Test func `A start waits for as many workers as it is told`() async throws {
        try await withPool({ $0.size = 4 }) { (python: PythonPool) async throws in
            try await python.start(atLeast: 1)
            #expect(python.statistics.workers.count >= 1)
            try await python.start()
            #expect(python.statistics.workers.count == 4)
        }
    }

    @Test func `A pool that is drained serves what it has and takes no more`() async throws {
        try await withPool({ _ in }) { (python: PythonPool) async throws in
            let (begun, signal) = AsyncStream<Void>.makeStream()
            python.onUpcall("begun") { _ in
                signal.yield()
                return 5
            }
            let running = Task { try await python.call("pool_fixture.announce_and_wait", ["begun"]) }
            for await _ in begun { break }
            try await python.drain()
            #expect(try await running.value == 5)
            await #expect(throws: PythonPoolError.closed(pool: "test")) { try await python.call("pool_fixture.pid") }
        }
    }

    // MARK: Hooks

    @Test func `Start hooks run before the first call, and stop hooks when a worker is replaced`() async throws {
        try await withPool({
            $0.hooks = .init(onStart: ["pool_fixture.mark_start"], onStop: ["pool_fixture.mark_stop"])
            $0.cancellationGrace = .seconds(60)
        }) { (python: PythonPool) async throws in
            let (stopped, signal) = AsyncStream<PythonValue>.makeStream()
            python.onUpcall("stopped") { upcall in
                signal.yield(upcall.payload)
                return .none
            }
            #expect(try await python.call("pool_fixture.starts") == 1)
            let first = try await python.call("pool_fixture.pid")
            try await python.rollingRestart()
            for await pid in stopped {
                #expect(pid == first)
                break
            }
            #expect(try await python.call("pool_fixture.starts") == 1)
        }
    }

    @Test func `Stop hooks run when the pool is shut down, on workers that serve nothing`() async throws {
        let stopped = Shared<[PythonValue]>([])
        let first = try await withPool({
            $0.size = 2
            $0.hooks.onStop = ["pool_fixture.mark_stop"]
            $0.cancellationGrace = .seconds(60)
        }) { (python: PythonPool) async throws -> PythonValue in
            python.onUpcall("stopped") { upcall in
                stopped.value.withLock { $0.append(upcall.payload) }
                return .none
            }
            let (begun, signal) = AsyncStream<Void>.makeStream()
            python.onUpcall("begun") { _ in
                signal.finish()
                try await Task.sleep(for: .seconds(600))
                return .none
            }
            try await python.start()
            let busy = Task { try await python.call("pool_fixture.announce_and_wait", ["begun"]) }
            for await _ in begun {}
            let idle = try await python.call("pool_fixture.pid")
            await python.shutdown()
            await #expect(throws: PythonPoolError.closed(pool: "test")) { try await busy.value }
            return idle
        }
        #expect(stopped.value.withLock(\.self) == [first])
    }

    @Test(arguments: [("pool_fixture.nothing_of_this_name", "nothing_of_this_name"), ("os.abort", "signalled(6)")])
    func `A start hook that fails, or ends its process, ends the start and says how`(_ hook: String, _ how: String)
        async throws
    {
        let error = await poolError {
            try await withPool({ $0.hooks.onStart = [hook] }) {
                (python: PythonPool) async throws in try await python.start()
            }
        }
        guard case .environment(let problem, _) = error else {
            return #expect(Bool(false), "\(String(describing: error))")
        }
        #expect(problem.contains(how) && problem.contains(" in a row"))
    }

    // MARK: Crashes

    @Test func `A call outwaits a time in which no worker starts`() async throws {
        let mark = mark()
        try await withPool({
            $0.hooks.onStart = ["pool_fixture.start_unless_marked"]
            $0.environment["MARK"] = mark
        }) { (python: PythonPool) async throws in
            let worker = try await python.call("pool_fixture.pid").int ?? 0
            #expect(FileManager.default.createFile(atPath: mark, contents: nil))
            kill(pid_t(worker), SIGKILL)
            let isHeld = try await eventually(within: .seconds(30)) { python.statistics.startsHeldFor != nil }
            #expect(isHeld)
            let waiting = Task { try await python.call("pool_fixture.echo", [1], deadline: .now + .seconds(120)) }
            let waits = try await eventually(within: .seconds(30)) { python.statistics.waiting == 1 }
            #expect(waits)
            try FileManager.default.removeItem(atPath: mark)
            #expect(try await waiting.value == 1)
            #expect(python.statistics.startsHeldFor == nil)
        }
    }

    @Test(arguments: ["pool_fixture.die_unless", "pool_fixture.kill_unless"])
    func `An idempotent call survives the death of its worker`(_ target: String) async throws {
        let path = mark()
        try await withPool({ _ in }) { (python: PythonPool) async throws in
            let value = try await python.call(target, [.string(path)], options: .init(isIdempotent: true))
            #expect(value.int ?? 0 > 0)
            #expect(python.statistics.retries == 1)
            let blocking = mark()
            let second = try await onThread {
                try python.callBlocking(target, [.string(blocking)], options: .init(isIdempotent: true))
            }
            #expect(second.int ?? 0 > 0)
        }
        let once = mark()
        let error = await poolError {
            try await withPool({ _ in }) { (python: PythonPool) async throws in
                _ = try await python.call(target, [.string(once)])
            }
        }
        guard case .workerDied = error else { return #expect(Bool(false), "\(String(describing: error))") }
    }

    @Test func `An object that a retried call returns outlives the worker's trial`() async throws {
        try await withPool({ _ in }) { (python: PythonPool) async throws in
            var worker = 0
            do {
                let tally = try await python.call(
                    "pool_fixture.tally_unless", [.string(mark())], options: .init(isIdempotent: true))
                worker = Int(try #require(tally.reference).worker)
                #expect(try await python.call("pool_fixture.add_to", [tally, 1]) == 2)
                #expect(try await python.call("pool_fixture.pid") != .int(worker), "calls without it go elsewhere")
                #expect(isRunning(worker))
                #expect(try await python.call("pool_fixture.add_to", [tally, 1]) == 3)
            }
            let isGone = try await eventually(within: .seconds(30)) { !isRunning(worker) }
            #expect(isGone)
            let isForgotten = try await eventually { python.statistics.workers.count == 1 }
            #expect(isForgotten && python.statistics.retries == 1)
            // One that returns no object leaves no worker behind.
            let served = try await python.call(
                "pool_fixture.die_unless", [.string(mark())], options: .init(isIdempotent: true))
            let other = try await eventually(within: .seconds(30)) { !isRunning(served.int ?? 0) }
            #expect(other)
        }
    }

    @Test func `A call that kills two workers is quarantined, and can be reproduced`() async throws {
        let folder = mark()
        try await withPool({
            $0.reproducerFolder = folder
            $0.size = 2
        }) { (python: PythonPool) async throws in
            let bystander = Task { try await python.call("pool_fixture.slow_then", [0.2, "unharmed"]) }
            let error = await poolError {
                _ = try await python.call("pool_fixture.leave", [3], options: .init(isIdempotent: true))
            }
            guard case .quarantined(let call) = error else {
                return #expect(Bool(false), "\(String(describing: error))")
            }
            #expect(call.death?.cause == .exited(code: 3))
            #expect(try await bystander.value == "unharmed")
            let place = try #require(call.reproducer)
            #expect(place.hasPrefix(folder))
            let reproducer = try Reproducer(contentsOf: place)
            #expect(reproducer.target == "pool_fixture.leave")
            #expect(try reproducer.args == [3])
            #expect(try reproducer.kwargs == [:])
            #expect(reproducer.preload == ["pool_fixture"])
            // The same call is refused, whether it may run twice or not; another one is not.
            let forks = python.statistics.forks
            let again = await poolError { _ = try await python.call("pool_fixture.leave", [3]) }
            guard case .quarantined(let refused) = again else {
                return #expect(Bool(false), "\(String(describing: again))")
            }
            #expect(refused.death == nil && refused.fingerprint == call.fingerprint)
            #expect(python.statistics.forks <= forks + 1, "only the worker that replaces the first one")
            let other = await poolError { _ = try await python.call("pool_fixture.leave", [4]) }
            guard case .workerDied = other else { return #expect(Bool(false), "\(String(describing: other))") }
            #expect(python.statistics.quarantined == 2)
        }
    }

    @Test func `A typed call with an array can be reproduced, and one with another array is not refused`() async throws
    {
        let elements = (0..<20_000).map { Float($0) }
        try await withPool({
            $0.reproducerFolder = mark()
            $0.size = 2
        }) { (python: PythonPool) async throws in
            let image = try SharedArray(elements)
            let crash = { (image: SharedArray) async throws in
                try await python.call(
                    "pool_fixture.leave_over", image, options: .init(isIdempotent: true), as: Bool.self)
            }
            let error = await poolError { _ = try await crash(image) }
            guard case .quarantined(let call) = error else {
                return #expect(Bool(false), "\(String(describing: error))")
            }
            let saved = try Reproducer(contentsOf: try #require(call.reproducer))
            #expect(try saved.args.first?.array?.asArray(of: Float.self) == elements)
            // What is equal is the same call, wherever it lies.
            let again = await poolError { _ = try await crash(SharedArray(elements)) }
            guard case .quarantined = again else { return #expect(Bool(false), "\(String(describing: again))") }
            #expect(try await crash(SharedArray(elements.map { -$0 })))
        }
    }

    @Test func `A SIGKILL from outside blames nobody`() async throws {
        let path = mark()
        try await withPool({ _ in }) { (python: PythonPool) async throws in
            for _ in 0..<2 {
                try? FileManager.default.removeItem(atPath: path)
                let value = try await python.call(
                    "pool_fixture.kill_unless", [.string(path)], options: .init(isIdempotent: true))
                #expect(value.int ?? 0 > 0)
            }
            #expect(python.statistics.quarantined == 0)
            #expect(python.statistics.deaths.values.reduce(0, +) == 2)
        }
    }

    @Test func `A zygote's death costs idempotent calls nothing`() async throws {
        try await withPool({ _ in }) { (python: PythonPool) async throws in
            try await python.start()
            let zygote = try #require(python.statistics.zygote)
            let path = mark()
            let (begun, signal) = AsyncStream<Void>.makeStream()
            python.onUpcall("begun") { _ in
                // The first time the zygote goes; the second time there is another one.
                if !FileManager.default.fileExists(atPath: path) {
                    #expect(FileManager.default.createFile(atPath: path, contents: nil))
                    signal.yield()
                    try await Task.sleep(for: .seconds(30))
                }
                return 7
            }
            let call = Task {
                try await python.call("pool_fixture.announce_and_wait", ["begun"], options: .init(isIdempotent: true))
            }
            for await _ in begun { break }
            kill(zygote, SIGKILL)
            #expect(try await call.value == 7)
        }
    }

    // MARK: Options

    @Test func `A call goes to the worker that it names, or says that it is gone`() async throws {
        try await withPool({ $0.size = 3 }) { (python: PythonPool) async throws in
            try await python.start()
            for worker in python.statistics.workers {
                for _ in 0..<3 {
                    let served = try await python.callReportingWorker(
                        "pool_fixture.pid", options: .init(worker: worker.pid))
                    #expect(served.worker == worker.pid)
                }
            }
            let error = await poolError { _ = try await python.call("pool_fixture.pid", options: .init(worker: 1)) }
            #expect(error == .workerUnavailable(worker: 1))
        }
    }

    @Test func `Calls of one affinity meet the same worker`() async throws {
        try await withPool({
            $0.size = 3
            $0.strategy = .hash()
        }) { (python: PythonPool) async throws in
            try await python.start()
            for key in ["a", "b", "c", "d"] {
                var workers: Set<Int32> = []
                for _ in 0..<5 {
                    workers.insert(
                        try await python.callReportingWorker("pool_fixture.pid", options: .init(affinity: key)).worker)
                }
                #expect(workers.count == 1, "\(key)")
            }
        }
    }

    @Test func `More calls than may wait are refused, with what helps`() async throws {
        try await withPool({ $0.queueLimit = 2 }) { (python: PythonPool) async throws in
            let (begun, signal) = AsyncStream<Void>.makeStream()
            python.onUpcall("begun") { _ in
                signal.yield()
                return .none
            }
            let busy = Task { try await python.call("pool_fixture.announce_and_spin", ["begun"]) }
            for await _ in begun { break }
            let waiting = (0..<2).map { _ in Task { try await python.call("pool_fixture.echo", [1]) } }
            let areWaiting = try await eventually { python.statistics.waiting == 2 }
            #expect(areWaiting)
            let error = await poolError { _ = try await python.call("pool_fixture.echo", [1]) }
            #expect(error == .overloaded(PoolOverload(pool: "test", waiting: 2, limit: 2)))
            #expect("\(error!)".contains("queueLimit") && "\(error!)".contains("2 calls wait"))
            #expect(python.statistics.rejected == 1)
            busy.cancel()
            for call in waiting { #expect(try await call.value == 1) }
        }
    }

    @Test func `Statistics tell waits and service apart`() async throws {
        try await withPool({ _ in }) { (python: PythonPool) async throws in
            try await python.start()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 { group.addTask { _ = try await python.call("pool_fixture.slow_then", [0.05, 1]) } }
                try await group.waitForAll()
            }
            let statistics = python.statistics
            #expect(statistics.service.count == 4 && statistics.queueWait.count == 4)
            #expect(statistics.service.p50 >= .milliseconds(49) && statistics.service.p50 < .milliseconds(150))
            #expect(statistics.queueWait.maximum >= .milliseconds(140))
            #expect(statistics.inFlight == 0 && statistics.busy == 0 && statistics.waiting == 0)
            #expect(statistics.workers.first?.served == 4)
        }
    }
}
