import Foundation
import Testing

@testable import PythonPool

@Suite struct PythonInstallationTests {
    /// A folder with virtual environments and executables that are none, removed with the value.
    final class Place {
        let folder: String

        init() throws {
            folder = NSTemporaryDirectory() + "dspex-tests-\(UUID().uuidString)"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }

        deinit { try? FileManager.default.removeItem(atPath: folder) }

        /// Makes an executable file and the folders above it.
        func executable(_ path: String) throws -> String { try file(path, permissions: 0o755) }

        func file(_ path: String, permissions: Int = 0o644) throws -> String {
            let whole = folder + "/" + path
            try FileManager.default.createDirectory(
                atPath: URL(fileURLWithPath: whole).deletingLastPathComponent().path, withIntermediateDirectories: true)
            _ = FileManager.default.createFile(
                atPath: whole, contents: nil, attributes: [.posixPermissions: permissions])
            return whole
        }

        /// Makes a virtual environment of this name and returns its folder.
        func venv(_ name: String) throws -> String {
            _ = try executable(name + "/bin/python")
            return folder + "/" + name
        }
    }

    private func find(
        _ configuration: PythonPool.Configuration, _ environment: [String: String]
    ) throws -> PythonInstallation {
        try PythonInstallation.find(for: configuration, environment: environment)
    }

    private func find(_ environment: [String: String]) throws -> PythonInstallation { try find(.init(), environment) }

    // MARK: The virtual environment

    @Test func `The configured environment goes before DSPEX_VENV, and that before VIRTUAL_ENV`() throws {
        let place = try Place()
        let worker = try place.executable("dspex-worker")
        let variables = [
            "DSPEX_WORKER": worker, "DSPEX_VENV": try place.venv("named"), "VIRTUAL_ENV": try place.venv("active"),
        ]
        let configured = try find(.init(venv: try place.venv("configured")), variables)
        #expect(configured.pythonExecutable == place.folder + "/configured/bin/python")
        #expect(try find(variables).pythonExecutable == place.folder + "/named/bin/python")
        let active = variables.filter { $0.key != "DSPEX_VENV" }
        #expect(try find(active).pythonExecutable == place.folder + "/active/bin/python")
    }

    @Test func `An environment that was named and is none is an error, not a reason to look elsewhere`() throws {
        let place = try Place()
        let variables = ["DSPEX_WORKER": try place.executable("dspex-worker"), "VIRTUAL_ENV": try place.venv("active")]
        let named = variables.merging(["DSPEX_VENV": place.folder + "/nowhere"]) { $1 }
        #expect(try problem(.init(), named) == "there is no virtual environment at \(place.folder)/nowhere")
        let configuration = PythonPool.Configuration(venv: place.folder + "/neither")
        #expect(try problem(configuration, variables) == "there is no virtual environment at \(place.folder)/neither")
    }

    @Test func `A python that cannot be run is none`() throws {
        let place = try Place()
        _ = try place.file("venv/bin/python")
        let variables = ["DSPEX_WORKER": try place.executable("dspex-worker"), "DSPEX_VENV": place.folder + "/venv"]
        // Root may run what nobody may, but not what has no permission to run at all.
        #expect(throws: PythonPoolError.self) { try find(variables) }
    }

    @Test func `Without a name the working folder comes first, then the folders above the executable`() throws {
        let place = try Place()
        let variables = ["DSPEX_WORKER": try place.executable("dspex-worker")]
        let working = FileManager.default.currentDirectoryPath
        do {
            let python = try find(variables).pythonExecutable
            #expect(python.hasSuffix("/.venv/bin/python"))
            let hasOwn = FileManager.default.isExecutableFile(atPath: working + "/.venv/bin/python")
            #expect(!hasOwn || python == working + "/.venv/bin/python")
        } catch PythonPoolError.environment(let problem, _) {
            let places = problem.replacingOccurrences(of: "there is no virtual environment at ", with: "").components(
                separatedBy: ", ")
            #expect(places.first == working + "/.venv")
            #expect(places.count > 1)
            #expect(
                zip(places.dropFirst(), places.dropFirst(2)).allSatisfy { $0.count > $1.count }, "from the inside out")
        }
    }

    // MARK: The worker

    @Test func `The configured worker goes before DSPEX_WORKER`() throws {
        let place = try Place()
        let venv = try place.venv("venv")
        let variables = ["DSPEX_WORKER": try place.executable("named/worker"), "DSPEX_VENV": venv]
        let configured = try find(.init(workerExecutable: try place.executable("configured/worker")), variables)
        #expect(configured.workerExecutable == place.folder + "/configured/worker")
        #expect(try find(variables).workerExecutable == place.folder + "/named/worker")
    }

    @Test func `A worker that was named and is none is an error that says what to run`() throws {
        let place = try Place()
        let variables = ["DSPEX_WORKER": place.folder + "/nowhere", "DSPEX_VENV": try place.venv("venv")]
        do {
            _ = try find(variables)
            Issue.record("found")
        } catch PythonPoolError.environment(let problem, let remedy) {
            #expect(problem == "there is no worker executable at \(place.folder)/nowhere")
            #expect(remedy == "swift build --product dspex-worker, or set DSPEX_WORKER to where it is")
        }
        let configuration = PythonPool.Configuration(workerExecutable: place.folder + "/neither")
        #expect(try problem(configuration, variables) == "there is no worker executable at \(place.folder)/neither")
    }

    @Test func `A missing environment is an error that says what to run`() throws {
        let place = try Place()
        let variables = ["DSPEX_WORKER": try place.executable("dspex-worker"), "DSPEX_VENV": place.folder + "/nowhere"]
        do {
            _ = try find(variables)
            Issue.record("found")
        } catch PythonPoolError.environment(_, let remedy) {
            #expect(remedy.contains("/usr/bin/python3.11 -m venv .venv"))
            #expect(remedy.contains("DSPEX_VENV"))
        }
    }

    /// The problem that finding ends in.
    private func problem(_ configuration: PythonPool.Configuration, _ environment: [String: String]) throws -> String? {
        do {
            _ = try find(configuration, environment)
            return nil
        } catch PythonPoolError.environment(let problem, _) {
            return problem
        }
    }

    // MARK: What a worker sees of the host's environment

    private let installation = PythonInstallation(workerExecutable: "/w", pythonExecutable: "/p")

    @Test(arguments: [
        "OPENAI_API_KEY", "ANTHROPIC_API_KEY", "AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", "HF_TOKEN", "DATABASE_URL",
        "SSH_AUTH_SOCK",
        "HTTPS_PROXY", "PYTHONPATH", "PYTHONSTARTUP", "PYTHONHOME", "LD_PRELOAD", "DSPEX_VENV", "VIRTUAL_ENV",
        "openai_api_key",
        "LC", "PATH_TO_KEY", "MY_LC_KEY", "HOMEPAGE", "",
    ])
    func `A variable of the host that nobody named stays in the host`(_ name: String) {
        let seen = installation.environment(adding: ["OTHER": "1"], host: [name: "s3cr3t", "PATH": "/bin"])
        #expect(seen[name] == nil)
        #expect(!seen.values.contains { $0.contains("s3cr3t") })
        #expect(seen["OTHER"] == "1")
    }

    @Test(arguments: [
        "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "LC_ALL",
        "LC_CTYPE",
    ])
    func `The harmless variables are handed on`(_ name: String) {
        #expect(installation.environment(adding: [:], host: [name: "value"])[name] == "value")
        #expect(installation.environment(adding: [:], host: [:])[name] == nil)
    }

    @Test func `A secret that is named is handed over, and that one only`() {
        let host = ["OPENAI_API_KEY": "of the host", "OTHER_API_KEY": "s3cr3t"]
        let seen = installation.environment(adding: ["OPENAI_API_KEY": "of the pool"], host: host)
        #expect(seen["OPENAI_API_KEY"] == "of the pool")
        #expect(seen["OTHER_API_KEY"] == nil)
    }

    @Test(arguments: ["OMP", "OPENBLAS", "MKL", "NUMEXPR", "VECLIB"])
    func `Libraries are told to start no threads, unless the pool says otherwise`(_ library: String) {
        let name = library + "_NUM_THREADS"
        #expect(
            installation.environment(adding: [:], host: [name: "64"])[name] == "1", "the host's own wish does not count"
        )
        #expect(installation.environment(adding: [name: "4"], host: [:])[name] == "4")
    }

    @Test func `What is named goes before everything else`() {
        let seen = installation.environment(
            adding: ["PATH": "/pool", "TOKENIZERS_PARALLELISM": "true"], host: ["PATH": "/host"])
        #expect(seen["PATH"] == "/pool")
        #expect(seen["TOKENIZERS_PARALLELISM"] == "true")
        #expect(seen["LITELLM_LOCAL_MODEL_COST_MAP"] == "True")
    }

    @Test func `An empty host gives the fixed variables and no more`() {
        #expect(
            Set(installation.environment(adding: [:], host: [:]).keys) == [
                "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS",
                "VECLIB_NUM_THREADS",
                "TOKENIZERS_PARALLELISM", "LITELLM_LOCAL_MODEL_COST_MAP",
            ])
    }
}
