import Logging
import Marshalling
import PythonPool
import Synchronization

/// Runs a test with a pool whose workers have so many slots; nil for exclusive ones.
func withSlotPool<Result>(
    _ slots: Int?, size: Int = 1, grace: Duration = .milliseconds(300), logger: Logger? = nil,
    _ change: (inout PythonPool.Configuration) -> Void = { _ in }, _ body: (PythonPool) async throws -> Result
) async throws -> Result {
    var quiet = Logger(label: "test")
    quiet.logLevel = .critical
    var configuration = PythonPool.Configuration(
        name: "slots", size: size, concurrency: slots.map { .slots($0) } ?? .exclusive,
        preload: ["pool_fixture", "slot_fixture"], modulePaths: [fixtures, pysrc], cancellationGrace: grace)
    change(&configuration)
    return try await withPythonPool(configuration, logger: logger ?? quiet, body)
}

/// Runs `body` in so many tasks, and returns what they return in their order.
func atOnce(
    _ count: Int, _ body: @escaping @Sendable (_ index: Int) async throws -> PythonValue
) async throws -> [PythonValue] {
    try await withThrowingTaskGroup(of: (Int, PythonValue).self) { group in
        for index in 0..<count { group.addTask { (index, try await body(index)) } }
        var results = Array(repeating: PythonValue.none, count: count)
        for try await (index, value) in group { results[index] = value }
        return results
    }
}

/// What is waited for until somebody opens it, with a value for all who wait and come later; who is cancelled gets None.
final class Gate: Sendable {
    private struct State {
        var value: PythonValue?
        var next = 0
        var waiting: [Int: CheckedContinuation<PythonValue, Never>] = [:]
    }

    private let state = Mutex(State())

    func open(_ value: PythonValue) {
        let waiting = state.withLock { state in
            state.value = state.value ?? value
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for continuation in waiting { continuation.resume(returning: value) }
    }

    func passed() async -> PythonValue {
        let number = state.withLock { state in
            state.next += 1
            return state.next
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let value = state.withLock { state -> PythonValue? in
                    if let value = state.value { return value }
                    if Task.isCancelled { return PythonValue.none }
                    state.waiting[number] = continuation
                    return Optional<PythonValue>.none
                }
                if let value { continuation.resume(returning: value) }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: number) }?.resume(returning: .none)
        }
    }
}
