import Synchronization

/// The workers that a zygote has been asked for, and those that it will be asked for when it has answered.
///
/// An order on its way holds descriptors, and a full socket blocks who writes to it. That would be the pool's thread, while the zygote
/// waits for room for the answers which that thread does not read.
final class ForkOrders: Sendable {
    /// Orders that may be on their way. The zygote forks one at a time; a few keep it busy.
    static let window = 16

    private let state = Mutex<(sent: Int, waiting: [Int])>((0, []))

    /// Notes that a worker is wanted.
    ///
    /// - Returns: whether it is to be ordered now.
    func want(_ generation: Int) -> Bool {
        state.withLock { state in
            guard state.sent < Self.window else {
                state.waiting.append(generation)
                return false
            }
            state.sent += 1
            return true
        }
    }

    /// An order has been answered, or could not be sent.
    ///
    /// - Returns: the worker to order next.
    func answered() -> Int? {
        state.withLock { state in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
            state.sent = max(0, state.sent - 1)
            return nil
        }
    }
}
