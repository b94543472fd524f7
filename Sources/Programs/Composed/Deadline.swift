internal import Synchronization

/// There was no answer in time.
struct DeadlineReached: Error {}

/// Runs a body, and waits for it until a deadline at most.
///
/// A body that goes on although its task was cancelled is left behind: what users' tools do must not hold up who waits.
///
/// - Throws: ``DeadlineReached``, `CancellationError` when the task is cancelled, or what the body throws.
func withDeadline<Result: Sendable>(
    _ deadline: ContinuousClock.Instant, _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    let race = Race<Result>()
    let work = Task { race.end(await Swift.Result.of(body)) }
    let clock = Task {
        try await Task.sleep(until: deadline, clock: .continuous)
        race.end(.failure(DeadlineReached()))
    }
    defer {
        clock.cancel()
        work.cancel()
    }
    return try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { race.begin($0) }
    } onCancel: {
        race.end(.failure(CancellationError()))
    }
}

extension Result where Failure == any Error {
    /// What a body returns or throws.
    static func of(_ body: @Sendable () async throws -> Success) async -> Result {
        do { return .success(try await body()) } catch { return .failure(error) }
    }
}

/// Who is there first decides; the others come too late.
private final class Race<Value: Sendable>: Sendable {
    private enum State {
        case running
        case awaited(CheckedContinuation<Value, any Error>)
        case ended(Result<Value, any Error>)
        case over
    }

    private let state = Mutex(State.running)

    func begin(_ continuation: CheckedContinuation<Value, any Error>) {
        let outcome: Result<Value, any Error>? = state.withLock { state in
            if case .ended(let outcome) = state {
                state = .over
                return outcome
            }
            state = .awaited(continuation)
            return nil
        }
        if let outcome { continuation.resume(with: outcome) }
    }

    func end(_ outcome: Result<Value, any Error>) {
        let continuation: CheckedContinuation<Value, any Error>? = state.withLock { state in
            switch state {
            case .running:
                state = .ended(outcome)
                return nil
            case .awaited(let continuation):
                state = .over
                return continuation
            case .ended, .over: return nil
            }
        }
        continuation?.resume(with: outcome)
    }
}
