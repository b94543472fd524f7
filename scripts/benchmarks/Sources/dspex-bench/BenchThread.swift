import Foundation
import Synchronization

/// One thread for everything that blocks: it measures like a user's own thread would, and no thread of the cooperative pool waits.
final class BenchThread: Sendable {
    private let jobs = Mutex<[@Sendable () -> Void]>([])
    private let wake = DispatchSemaphore(value: 0)

    init() {
        let thread = Thread { [self] in
            while true {
                wake.wait()
                jobs.withLock { $0.removeFirst() }()
            }
        }
        thread.start()
    }

    /// Runs one job on the thread and waits for it.
    func run<Result: Sendable>(_ job: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            jobs.withLock { $0.append { continuation.resume(with: Swift.Result(catching: job)) } }
            wake.signal()
        }
    }
}
