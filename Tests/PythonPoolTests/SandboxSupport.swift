import Foundation
import Logging
import Marshalling

@testable import PythonPool

/// The folder of the Python half, of this version.
let pythonHalf = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
    .deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("pysrc").path

extension Logger {
    static var quiet: Logger {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }
}

/// Runs a test with a pool whose code is kept from what `isolation` says.
func withIsolatedPool<Result>(
    _ isolation: PythonPool.Isolation, size: Int = 1, preload: [String] = ["sandbox_fixture", "pool_fixture"],
    machine: @escaping @Sendable () -> HostFacilities = HostFacilities.probe,
    _ change: (inout PythonPool.Configuration) -> Void = { _ in }, _ body: (PythonPool) async throws -> Result
) async throws -> Result {
    var configuration = PythonPool.Configuration(
        name: "test", size: size, preload: preload, modulePaths: [pythonHalf, fixtures], isolation: isolation,
        cancellationGrace: .milliseconds(200))
    change(&configuration)
    let pool = PythonPool(configuration, logger: .quiet, probe: machine)
    do {
        let result = try await body(pool)
        await pool.shutdown()
        return result
    } catch {
        await pool.shutdown()
        throw error
    }
}

/// What became of code that a worker was given as text.
enum Attempt: Equatable, CustomStringConvertible {
    case result(PythonValue)
    case raised(type: String, message: String)

    var description: String {
        switch self {
        case .result(let value): "\(value)"
        case .raised(let type, let message): "\(type): \(message)"
        }
    }

    /// Whether the system refused it: EPERM, EACCES, or EROFS where mounts are read-only.
    var isRefused: Bool {
        guard case .raised(let type, let message) = self else { return false }
        return type == "PermissionError" || message.contains("Read-only file system")
    }
}

extension PythonPool {
    func attempt(_ source: String, _ names: PythonDictionary = [:]) async throws -> Attempt {
        let answer = try await call("sandbox_fixture.attempt", [.string(source), .dict(names)])
        if answer[0] == "result" { return .result(answer[1] ?? .none) }
        return .raised(type: answer[1]?.string ?? "", message: answer[2]?.string ?? "")
    }
}

/// A file with a secret in a folder of its own, as a key of the user's would lie, removed with the value.
final class SecretFile: Sendable {
    let path: String
    let folder: String
    static let content = "-----BEGIN OPENSSH PRIVATE KEY-----"

    init() throws {
        folder = NSTemporaryDirectory() + "dspex-tests-\(UUID().uuidString)"
        path = folder + "/id_ed25519"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Self.content.write(toFile: path, atomically: false, encoding: .utf8)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    var isUntouched: Bool {
        let mode = (try? FileManager.default.attributesOfItem(atPath: path))?[.posixPermissions] as? NSNumber
        return (try? String(contentsOfFile: path, encoding: .utf8)) == Self.content && mode?.intValue != 0o777
            && (try? FileManager.default.contentsOfDirectory(atPath: folder)) == ["id_ed25519"]
    }
}
