import Foundation
import Logging
import PythonPool
import Testing

/// The folder of `pool_fixture.py`.
let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("python").path

/// Python's half as it stands in this clone, whatever is installed.
let pysrc = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("pysrc").path

/// Runs a test with a pool that can import `pool_fixture`.
func withFixturePool<Result>(
    size: Int = 1, preload: [String] = ["pool_fixture"], grace: Duration = .milliseconds(200),
    environment: [String: String] = [:], changing change: (inout PythonPool.Configuration) -> Void = { _ in },
    _ body: (PythonPool) async throws -> Result
) async throws -> Result {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    var configuration = PythonPool.Configuration(
        name: "test", size: size, preload: preload, modulePaths: [fixtures, pysrc], environment: environment,
        cancellationGrace: grace)
    change(&configuration)
    return try await withPythonPool(configuration, logger: logger, body)
}

/// The error that `body` throws, as the pool's.
func poolError(_ body: () async throws -> Void) async -> PythonPoolError? {
    do {
        try await body()
        return nil
    } catch { return error as? PythonPoolError }
}

/// Whether a process of this id is there and no zombie.
func isRunning(_ pid: Int) -> Bool {
    guard let status = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
        let state = status.split(separator: ")").last?.split(separator: " ").first
    else { return false }
    return state != "Z" && state != "X"
}

/// Waits until a condition that nobody announces holds, such as the end of a process that is not ours; false when it does not within
/// the limit.
func eventually(within limit: Duration = .seconds(30), _ condition: () throws -> Bool) async throws -> Bool {
    let end = ContinuousClock.now + limit
    while try !condition() {
        if ContinuousClock.now > end { return false }
        try await Task.sleep(for: .milliseconds(5))
    }
    return true
}

/// Runs blocking code on a thread of its own.
func onThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Swift.Result(catching: body)) }
    }
}
