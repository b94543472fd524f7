import Foundation
import Glibc
import Marshalling
import PythonPool
import Testing

/// Whatever goes wrong in a call gives a typed error that says what and where, and the pool goes on.
@Suite struct FaultTests {
    /// The pool still answers.
    private func expectAlive(_ python: PythonPool) async throws {
        #expect(try await python.call("pool_fixture.echo", ["still here"]) == "still here")
    }

    @Test(arguments: [
        ("nosuchmodule.f", "ModuleNotFoundError", "nosuchmodule"),
        ("math.squareroot", "AttributeError", "squareroot"),
        ("math.pi", "TypeError", "not callable"),
        ("sqrt", "ValueError", "module.function"),
        ("", "ValueError", "module.function"), ("a..b", "ValueError", "module.function"),
        ("pool_fixture.Nothing.add", "AttributeError", "Nothing"),
    ])
    func `An unknown target is named`(_ target: String, _ type: String, _ text: String) async throws {
        try await withFixturePool { (python: PythonPool) async throws in
            let error = await poolError { _ = try await python.call(target) }
            guard case .raised(let exception) = error else {
                return #expect(Bool(false), "\(String(describing: error))")
            }
            #expect(exception.type == type)
            #expect(exception.message.contains(text))
            #expect(exception.target == target)
            try await expectAlive(python)
        }
    }

    @Test func `A Python exception arrives with type, message and traceback`() async throws {
        try await withFixturePool { (python: PythonPool) async throws in
            let error = await poolError { _ = try await python.call("pool_fixture.raise_value_error", ["too bad"]) }
            guard case .raised(let exception) = error else {
                return #expect(Bool(false), "\(String(describing: error))")
            }
            #expect(exception.type == "ValueError")
            #expect(exception.message == "too bad")
            #expect(exception.traceback.contains("pool_fixture.py"))
            #expect(exception.traceback.contains("raise ValueError(message)"))
            #expect(exception.worker > 0)
            try await expectAlive(python)
        }
    }

    @Test(arguments: [
        ("object", WireError.noWireForm(type: "object", path: "")),
        ("nested", .noWireForm(type: "object", path: "['rows'][1]['when']")),
        ("module", .noWireForm(type: "module", path: "")),
    ])
    func `Where references are not wanted a result without a wire form is named with its place`(
        _ kind: String, _ expected: WireError
    ) async throws {
        try await withFixturePool { (python: PythonPool) async throws in
            let error = await poolError {
                _ = try await python.call("pool_fixture.return_thing", [.string(kind)], options: .init(isStrict: true))
            }
            #expect(error == .wireForm(expected))
            try await expectAlive(python)
        }
    }

    @Test func `Nesting of ten thousand levels is refused on both sides`() async throws {
        try await withFixturePool { (python: PythonPool) async throws in
            var deep: PythonValue = []
            for _ in 0..<10_000 { deep = [deep] }
            let sent = await poolError { _ = try await python.call("pool_fixture.echo", [deep]) }
            #expect(sent == .wireForm(.tooDeep(limit: WireLimit.depth)))
            let returned = await poolError { _ = try await python.call("pool_fixture.nest", [10_000]) }
            #expect(returned == .wireForm(.tooDeep(limit: WireLimit.depth)))
            #expect(try await python.call("pool_fixture.nest", [400]) != .none)
            try await expectAlive(python)
        }
    }

    @Test(arguments: [
        [] as [UInt8], [8, 200], [11, 255, 255, 255, 255], [10, 255, 255, 255, 127], [99], [8, 1, 0xFF], [0, 0],
        [16, 1, 0, 0, 0, 11, 0, 0, 0, 0, 0], [6, 255, 255, 255, 255], [12, 2, 0, 0, 0, 1],
        Array(repeating: 17, count: 4000),
        Array([[UInt8]](repeating: [11, 1, 0, 0, 0], count: 10_000).joined()),
    ])
    func `Bytes that are no wire form are a DecodeError in Python`(_ bytes: [UInt8]) async throws {
        try await withFixturePool { (python: PythonPool) async throws in
            let error = await poolError { _ = try await python.call("pool_fixture.decode", [.bytes(bytes)]) }
            guard case .raised(let exception) = error else {
                return #expect(Bool(false), "\(String(describing: error))")
            }
            #expect(exception.type == "_dspex.DecodeError")
            try await expectAlive(python)
        }
    }

    @Test func `A worker that exits fails its call with the exit code and is replaced`() async throws {
        try await withFixturePool { (python: PythonPool) async throws in
            let before = try await python.call("pool_fixture.pid")
            let error = await poolError { _ = try await python.call("pool_fixture.leave", [3]) }
            guard case .workerDied(let death) = error else {
                return #expect(Bool(false), "\(String(describing: error))")
            }
            #expect(death.cause == .exited(code: 3))
            #expect(PythonValue.int(Int(death.worker)) == before)
            #expect(death.target == "pool_fixture.leave")
            #expect(try await python.call("pool_fixture.pid") != before)
        }
    }

    @Test func `A worker that segfaults fails its call with signal and Python traceback`() async throws {
        try await withFixturePool { (python: PythonPool) async throws in
            let error = await poolError { _ = try await python.call("pool_fixture.crash") }
            guard case .workerDied(let death) = error else {
                return #expect(Bool(false), "\(String(describing: error))")
            }
            #expect(death.cause == .signalled(11))
            #expect(death.traceback.contains("Segmentation fault"))
            #expect(death.traceback.contains("in crash"))
            let blocking = await poolError {
                try await onThread { _ = try python.callBlocking("pool_fixture.crash") }
            }
            guard case .workerDied(let second) = blocking else {
                return #expect(Bool(false), "\(String(describing: blocking))")
            }
            #expect(second.cause == .signalled(11))
            try await expectAlive(python)
        }
    }

    @Test func `A stopped worker is killed after its call's deadline and replaced`() async throws {
        try await withFixturePool(grace: .milliseconds(50)) { (python: PythonPool) async throws in
            let before = try await python.call("pool_fixture.pid")
            let error = await poolError {
                _ = try await python.call("pool_fixture.stop_self", deadline: .now + .milliseconds(200))
            }
            guard case .deadlineExceeded("pool_fixture.stop_self", let after) = error else {
                return #expect(Bool(false), "\(String(describing: error))")
            }
            #expect(after >= .milliseconds(200))
            #expect(try await python.call("pool_fixture.pid") != before)
        }
    }

    @Test func `What a worker prints does not disturb it`() async throws {
        try await withFixturePool { (python: PythonPool) async throws in
            #expect(try await python.call("pool_fixture.shout") == "said")
            try await expectAlive(python)
        }
    }

    @Test(arguments: [true, false])
    func `A deadline ends Python code that runs, and the worker lives on`(_ blocking: Bool) async throws {
        try await withFixturePool(grace: .seconds(5)) { (python: PythonPool) async throws in
            let before = try await python.call("pool_fixture.pid")
            let error = await poolError {
                if blocking {
                    try await onThread {
                        _ = try python.callBlocking("pool_fixture.spin", deadline: .now + .milliseconds(100))
                    }
                } else {
                    _ = try await python.call("pool_fixture.spin", deadline: .now + .milliseconds(100))
                }
            }
            guard case .deadlineExceeded = error else { return #expect(Bool(false), "\(String(describing: error))") }
            #expect(try await python.call("pool_fixture.pid") == before, "the same worker serves on")
        }
    }

    @Test(arguments: ["pool_fixture.spin_deaf", "pool_fixture.sleep_in_c"])
    func `Code that does not heed its deadline is killed with its worker`(_ target: String) async throws {
        try await withFixturePool(grace: .milliseconds(50)) { (python: PythonPool) async throws in
            let before = try await python.call("pool_fixture.pid")
            let error = await poolError { _ = try await python.call(target, [30], deadline: .now + .milliseconds(50)) }
            guard case .deadlineExceeded = error else { return #expect(Bool(false), "\(String(describing: error))") }
            #expect(try await python.call("pool_fixture.pid") != before)
        }
    }

    @Test func `A deadline that has passed sends nothing`() async throws {
        try await withFixturePool { (python: PythonPool) async throws in
            let error = await poolError {
                _ = try await python.call("pool_fixture.remember", [1], deadline: .now - .seconds(1))
            }
            guard case .deadlineExceeded = error else { return #expect(Bool(false), "\(String(describing: error))") }
            #expect(try await python.call("pool_fixture.recall") == .none)
        }
    }

    @Test func `A deadline counts the wait for a worker`() async throws {
        try await withFixturePool { (python: PythonPool) async throws in
            let (begun, signal) = AsyncStream<Void>.makeStream()
            python.onUpcall("begun") { _ in
                signal.yield()
                return .none
            }
            let busy = Task { try await python.call("pool_fixture.announce_and_spin", ["begun"]) }
            for await _ in begun { break }
            let error = await poolError {
                _ = try await python.call("pool_fixture.pid", deadline: .now + .milliseconds(50))
            }
            guard case .deadlineExceeded = error else { return #expect(Bool(false), "\(String(describing: error))") }
            busy.cancel()
            await #expect(throws: CancellationError.self) { try await busy.value }
            try await expectAlive(python)
        }
    }

    @Test func `Cancelling the task cancels the Python call`() async throws {
        try await withFixturePool(grace: .seconds(5)) { (python: PythonPool) async throws in
            let before = try await python.call("pool_fixture.pid")
            let task = Task { try await python.call("pool_fixture.spin") }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(try await python.call("pool_fixture.pid") == before)
        }
    }

    @Test func `When the zygote is killed another one is started`() async throws {
        try await withFixturePool(size: 2) { (python: PythonPool) async throws in
            let before = try await python.call("pool_fixture.pid")
            let zygote = try #require(python.statistics.zygote)
            // The worker dies with its zygote, as often as not before it has answered.
            _ = try? await python.call("os.kill", [.int(Int(zygote)), 9])
            let gone = try await eventually { !isRunning(Int(zygote)) }
            #expect(gone)
            var after = try? await python.call("pool_fixture.pid")
            while after == nil { after = try? await python.call("pool_fixture.pid") }
            #expect(after != before)
            #expect(python.statistics.zygote != zygote)
        }
    }

    @Test func `A worker that moves the index of what it has read is ended, and no other call meets it`() async throws {
        try await withFixturePool(preload: ["liar_fixture", "pool_fixture"]) { (python: PythonPool) async throws in
            let liar = try await python.call("liar_fixture.move_index", [0, "tail", .int(1 << 30)])
            let error = await poolError { _ = try await python.call("pool_fixture.pid") }
            guard case .protocolViolation = error else {
                return #expect(Bool(false), "\(String(describing: error))")
            }
            #expect(try await python.call("pool_fixture.pid") != liar)
            #expect(python.statistics.deaths == [.violation: 1])
        }
    }

    @Test(arguments: [("tail", 0), ("head", 1)])
    func `A call that may run twice survives a worker that has spoilt its channel`(
        _ field: String, _ direction: Int
    ) async throws {
        try await withFixturePool(preload: ["liar_fixture", "pool_fixture"]) { (python: PythonPool) async throws in
            // What it says of the head it takes back with its next answer, unless it is found out.
            _ = try? await python.call("liar_fixture.move_index", [.int(direction), .string(field), .int(1 << 30)])
            let answer = try await python.call("pool_fixture.echo", [1], options: .init(isIdempotent: true))
            #expect(answer == 1)
        }
    }

    @Test(arguments: [1, 4])
    func `A worker whose descriptors have been closed ends, and its calls go on elsewhere`(_ slots: Int) async throws {
        try await withPythonPool(
            .init(
                name: "test", size: 1, concurrency: .slots(slots), preload: ["liar_fixture", "pool_fixture"],
                modulePaths: [fixtures, pysrc])
        ) { (python: PythonPool) async throws in
            let old = try? await python.call("liar_fixture.close_descriptors")
            let new = try await python.call("pool_fixture.pid", options: .init(isIdempotent: true))
            #expect(new != old)
        }
    }

    @Test(arguments: [false, true])
    func `When the zygote is killed, or what keeps it, nothing of its workers is left`(_ killsKeeper: Bool) async throws
    {
        try await withFixturePool { (python: PythonPool) async throws in
            let grandchildren = [
                try await python.call("pool_fixture.start_grandchild", [false]).int ?? 0,
                try await python.call("pool_fixture.start_grandchild", [true]).int ?? 0,
            ]
            let zygote = try #require(python.statistics.zygote)
            let killed = try killsKeeper ? parent(of: Int(zygote)) : Int(zygote)
            #expect(grandchildren.allSatisfy(isRunning) && isRunning(killed))
            _ = try? await python.call("os.kill", [.int(killed), 9])
            let gone = try await eventually { !(grandchildren + [killed, Int(zygote)]).contains(where: isRunning) }
            #expect(gone)
        }
    }

    @Test func `A pool whose zygote is stopped can be shut down`() async throws {
        var zygote: Int32 = 0
        try await withFixturePool { (python: PythonPool) async throws in
            try await python.start()
            zygote = try #require(python.statistics.zygote)
            #expect(kill(zygote, SIGSTOP) == 0)
        }
        #expect(!isRunning(Int(zygote)))
    }

    private func parent(of pid: Int) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
        return try #require(
            status.split(separator: ")").last?.split(separator: " ").dropFirst().first.flatMap { Int($0) })
    }

    @Test func `A pool that its own handlers and tools hold is freed when it has been shut down`() async throws {
        weak var left: PythonPool?
        do {
            let pool = PythonPool(.init(name: "test", size: 1, preload: ["pool_fixture"], modulePaths: [fixtures]))
            left = pool
            pool.onUpcall("echo") { [pool] upcall in try await pool.call("pool_fixture.echo", [upcall.payload]) }
            try pool.tools.register("double", parameters: "number") { [pool] (number: Int) async throws -> Int in
                try await pool.call("operator.add", number, number, as: Int.self)
            }
            let callable = pool.callable { [pool] (number: Int) in pool.statistics.inFlight + number }
            #expect(try await pool.call("dspex_worker.tools.double", [21]) == 42)
            #expect(try await pool.call("builtins.list", [pool.call("builtins.map", [callable, [1]])]) == [2])
            await pool.shutdown()
        }
        let isFreed = try await eventually { left == nil }
        #expect(isFreed)
    }

    @Test func `A pool that is shut down leaves no process and refuses calls`() async throws {
        var workers: [Int] = []
        let pool = PythonPool(.init(name: "test", size: 3, preload: ["pool_fixture"], modulePaths: [fixtures]))
        try await pool.start()
        workers = pool.statistics.workers.map { Int($0.pid) } + [Int(pool.statistics.zygote ?? 0)]
        #expect(workers.count == 4 && workers.allSatisfy(isRunning))
        let waiting = Task { try await pool.call("pool_fixture.spin") }
        await pool.shutdown()
        await pool.shutdown()
        #expect(!workers.contains(where: isRunning))
        await #expect(throws: PythonPoolError.closed(pool: "test")) { try await waiting.value }
        await #expect(throws: PythonPoolError.closed(pool: "test")) { try await pool.call("pool_fixture.pid") }
    }

    @Test(arguments: ["no_such_package", "dspex_worker_addition"])
    func `A package that is missing is named`(_ preloaded: String) async throws {
        let error = await poolError {
            try await withFixturePool(preload: [preloaded]) { (python: PythonPool) async throws in
                _ = try await python.call("math.sqrt", [1])
            }
        }
        guard case .environment(let problem, let remedy) = error else {
            return #expect(Bool(false), "\(String(describing: error))")
        }
        #expect(problem.contains("could not import its packages") && problem.contains("'no_such_package'"))
        #expect(remedy.contains("dspex doctor"))
    }

    @Test func `Missing executables are named with the command that makes them`() async throws {
        let worker = await poolError {
            try await withPythonPool(.init(workerExecutable: "/nowhere/dspex-worker")) {
                (python: PythonPool) async throws in
                _ = try await python.call("math.sqrt", [1])
            }
        }
        guard case .environment(let problem, let remedy) = worker else {
            return #expect(Bool(false), "\(String(describing: worker))")
        }
        #expect(problem.contains("/nowhere/dspex-worker"))
        #expect(remedy.contains("swift build --product dspex-worker"))
        let venv = await poolError {
            try await withPythonPool(.init(venv: "/nowhere/venv")) { (python: PythonPool) async throws in
                _ = try await python.call("math.sqrt", [1])
            }
        }
        guard case .environment(let place, _) = venv else { return #expect(Bool(false), "\(String(describing: venv))") }
        #expect(place.contains("/nowhere/venv"))
    }

    @Test func `A Python half of another version is refused, with the command that mends it`() async throws {
        let error = await poolError {
            try await withPythonPool(.init(name: "test", modulePaths: [fixtures + "_of_another_version"])) { python in
                _ = try await python.call("math.sqrt", [1])
            }
        }
        guard case .environment(let problem, let remedy) = error else {
            return #expect(Bool(false), "\(String(describing: error))")
        }
        #expect(problem.contains("0.0.1") && problem.contains(PythonPool.version))
        #expect(remedy.contains("pip install --upgrade"))
    }

    @Test func `Waiting for a start that cannot succeed ends with its error`() async throws {
        let error = await poolError {
            try await withFixturePool(preload: ["no_such_package"]) { python in try await python.start() }
        }
        guard case .environment = error else { return #expect(Bool(false), "\(String(describing: error))") }
    }

    @Test func `As a service the pool is there until its task is cancelled`() async throws {
        let pool = PythonPool(.init(name: "test", size: 1, preload: ["pool_fixture"], modulePaths: [fixtures]))
        let service = Task { try await pool.run() }
        #expect(try await pool.call("pool_fixture.echo", ["served"]) == "served")
        let worker = try await pool.call("pool_fixture.pid").int ?? 0
        service.cancel()
        _ = await service.result
        #expect(!isRunning(worker))
        await #expect(throws: PythonPoolError.closed(pool: "test")) { try await pool.call("pool_fixture.pid") }
    }
}
