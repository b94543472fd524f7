import CLinux
import Glibc
import Testing

/// Threads that are no tasks: what blocks in the kernel must not hold a thread of Swift's own pool.
enum Threads {
    /// Runs all bodies at once, each on a thread of its own, and waits for the last one.
    static func run(_ bodies: (@Sendable () throws -> Void)...) { run(bodies) }

    /// Runs all bodies at once, each on a thread of its own, and waits for the last one.
    static func run(_ bodies: [@Sendable () throws -> Void]) {
        let handles = bodies.map { body in
            var handle: UInt64 = 0
            let context = Unmanaged.passRetained(Box(body)).toOpaque()
            let started = clinux_thread_start(
                { context in
                    guard let context else { return }
                    Unmanaged<Box>.fromOpaque(context).takeRetainedValue().run()
                }, context, &handle)
            precondition(started == 0)
            return handle
        }
        for handle in handles { _ = clinux_thread_join(handle) }
    }

    private final class Box: Sendable {
        private let body: @Sendable () throws -> Void
        init(_ body: @escaping @Sendable () throws -> Void) { self.body = body }

        func run() { do { try body() } catch { Issue.record(error) } }
    }
}

/// A point in time by which a test that waits gives up, so that what hangs fails instead.
func deadline(seconds: UInt64 = 20) -> UInt64 { clinux_monotonic_ns() + seconds * 1_000_000_000 }

/// Waits, by looking again and again, until a condition holds that another thread brings about; false when the deadline
/// passes first.
func spin(until deadline: UInt64, _ condition: () throws -> Bool) rethrows -> Bool {
    while try !condition() {
        if clinux_monotonic_ns() > deadline { return false }
        _ = sched_yield()
    }
    return true
}
