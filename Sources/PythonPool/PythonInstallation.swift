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
        let places = Places(
            for: configuration, environment: environment, workingFolder: FileManager.default.currentDirectoryPath,
            executableFolder: executableFolder)
        let isExecutable = FileManager.default.isExecutableFile(atPath:)
        guard let worker = places.workers.first(where: isExecutable) else {
            throw .environment(
                problem: "there is no worker executable at \(places.workers.joined(separator: ", "))",
                remedy: "swift build --product dspex-worker, or set DSPEX_WORKER to where it is")
        }
        guard let venv = places.environments.first(where: { isExecutable($0 + "/bin/python") }) else {
            throw .environment(
                problem: "there is no virtual environment at \(places.environments.joined(separator: ", "))",
                remedy:
                    "/usr/bin/python3.11 -m venv .venv && .venv/bin/pip install <the folder pysrc of DSPex>, or set DSPEX_VENV"
            )
        }
        return PythonInstallation(workerExecutable: worker, pythonExecutable: venv + "/bin/python")
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
