import Configuration
import Foundation
import Logging
import Testing

@testable import DSPex

/// What `dspex.yaml` and variables say about a pool.
@Suite struct PoolConfigurationTests {
    typealias Pool = PythonPool.Configuration

    /// A key below `pools.general` with a value as a file and as a variable have it, and what it makes of the pool.
    struct Setting: Sendable, CustomTestStringConvertible {
        let key: String
        let yaml: String
        let variable: String
        let apply: @Sendable (inout Pool) -> Void

        init(
            _ key: String, _ yaml: String, _ variable: String? = nil, _ apply: @escaping @Sendable (inout Pool) -> Void
        ) {
            (self.key, self.yaml, self.variable, self.apply) = (key, yaml, variable ?? yaml, apply)
        }

        var testDescription: String { "\(key): \(yaml)" }
    }

    static let settings: [Setting] = [
        .init("size", "3") { $0.size = 3 },
        .init("minimumSize", "2") { $0.minimumSize = 2 },
        .init("slots", "16") { $0.concurrency = .slots(16) },
        .init("slots", "1") { $0.concurrency = .exclusive },
        .init("strategy", "roundRobin") { $0.strategy = .roundRobin },
        .init("strategy", "leastOutstanding") { $0.strategy = .leastOutstanding },
        .init("strategy", "hash") { $0.strategy = .hash() },
        .init("queueLimit", "0") { $0.queueLimit = 0 },
        .init("memoryMB", "64") { $0.memoryMB = 64 },
        .init("sharedMemoryMB", "100") { $0.sharedMemoryMB = 100 },
        .init("maximumAge", "3600") { $0.maximumAge = .seconds(3600) },
        .init("maximumCalls", "10_000", "10000") { $0.maximumCalls = 10_000 },
        .init("idleTime", "2.5") { $0.idleTime = .seconds(2.5) },
        .init("startTimeout", "5") { $0.startTimeout = .seconds(5) },
        .init("cancellationGrace", "0.25") { $0.cancellationGrace = .milliseconds(250) },
        .init("hooks.onStart", "[shop.connect, shop.warm_up]", "shop.connect,shop.warm_up") {
            $0.hooks.onStart = ["shop.connect", "shop.warm_up"]
        },
        .init("hooks.beforeRequest", "[shop.begin]", "shop.begin") { $0.hooks.beforeRequest = ["shop.begin"] },
        .init("hooks.afterRequest", "[a.b.end]", "a.b.end") { $0.hooks.afterRequest = ["a.b.end"] },
        .init("hooks.onStop", "[shop.part]", "shop.part") { $0.hooks.onStop = ["shop.part"] },
        .init("reproducerFolder", "/var/crashes") { $0.reproducerFolder = "/var/crashes" },
        .init("gpu", "true") { $0.gpu = true },
        .init("preload", "[numpy, dspy]", "numpy,dspy") { $0.preload = ["numpy", "dspy"] },
        .init("modulePaths", "[src, /opt/more]", "src,/opt/more") { $0.modulePaths = ["src", "/opt/more"] },
        .init("refreshesWhenSourcesChange", "true") { $0.refreshesWhenSourcesChange = true },
        .init("environment", "[A=b=c, E=]", "A=b=c,E=") { $0.environment = ["A": "b=c", "E": ""] },
        .init("venv", "/opt/venv") { $0.venv = "/opt/venv" },
        .init("workerExecutable", "/opt/dspex-worker") { $0.workerExecutable = "/opt/dspex-worker" },
        .init("isolation.preset", "sandbox") { $0.isolation = .sandbox },
        .init("isolation.preset", "none") { $0.isolation = .none },
        .init("isolation.files", "readOnly") { $0.isolation.files = .readOnly },
        .init("isolation.files", "host") { $0.isolation.files = .host },
        .init("isolation.network", "none") { $0.isolation.network = .none },
        .init("isolation.startsProcesses", "false") { $0.isolation.startsProcesses = false },
        .init("isolation.reducesPrivileges", "true") { $0.isolation.reducesPrivileges = true },
        .init("isolation.readable", "[/data]", "/data") { $0.isolation.readable = ["/data"] },
        .init("isolation.writable", "[/out, /more]", "/out,/more") { $0.isolation.writable = ["/out", "/more"] },
        .init("isolation.limits.addressSpaceMB", "2048") { $0.isolation.limits.addressSpaceMB = 2048 },
        .init("isolation.limits.openFiles", "64") { $0.isolation.limits.openFiles = 64 },
        .init("isolation.limits.processes", "9") { $0.isolation.limits.processes = 9 },
        .init("isolation.limits.fileSizeMB", "10") { $0.isolation.limits.fileSizeMB = 10 },
        .init("isolation.limits.cpuSeconds", "60") { $0.isolation.limits.cpuSeconds = 60 },
        .init("isolation.required", "[files, network]", "files,network") {
            $0.isolation.required = [.files, .network]
        },
        .init("niceness", "-5") { $0.niceness = -5 },
        .init("cores", "[0, 3, 3]", "0,3") { $0.cores = [0, 3] },
        .init("waitStrategy", "adaptive") { $0.waitStrategy = .adaptive },
        .init("pythonLogLevel", "warning") { $0.pythonLogLevel = .warning },
        .init("pythonLogRate", "20") { $0.pythonLogRate = 20 },
    ]

    /// Keys that go with another one.
    static let companions: Set = ["hashBound", "isolation.scratchMB", "spinMicroseconds"]

    private func load(_ yaml: String, _ environment: [String: String] = [:]) async throws -> Pool {
        let path = FileManager.default.temporaryDirectory.appending(path: "dspex-\(UUID().uuidString).yaml").path
        try yaml.write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try await Platform.Configuration.load(file: path, environment: environment).general
    }

    /// Keys and values below `pools.general` as a file has them.
    private func yaml(_ entries: [(key: String, value: String)]) -> String {
        func lines(_ entries: [(path: [String], value: String)], indent: String) -> String {
            var text = ""
            var seen: Set<String> = []
            for (path, value) in entries where seen.insert(path[0]).inserted {
                if path.count == 1 {
                    text += "\(indent)\(path[0]): \(value)\n"
                } else {
                    let below = entries.filter { $0.path[0] == path[0] }.map { (Array($0.path.dropFirst()), $0.value) }
                    text += "\(indent)\(path[0]):\n" + lines(below, indent: indent + "  ")
                }
            }
            return text
        }
        return lines(
            entries.map { (["pools", "general"] + $0.key.split(separator: ".").map(String.init), $0.value) }, indent: ""
        )
    }

    @Test(arguments: settings)
    func `A key is read from the file and from its variable`(_ setting: Setting) async throws {
        var expected = Pool.general
        setting.apply(&expected)
        #expect(try await load(yaml([(setting.key, setting.yaml)])) == expected)
        let variable = ConfigurationKey.environmentName(of: "pools.general." + setting.key)
        #expect(try await load("", [variable: setting.variable]) == expected)
    }

    @Test func `Every key that a file may have is in these tests`() {
        func names(_ level: ConfigurationKey.Level, _ prefix: String) -> [String] {
            switch level {
            case .value: [prefix]
            case .named: []
            case .keys(let keys): keys.flatMap { names($0.value, prefix.isEmpty ? $0.key : prefix + "." + $0.key) }
            }
        }
        let keys = names(ConfigurationKey.root, "").filter { $0.hasPrefix("pools.general.") }
            .map { String($0.dropFirst("pools.general.".count)) }
        // A handler is no part of the pool itself; `ConfigurationTests` has it.
        #expect(Set(keys) == Set(Self.settings.map(\.key)).union(Self.companions).union(["handler"]))
    }

    @Test func `Keys that belong together are read together`() async throws {
        let hash = try await load(yaml([("strategy", "hash"), ("hashBound", "2")]))
        #expect(hash.strategy == .hash(bound: 2))
        let spin = try await load(yaml([("waitStrategy", "spin"), ("spinMicroseconds", "50")]))
        #expect(spin.waitStrategy == .spin(.microseconds(50)))
        let scratch = try await load(yaml([("isolation.files", "scratch"), ("isolation.scratchMB", "12")]))
        #expect(scratch.isolation.files == .scratch(megabytes: 12))
        let sandbox = try await load(
            yaml([
                ("isolation.preset", "sandbox"), ("isolation.scratchMB", "12"), ("isolation.limits.openFiles", "99"),
                ("isolation.startsProcesses", "true"),
            ]))
        var expected = PythonPool.Isolation.sandbox
        expected.files = .scratch(megabytes: 12)
        expected.limits.openFiles = 99
        expected.startsProcesses = true
        #expect(sandbox.isolation == expected)
        let same = try await load(yaml([("isolation.preset", "sandbox"), ("isolation.files", "scratch")]))
        #expect(same.isolation == .sandbox)
    }

    @Test(arguments: [
        ("strategy", "random", "random", "leastOutstanding, roundRobin or hash"),
        ("hashBound", "2", "2.0", "no value, as pools.general.strategy is not hash"),
        ("minimumSize", "9", "9", "a whole number from 1 to 8"),
        ("minimumSize", "0", "0", "a whole number from 1 to 8"),
        ("slots", "many", "many", "a whole number from 1 to 1024"),
        ("queueLimit", "-1", "-1", "a whole number from 0 to 100000000"),
        ("sharedMemoryMB", "0", "0", "a whole number from 1 to 1048576"),
        ("maximumAge", "old", "old", "a number from 0.001 to 86400.0"),
        ("maximumCalls", "0", "0", "a whole number from 1 to 9223372036854775807"),
        ("idleTime", "-3", "-3.0", "a number from 0.001 to 86400.0"),
        ("startTimeout", "0", "0.0", "a number from 0.001 to 86400.0"),
        ("hooks.onStart", "[connect]", "connect", "a function with its module, as in module.function"),
        ("hooks.beforeRequest", "[.begin]", ".begin", "a function with its module, as in module.function"),
        ("hooks.afterRequest", "[a..b]", "a..b", "a function with its module, as in module.function"),
        ("hooks.onStop", "[shop.]", "shop.", "a function with its module, as in module.function"),
        ("reproducerFolder", "[a]", "a", "a text"),
        ("refreshesWhenSourcesChange", "sometimes", "sometimes", "true or false"),
        ("isolation.preset", "strict", "strict", "none or sandbox"),
        ("isolation.files", "few", "few", "host, readOnly or scratch"),
        ("isolation.scratchMB", "5", "5", "no value, as pools.general.isolation.files is not scratch"),
        ("isolation.network", "some", "some", "host or none"),
        ("isolation.startsProcesses", "2", "2", "true or false"),
        ("isolation.reducesPrivileges", "maybe", "maybe", "true or false"),
        ("isolation.limits.addressSpaceMB", "1", "1", "a whole number from 64 to 1073741824"),
        ("isolation.limits.openFiles", "3", "3", "a whole number from 16 to 1048576"),
        ("isolation.limits.processes", "0", "0", "a whole number from 1 to 4194304"),
        ("isolation.limits.fileSizeMB", "0.5", "0.5", "a whole number from 1 to 1073741824"),
        ("isolation.limits.cpuSeconds", "0", "0", "a whole number from 1 to 1000000000"),
        (
            "isolation.required", "[files, walls]", "walls",
            "privileges, systemCalls, files, network, processes, signals, namespaces or memory"
        ),
        ("niceness", "20", "20", "a whole number from -20 to 19"),
        ("cores", "[0, 1024]", "1024", "a list of whole numbers from 0 to 1023"),
        ("cores", "[0, one]", "0, one", "a list of whole numbers from 0 to 1023"),
        ("waitStrategy", "poll", "poll", "adaptive or spin"),
        ("spinMicroseconds", "5", "5", "no value, as pools.general.waitStrategy is not spin"),
        ("pythonLogLevel", "loud", "loud", "trace, debug, info, notice, warning, error or critical"),
        ("pythonLogRate", "0", "0", "a whole number from 1 to 1000000"),
    ])
    func `A malformed value is named with its key and what it should be`(
        _ key: String, _ value: String, _ shown: String, _ expected: String
    ) async throws {
        await #expect(
            throws: ConfigurationError.malformed(key: "pools.general." + key, value: shown, expected: expected)
        ) { try await load(yaml([(key, value)])) }
    }

    @Test(arguments: [
        (
            "waitStrategy", "spin", "spinMicroseconds",
            "how long pools.general.waitStrategy: spin polls, from 1 to 1000000"
        ),
        (
            "isolation.files", "scratch", "isolation.scratchMB",
            "the size of each worker's folder, a whole number from 1 to 1048576"
        ),
    ])
    func `What a value needs beside it is named`(
        _ key: String, _ value: String, _ missing: String, _ expected: String
    ) async throws {
        await #expect(throws: ConfigurationError.missing(key: "pools.general." + missing, expected: expected)) {
            try await load(yaml([(key, value)]))
        }
    }

    @Test(
        arguments: [
            ("isolation.limits.openfiles", "openFiles"), ("hooks.on_start", "onStart"), ("isolations", "isolation"),
            ("wait_strategy", "waitStrategy"), ("refreshWhenSourcesChange", "refreshesWhenSourcesChange"),
            ("memory", "memoryMB"), ("workers", nil),
        ] as [(String, String?)])
    func `A misspelt key is told with the one that was meant`(_ key: String, _ meant: String?) async throws {
        let error = await #expect(throws: ConfigurationError.self) { try await load(yaml([(key, "1")])) }
        guard case .unknownKey("pools.general.\(key)", _, _, let suggestion) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(suggestion == meant)
    }

    @Test func `A value where a group of keys belongs is refused`() async throws {
        await #expect(
            throws: ConfigurationError.malformed(
                key: "pools.general.isolation", value: "sandbox", expected: "a group of keys")
        ) { try await load(yaml([("isolation", "sandbox")])) }
    }
}
