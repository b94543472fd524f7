import Foundation
import Marshalling
import PythonPool

/// The llama.cpp server in its leased worker, and the folder of its socket.
actor EmbeddedServer {
    private let pool: PythonPool
    private let configuration: EmbeddedLanguageModel.Configuration
    private var starting: Task<(WorkerLease, SocketFolder), any Error>?

    init(_ pool: PythonPool, _ configuration: EmbeddedLanguageModel.Configuration) {
        self.pool = pool
        self.configuration = configuration
    }

    /// The socket of a server that runs. Many may ask at once; it is started once for all.
    func socket() async throws(LanguageModelError) -> String {
        let task = starting ?? Task { [pool, configuration] in try await Self.start(pool, configuration) }
        starting = task
        do {
            let (lease, folder) = try await task.value
            try await lease.restore()
            return folder.socket
        } catch {
            if starting == task { starting = nil }
            throw Self.explain(error)
        }
    }

    /// Waits until the pool knows whether the worker lives.
    func confirm() async {
        guard let (lease, _) = try? await starting?.value else { return }
        _ = try? await lease.call("os.getpid")
    }

    private static func start(
        _ pool: PythonPool, _ configuration: EmbeddedLanguageModel.Configuration
    ) async throws -> (WorkerLease, SocketFolder) {
        let folder = try SocketFolder()
        let settings: PythonDictionary = [
            "slots": .int(configuration.slots), "context": .int(configuration.context),
            "threads": .int(configuration.threads), "batch_threads": .int(configuration.threads),
        ]
        let lease = try await pool.lease { lease in
            _ = try await lease.call("dspex_worker.local_model.serve", [.string(folder.socket)], settings)
        }
        return (lease, folder)
    }

    private static func explain(_ error: any Error) -> LanguageModelError {
        switch error {
        case let error as LanguageModelError: error
        case is CancellationError:
            LanguageModelError(.cancelled, "cancelled while the embedded model was starting", provider: "embedded")
        case PythonPoolError.raised(let exception):
            LanguageModelError(.notConfigured, exception.message, provider: "embedded")
        case PythonPoolError.environment(let problem, let remedy):
            LanguageModelError(.notConfigured, "\(problem). Remedy: \(remedy)", provider: "embedded")
        default:
            LanguageModelError(
                .transport, "the embedded model's worker could not be had: \(error)", provider: "embedded")
        }
    }
}

/// A folder that only this user can look into, removed with the value. One that a killed process left behind is removed by the next.
final class SocketFolder: Sendable {
    private static let prefix = "dspex-model-"
    private let path: String

    /// Where the server is to listen.
    var socket: String { path + "/llm.sock" }

    init() throws {
        let files = FileManager.default
        let parent = files.temporaryDirectory
        for name in (try? files.contentsOfDirectory(atPath: parent.path)) ?? [] where name.hasPrefix(Self.prefix) {
            let owner = name.dropFirst(Self.prefix.count).prefix { $0 != "-" }
            if !files.fileExists(atPath: "/proc/\(owner)") {
                try? files.removeItem(at: parent.appendingPathComponent(name))
            }
        }
        let unique = String(UInt64.random(in: .min ... .max), radix: 36)
        let process = ProcessInfo.processInfo.processIdentifier
        path = parent.appendingPathComponent("\(Self.prefix)\(process)-\(unique)").path
        try files.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
