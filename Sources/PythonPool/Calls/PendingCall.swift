import CLinux
import Marshalling
import Synchronization

/// A call on its way: who waits for it, and how it ended.
final class PendingCall: Sendable {
    enum Outcome: Sendable {
        /// The frame with the result, the worker that gave it, and what holds that worker until the frame has been read, if it would go.
        case result(Frame, by: WorkerConnection, ResultHold?)
        /// What ``PythonWorker`` said of the exception, in the wire form.
        case failure([UInt8], worker: Int32)
        case error(any Error)
        /// A lease: the worker that is now held.
        case leased(WorkerConnection)
    }

    @safe private struct State: Sendable {
        var outcome: Outcome?
        var continuation: UnsafeContinuation<Outcome, Never>?
        /// The doorbell of the thread that sleeps for the outcome.
        var sleeper: Int32?
        /// The worker that the call was sent to, for a stream and for a nested call.
        var connection: WorkerConnection?
        var isNested = false
    }

    let ticket: Ticket
    let target: String
    /// The function and its arguments.
    let payload: WirePayload
    let submitted: UInt64
    /// Where what it yields goes; nil for a call that only returns.
    let stream: IncomingStream?
    /// What reads the time as its steps end; nil for a call that is not profiled.
    let clock: CallClock?
    /// How many upcalls deep it was made.
    let depth = UpcallContext.current?.depth ?? 0
    /// Whether it may run twice.
    let isIdempotent: Bool
    /// The generation that it has been sent to; 0 while none has it. Written under the engine's lock.
    let place = Atomic(0)
    /// When it was last sent to a worker.
    let sent = Atomic<UInt64>(0)
    /// How often it has been given to another worker because its own died.
    let retries = Atomic(0)
    private let state = Mutex(State())

    init(
        ticket: Ticket, target: String, payload: WirePayload, submitted: UInt64, isIdempotent: Bool = false,
        stream: IncomingStream? = nil, clock: CallClock? = nil
    ) {
        self.ticket = ticket
        self.target = target
        self.payload = payload
        self.submitted = submitted
        self.isIdempotent = isIdempotent
        self.stream = stream
        self.clock = clock
    }

    var id: UInt64 { ticket.id }
    /// On the monotonic clock in ns; 0 for none.
    var deadline: UInt64 { ticket.deadline }

    /// Whether it may be given to another worker when its own dies.
    var isRepeatable: Bool { isIdempotent && isMovable }

    /// Whether any worker would do, as long as none has it.
    var isMovable: Bool { !ticket.isLease && ticket.worker == nil && stream == nil }

    var outcome: Outcome? { state.withLock(\.outcome) }

    /// Ends the call, unless it has ended already; false then.
    @discardableResult
    func complete(_ outcome: Outcome) -> Bool {
        clock?.markRead()
        let (first, continuation, sleeper) = unsafe state.withLock {
            state -> (Bool, UnsafeContinuation<Outcome, Never>?, Int32?) in
            guard state.outcome == nil else { return (false, nil, nil) }
            state.outcome = outcome
            defer {
                unsafe state.continuation = nil
                state.sleeper = nil
            }
            return unsafe (true, state.continuation, state.sleeper)
        }
        // Sound: taken out of the state under the lock, so resumed once.
        unsafe continuation?.resume(returning: outcome)
        if first { stream?.end() }
        if let sleeper { _ = clinux_ring(sleeper) }
        return first
    }

    /// The worker on which the call is nested in another one.
    var nestedOn: WorkerConnection? { state.withLock { $0.isNested ? $0.connection : nil } }

    /// The worker that serves the call, if it is a stream or nested in another one.
    var connection: WorkerConnection? { state.withLock(\.connection) }

    /// The call goes to this worker.
    func goes(to connection: WorkerConnection, nested: Bool) {
        state.withLock { state in
            state.connection = connection
            state.isNested = nested
        }
    }

    /// Suspends until the call has ended.
    nonisolated(nonsending) func wait() async -> Outcome {
        await unsafe withUnsafeContinuation { continuation in
            let ended = state.withLock { state in
                if state.outcome == nil { unsafe state.continuation = continuation }
                return state.outcome
            }
            // It may have ended before: answered, or given up because the task was cancelled.
            if let ended { unsafe continuation.resume(returning: ended) }
        }
    }

    /// Sleeps until the call has ended, or the deadline has passed: false then.
    func sleep(on bell: Int32) -> Bool {
        let ended = state.withLock { state in
            if state.outcome == nil { state.sleeper = bell }
            return state.outcome != nil
        }
        if ended { return true }
        let now = clinux_monotonic_ns()
        let timeout: Int64 = deadline == 0 ? -1 : now >= deadline ? 0 : Int64(deadline - now)
        _ = clinux_await_ring(bell, timeout)
        return state.withLock { state in
            state.sleeper = nil
            return state.outcome != nil
        }
    }
}
