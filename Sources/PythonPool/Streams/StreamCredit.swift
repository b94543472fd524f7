import Synchronization

/// How many more items of a stream its reader has room for. One sender at a time.
final class StreamCredit: Sendable {
    @safe private struct State: Sendable {
        var left: Int
        var isCancelled = false
        var waiter: UnsafeContinuation<Void, Never>?
    }

    private let state: Mutex<State>

    init(_ window: Int) { unsafe state = Mutex(State(left: window)) }

    /// The reader has taken `items` more.
    func add(_ items: Int) {
        let waiter = unsafe state.withLock { state -> UnsafeContinuation<Void, Never>? in
            let sum = state.left.addingReportingOverflow(max(0, items))
            state.left = sum.overflow ? .max : sum.partialValue
            defer { unsafe state.waiter = nil }
            return unsafe state.waiter
        }
        // Sound: taken out of the state under the lock, so resumed once.
        unsafe waiter?.resume()
    }

    /// Takes one item's worth, and waits for it if need be.
    ///
    /// - Throws: `CancellationError` when the task is cancelled as it waits.
    func spend() async throws {
        while !state.withLock({ take(&$0) }) {
            await withTaskCancellationHandler {
                await unsafe withUnsafeContinuation { waiter in
                    let ready = state.withLock { state in
                        if state.left > 0 || state.isCancelled { return true }
                        unsafe state.waiter = waiter
                        return false
                    }
                    if ready { unsafe waiter.resume() }
                }
            } onCancel: {
                cancel()
            }
            try Task.checkCancellation()
        }
    }

    private func take(_ state: inout State) -> Bool {
        guard state.left > 0 else { return false }
        state.left -= 1
        return true
    }

    private func cancel() {
        let waiter = unsafe state.withLock { state -> UnsafeContinuation<Void, Never>? in
            state.isCancelled = true
            defer { unsafe state.waiter = nil }
            return unsafe state.waiter
        }
        unsafe waiter?.resume()
    }
}
