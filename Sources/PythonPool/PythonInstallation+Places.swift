import Foundation

extension PythonInstallation {
    /// Where a pool looks for its worker executable and its virtual environment, first choice first. What was named is the only place.
    package struct Places: Sendable, Hashable {
        /// Files that may be the worker executable.
        package var workers: [String]
        /// Folders that may be the virtual environment.
        package var environments: [String]

        /// - Parameters:
        ///   - configuration: `venv` and `workerExecutable` go first where they are set.
        ///   - environment: the host's environment variables; empty ones count as not set.
        ///   - workingFolder: the host's working folder.
        ///   - executableFolder: the folder of the host's executable.
        package init(
            for configuration: PythonPool.Configuration, environment: [String: String], workingFolder: String,
            executableFolder: String
        ) {
            let named = { (names: [String]) in names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty } }
            workers =
                (configuration.workerExecutable ?? named(["DSPEX_WORKER"])).map { [$0] }
                ?? [executableFolder + "/dspex-worker"]
            if let environment = configuration.venv ?? named(["DSPEX_VENV", "VIRTUAL_ENV"]) {
                environments = [environment]
            } else {
                let folders = [workingFolder] + Self.ancestors(of: executableFolder)
                environments = folders.map { $0 + "/.venv" }
            }
        }

        /// A folder and those above it but the root, nearest first.
        private static func ancestors(of folder: String) -> [String] {
            var parts = folder.split(separator: "/")
            var folders: [String] = []
            while !parts.isEmpty {
                folders.append("/" + parts.joined(separator: "/"))
                parts.removeLast()
            }
            return folders
        }
    }

    /// The folder of the host's executable.
    package static var executableFolder: String {
        URL(fileURLWithPath: (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "/")
            .deletingLastPathComponent().path
    }
}
