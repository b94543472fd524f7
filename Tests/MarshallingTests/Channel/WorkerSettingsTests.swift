import CLinux
import Testing

@testable import Marshalling

@Suite struct WorkerSettingsTests {
    /// Settings in which nothing is as it is by default.
    static let full: WorkerSettings = {
        var confinement = Confinement()
        confinement.landlock = 6
        confinement.filters = false
        confinement.hidesFiles = true
        confinement.network = false
        confinement.processes = false
        confinement.signals = .systemCalls
        confinement.namespaces = .needed
        confinement.scratch = "/tmp"
        confinement.scratchBytes = 1 << 40
        confinement.readable = ["/data", "/ünï/code"]
        confinement.writable = ["/out"]
        var settings = WorkerSettings()
        settings.slots = 16
        settings.niceness = -3
        settings.cores = [0, 3]
        settings.limits = Dictionary(uniqueKeysWithValues: WorkerSettings.Limit.allCases.map { ($0, Int.max) })
        settings.variables = ["CUDA_VISIBLE_DEVICES": "GPU-1", "EMPTY": ""]
        settings.controlGroup = "/sys/fs/cgroup/a"
        settings.confinement = confinement
        settings.beforeRequest = "hooks.before"
        settings.afterRequest = "hooks.after"
        return settings
    }()

    @Test(arguments: [WorkerSettings(), full])
    func `Settings read back as themselves`(_ settings: WorkerSettings) {
        #expect(WorkerSettings(settings.value) == settings)
    }

    @Test func `Settings that lack a part, or have one of another kind, are none`() throws {
        let whole = try #require(Self.full.value.dict)
        for key in whole.keys {
            var lacking = whole
            lacking[key] = Optional<PythonValue>.none
            #expect(WorkerSettings(.dict(lacking)) == nil, "without \(key)")
            var wrong = whole
            wrong[key] = 1.5
            #expect(WorkerSettings(.dict(wrong)) == nil, "\(key) of another kind")
        }
        let confinement = try #require(whole["confinement"]?.dict)
        for key in confinement.keys {
            var wrong = confinement
            wrong[key] = 1.5
            #expect(Confinement(.dict(wrong)) == nil, "\(key) of another kind")
            wrong[key] = Optional<PythonValue>.none
            #expect(Confinement(.dict(wrong)) == nil, "without \(key)")
        }
    }

    @Test(
        arguments: [
            ("limits", ["unheard of": 1]), ("limits", ["openFiles": "many"]), ("cores", ["0"]), ("variables", ["A": 1]),
            ("variables", [1: "A"]), ("confinement", [:]), ("controlGroup", 1),
        ] as [(PythonValue, PythonValue)])
    func `Settings with a part that means nothing are none`(_ key: PythonValue, _ value: PythonValue) throws {
        var settings = try #require(Self.full.value.dict)
        settings[key] = value
        #expect(WorkerSettings(.dict(settings)) == nil)
    }
}

@Suite struct StartFailureTests {
    private func written(_ failure: StartFailure) throws -> [UInt8] {
        let memory = clinux_text_memfd("test")
        defer { _ = clinux_close(memory) }
        failure.write(to: memory)
        var bytes = [UInt8](repeating: 0, count: 64 << 10)
        let count = clinux_pread(memory, &bytes, UInt64(bytes.count), 0)
        return Array(bytes[..<Int(count)])
    }

    @Test func `What a worker leaves behind reads back`() throws {
        let failure = StartFailure(problem: "no Landlock: …", remedy: "use another kernel")
        #expect(StartFailure(try written(failure)) == failure)
    }

    @Test func `A long story is cut, and still read`() throws {
        let long = String(repeating: "ü", count: 100_000)
        let failure = try #require(StartFailure(try written(StartFailure(problem: long, remedy: long))))
        #expect(long.hasPrefix(failure.problem) && failure.problem.count > 1000)
    }

    @Test(
        arguments: [
            [], Array("Fatal Python error: Segmentation fault".utf8), [0], [255, 255], [12, 3, 0, 0, 0, 0, 0, 0],
        ] as [[UInt8]])
    func `The words of faulthandler, or nothing, are no such report`(_ bytes: [UInt8]) {
        #expect(StartFailure(bytes) == nil)
    }
}
