import Logging
import PythonPool
import Synchronization

/// Runs a test with a pool that can import `tool_fixture`.
func withToolPool<Result>(
    size: Int = 1, preload: [String] = ["tool_fixture"], grace: Duration = .seconds(5),
    _ body: (PythonPool) async throws -> Result
) async throws -> Result {
    try await withFixturePool(size: size, preload: preload, grace: grace, body)
}

/// Tells when it goes.
final class Witness: Sendable {
    private let signal: AsyncStream<Void>.Continuation
    let gone: AsyncStream<Void>

    init() { (gone, signal) = AsyncStream<Void>.makeStream() }

    /// Something to hold: `gone` ends with it.
    func token() -> Token { Token(signal) }

    final class Token: Sendable {
        private let signal: AsyncStream<Void>.Continuation
        init(_ signal: AsyncStream<Void>.Continuation) { self.signal = signal }
        deinit { signal.finish() }
        func touch() {}
    }

    /// Waits until the token is gone.
    func wait() async { for await _ in gone {} }
}

/// Counts.
final class Counter: Sendable {
    private let number = Mutex(0)
    var value: Int { number.withLock(\.self) }
    func add() { number.withLock { $0 += 1 } }
}
