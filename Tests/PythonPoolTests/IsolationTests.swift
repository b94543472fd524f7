import Foundation
import Logging
import Marshalling
import Testing

@testable import PythonPool

/// Settings of workers reach real workers; what cannot be had ends in an error that says what and why.
@Suite struct IsolationTests {
    @Test func `A pool that requires what the kernel lacks does not start, and says why`() async throws {
        let machine: @Sendable () -> HostFacilities = {
            var machine = HostFacilities.probe()
            machine.kernel.landlock = 0
            machine.kernel.landlockProblem = KernelProtections.landlockProblem(-38, "5.10.0")
            return machine
        }
        try await withIsolatedPool(.sandbox, machine: machine) { (python: PythonPool) async throws in
            for _ in 0..<2 {
                let error = await poolError { _ = try await python.call("pool_fixture.pid") }
                guard case .environment(let problem, let remedy) = error else {
                    return #expect(Bool(false), "\(String(describing: error))")
                }
                #expect(problem.contains("Landlock is not available on this kernel (5.10.0)"))
                #expect(remedy.contains("dspex doctor"))
            }
            #expect(python.statistics.zygote == nil, "nothing was started")
        }
    }

    @Test func `What a worker finds missing as it starts reaches the caller in its words`() async throws {
        let machine: @Sendable () -> HostFacilities = {
            var machine = HostFacilities.probe()
            machine.groups = .success(ControlGroups(folder: "/proc/self/fdinfo"))
            return machine
        }
        try await withIsolatedPool(.none, machine: machine) { (python: PythonPool) async throws in
            let error = await poolError { try await python.start() }
            guard case .environment(let problem, _) = error else {
                return #expect(Bool(false), "\(String(describing: error))")
            }
            #expect(problem.contains("/proc/self/fdinfo"))
        }
        try await withIsolatedPool(.none, { $0.cores = [1_000] }) { (python: PythonPool) async throws in
            let error = await poolError { try await python.start() }
            guard case .environment(let problem, let remedy) = error else {
                return #expect(Bool(false), "\(String(describing: error))")
            }
            #expect(problem.contains("running on the cores [1000]") && problem.contains("Invalid argument"))
            #expect(remedy.contains("Configuration.cores"))
        }
    }

    @Test func `A hook that raises as a worker starts is told to the caller`() async throws {
        try await withIsolatedPool(.none, preload: ["failing_hook_fixture"]) { (python: PythonPool) async throws in
            let error = await poolError { _ = try await python.call("math.sqrt", [4]) }
            guard case .environment(let problem, _) = error else {
                return #expect(Bool(false), "\(String(describing: error))")
            }
            #expect(problem.contains("RuntimeError: this hook always fails"))
        }
    }

    @Test func `Niceness, cores and limits are those of the configuration`() async throws {
        var isolation = PythonPool.Isolation.none
        isolation.limits = .init(addressSpaceMB: 3000, openFiles: 100, fileSizeMB: 50, cpuSeconds: 1000)
        try await withIsolatedPool(
            isolation,
            {
                $0.niceness = 5
                $0.cores = [0]
            }
        ) { (python: PythonPool) async throws in
            let found = try await python.attempt(
                """
                import os, resource as r
                limit = lambda which: r.getrlimit(which)[0]
                result = [os.nice(0), list(os.sched_getaffinity(0)), limit(r.RLIMIT_AS), limit(r.RLIMIT_NOFILE), limit(r.RLIMIT_FSIZE), limit(r.RLIMIT_CPU)]
                """)
            #expect(found == .result([5, [0], .int(3000 << 20), 100, .int(50 << 20), 1000]))
        }
    }

    @Test func `A worker joins the group that was made for it`() async throws {
        // Groups are folders with files of the kernel; these are ordinary ones, in which what is written can be read.
        let place = NSTemporaryDirectory() + "dspex-tests-\(UUID().uuidString)"
        let group = "\(place)/dspex-\(ProcessInfo.processInfo.processIdentifier)-test-1"
        try FileManager.default.createDirectory(atPath: group, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: place) }
        for file in ["memory.max", "pids.max", "cgroup.procs", "cgroup.kill"] {
            try "".write(toFile: "\(group)/\(file)", atomically: false, encoding: .utf8)
        }
        let text = { (file: String) in try String(contentsOfFile: "\(group)/\(file)", encoding: .utf8) }
        let machine: @Sendable () -> HostFacilities = {
            var machine = HostFacilities.probe()
            machine.groups = .success(ControlGroups(folder: place))
            return machine
        }
        var isolation = PythonPool.Isolation.sandbox
        isolation.limits.processes = 64
        try await withIsolatedPool(isolation, machine: machine, { $0.memoryMB = 300 }) {
            (python: PythonPool) async throws in
            #expect(try await python.call("pool_fixture.echo", [1]) == 1)
            #expect(try text("memory.max") == "\(300 << 20)" && text("pids.max") == "64")
            #expect(try text("cgroup.procs") == "0", "the worker's own word that it joins")
            #expect(python.isolationReport?.applied[.memory] == "a control group for each worker")
        }
        #expect(try text("cgroup.kill") == "1")
    }

    @Test(arguments: [0, 1])
    func `A worker that the kernel killed in its group has exceeded its memory`(_ kills: Int) async throws {
        let place = NSTemporaryDirectory() + "dspex-tests-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: place) }
        for generation in 1...2 {
            let group = "\(place)/dspex-\(ProcessInfo.processInfo.processIdentifier)-test-\(generation)"
            try FileManager.default.createDirectory(atPath: group, withIntermediateDirectories: true)
            for (file, text) in ["memory.max": "", "cgroup.procs": "", "memory.events": "oom 1\noom_kill \(kills)\n"] {
                try text.write(toFile: "\(group)/\(file)", atomically: false, encoding: .utf8)
            }
        }
        let machine: @Sendable () -> HostFacilities = {
            var machine = HostFacilities.probe()
            machine.groups = .success(ControlGroups(folder: place))
            return machine
        }
        try await withIsolatedPool(.none, machine: machine, { $0.memoryMB = 300 }) {
            (python: PythonPool) async throws in
            let error = await poolError { _ = try await python.call("pool_fixture.die_by", [9]) }
            switch error {
            case .memoryLimitExceeded(let excess): #expect(kills == 1 && excess.limit == 300 << 20)
            case .workerDied(let death): #expect(kills == 0 && death.cause == .signalled(9))
            default: Issue.record("\(String(describing: error))")
            }
        }
    }

    @Test(.enabled(if: (try? ControlGroups.find()) != nil, "no control group can be made here"))
    func `Where control groups can be made, a worker that uses too much memory is killed by the kernel`() async throws {
        let groups = try ControlGroups.find()
        try await withIsolatedPool(.none, { $0.memoryMB = 128 }) { (python: PythonPool) async throws in
            let error = await poolError { _ = try await python.attempt("held = bytearray(1 << 30)") }
            guard case .memoryLimitExceeded(let excess) = error else {
                return #expect(Bool(false), "\(String(describing: error))")
            }
            #expect(excess.limit == 128 << 20)
        }
        let left = try FileManager.default.contentsOfDirectory(atPath: groups.folder)
        #expect(!left.contains { $0.hasPrefix("dspex-\(ProcessInfo.processInfo.processIdentifier)-") })
    }

    @Test func `Each worker sees the one device that is its own`() async throws {
        let machine: @Sendable () -> HostFacilities = {
            var machine = HostFacilities.probe()
            machine.gpus = GPUDevices(names: ["GPU-a", "GPU-b"], files: [])
            return machine
        }
        try await withIsolatedPool(.none, size: 2, machine: machine, { $0.gpu = true }) {
            (python: PythonPool) async throws in
            try await python.start()
            let ask = "import os, time; time.sleep(0.2); result = os.environ['CUDA_VISIBLE_DEVICES']"
            async let one = python.attempt(ask)
            async let other = python.attempt(ask)
            let devices = try await [one.description, other.description].sorted()
            #expect(devices[0].contains("GPU-a") && devices[1].contains("GPU-b"))
        }
    }

    @Test func `A pool without a device says so once, and runs`() async throws {
        let log = LogCollector()
        let machine: @Sendable () -> HostFacilities = {
            var machine = HostFacilities.probe()
            machine.gpus = .none
            return machine
        }
        let pool = PythonPool(
            .init(name: "test", size: 2, gpu: true, preload: ["pool_fixture"], modulePaths: [pythonHalf, fixtures]),
            logger: Logger(label: "test") { _ in log }, probe: machine)
        #expect(try await pool.call("pool_fixture.echo", [1]) == 1)
        await pool.shutdown()
        #expect(log.messages.filter { $0.contains("GPU") }.count == 1)
    }

    @Test func `The report says what is in force and what is not`() async throws {
        try await withIsolatedPool(.sandbox) { (python: PythonPool) async throws in
            #expect(python.isolationReport == nil, "before the start nothing is known")
            try await python.start()
            let report = try #require(python.isolationReport)
            #expect(report.applied[.systemCalls] == "seccomp")
            #expect(report.applied[.files]?.hasPrefix("Landlock") == true)
            #expect(Set(report.applied.keys).union(report.missing.keys) == Set(PythonPool.Protection.allCases))
            let status = try await python.attempt("result = open('/proc/self/status').read()")
            guard case .result(.string(let text)) = status else { return #expect(Bool(false), "\(status)") }
            for line in ["NoNewPrivs:\t1", "Seccomp:\t2", "CapEff:\t0000000000000000", "CapBnd:\t0000000000000000"] {
                #expect(text.contains(line))
            }
        }
    }

    @Test func `No variable of the host reaches a worker unless it is harmless or named`() async throws {
        let allowed: Set = [
            "DSPEX_LOG_LEVEL", "DSPEX_LOG_RATE",
            "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR", "LD_LIBRARY_PATH",
            "TOKENIZERS_PARALLELISM", "LITELLM_LOCAL_MODEL_COST_MAP", "OMP_WAIT_POLICY", "NAMED",
        ]
        for isolation in [PythonPool.Isolation.none, .sandbox] {
            try await withIsolatedPool(isolation, { $0.environment = ["NAMED": "key"] }) {
                (python: PythonPool) async throws in
                let seen = try await python.attempt(
                    """
                    import os
                    lines = open('/proc/self/environ', 'rb').read().decode().split(chr(0))
                    result = sorted({line.split('=')[0] for line in lines if line} | set(os.environ))
                    """)
                guard case .result(let names) = seen else { return #expect(Bool(false), "\(seen)") }
                let strange = (names.elements ?? []).compactMap(\.string).filter {
                    !allowed.contains($0) && !$0.hasPrefix("LC_") && !$0.hasSuffix("_NUM_THREADS")
                }
                #expect(strange.isEmpty)
                #expect(try await python.attempt("import os; result = os.environ['NAMED']") == .result("key"))
            }
        }
    }
}

/// Keeps what is logged.
private final class LogCollector: LogHandler, @unchecked Sendable {
    private let lock = NSLock()
    private var kept: [String] = []
    var logLevel: Logger.Level {
        get { .info }
        set {}
    }
    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    subscript(metadataKey _: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }
    var messages: [String] { lock.withLock { kept } }

    func log(event: LogEvent) { lock.withLock { kept.append("\(event.message)") } }
}
