public import Foundation

/// Where a pool finds its worker executable and its Python packages.
public struct PythonInstallation: Sendable, Hashable {
    /// The `dspex-worker` executable.
    public var workerExecutable: String
    /// The `bin/python` of the virtual environment.
    public var pythonExecutable: String

    /// Looks for both, as ``PythonPool/Configuration`` says.
    ///
    /// - Parameters:
    ///   - configuration: `venv` and `workerExecutable` go first where they are set.
    ///   - environment: the host's environment variables.
    /// - Throws: ``PythonPoolError/environment(problem:remedy:)`` with the places that were looked at.
    public static func find(
        for configuration: PythonPool.Configuration,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(PythonPoolError) -> PythonInstallation {
        PythonInstallation(
            workerExecutable: try workerExecutable(configuration, environment),
            pythonExecutable: try pythonExecutable(configuration, environment))
    }

    /// A variable that is there and not empty.
    private static func set(_ name: String, _ environment: [String: String]) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    private static var executableFolder: URL {
        URL(fileURLWithPath: (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "/")
            .deletingLastPathComponent()
    }

    private static func workerExecutable(
        _ configuration: PythonPool.Configuration, _ environment: [String: String]
    ) throws(PythonPoolError) -> String {
        let places =
            (configuration.workerExecutable ?? set("DSPEX_WORKER", environment)).map { [$0] }
            ?? [executableFolder.appendingPathComponent("dspex-worker").path]
        for place in places where FileManager.default.isExecutableFile(atPath: place) { return place }
        throw .environment(
            problem: "there is no worker executable at \(places.joined(separator: ", "))",
            remedy: "swift build --product dspex-worker, or set DSPEX_WORKER to where it is")
    }

    private static func pythonExecutable(
        _ configuration: PythonPool.Configuration, _ environment: [String: String]
    ) throws(PythonPoolError) -> String {
        var folders: [String]
        if let named = configuration.venv ?? set("DSPEX_VENV", environment) ?? set("VIRTUAL_ENV", environment) {
            folders = [named]
        } else {
            folders = [FileManager.default.currentDirectoryPath + "/.venv"]
            var folder = executableFolder
            while folder.path != "/" {
                folders.append(folder.appendingPathComponent(".venv").path)
                folder.deleteLastPathComponent()
            }
        }
        for folder in folders where FileManager.default.isExecutableFile(atPath: folder + "/bin/python") {
            return folder + "/bin/python"
        }
        throw .environment(
            problem: "there is no virtual environment at \(folders.joined(separator: ", "))",
            remedy:
                "/usr/bin/python3.11 -m venv .venv && .venv/bin/pip install <the folder pysrc of DSPex>, or set DSPEX_VENV"
        )
    }

    /// The variables a worker sees: the harmless ones of the host, thread counts that suit many processes, and those that were named.
    func environment(
        adding named: [String: String], host: [String: String] = ProcessInfo.processInfo.environment
    ) -> [String: String] {
        let harmless: Set = [
            "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR", "LD_LIBRARY_PATH",
        ]
        var environment = host.filter { harmless.contains($0.key) || $0.key.hasPrefix("LC_") }
        // A library that starts threads as it is imported could not be forked, and workers are many as it is.
        for name in ["OMP", "OPENBLAS", "MKL", "NUMEXPR", "VECLIB"] { environment["\(name)_NUM_THREADS"] = "1" }
        environment["TOKENIZERS_PARALLELISM"] = "false"
        // Keeps DSPy from asking the network for a price list.
        environment["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
        return environment.merging(named) { $1 }
    }
}
