import CLinux
import Logging
import Synchronization

/// Start, replacement and end of the pool as a whole, and who waits for them.
extension PoolEngine {
    /// A task that waits for the pool to be in some state.
    struct Waiter: Sendable {
        enum Condition: Sendable {
            /// So many workers are ready; nil for all.
            case ready(Int?)
            /// These workers are gone.
            case gone(Set<Int>)
            /// No worker is older than the zygote of this epoch.
            case succeeded(Int)
            /// No call waits or is served.
            case quiet

            func holds(_ state: PoolState) -> Bool {
                switch self {
                case .ready(let count): state.isReady(count)
                case .gone(let generations): generations.allSatisfy { state.workers[$0] == nil }
                case .succeeded(let epoch):
                    state.epoch >= epoch && state.workers.values.allSatisfy { $0.epoch >= epoch }
                case .quiet: state.isQuiet
                }
            }
        }

        let id: UInt64
        let condition: Condition
        let continuation: CheckedContinuation<Void, any Error>
    }

    private func wait(
        _ event: @escaping @Sendable (inout Core) -> (condition: Waiter.Condition, actions: [PoolState.Action])
    ) async throws {
        let id = nextWaiter.wrappingAdd(1, ordering: .relaxed).oldValue
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                decide { core in
                    let (condition, actions) = event(&core)
                    core.waiters.append(Waiter(id: id, condition: condition, continuation: continuation))
                    return actions
                }
                // Cancelled before it was among those that can be.
                if Task.isCancelled { failWaiters(CancellationError()) { $0.id == id } }
            }
        } onCancel: {
            failWaiters(CancellationError()) { $0.id == id }
        }
    }

    /// Resumes those whose condition holds now.
    func resumeWaiters() {
        let (done, error) = core.withLock { core -> ([Waiter], PythonPoolError?) in
            if core.state.zygote == .closed {
                defer { core.waiters = [] }
                return (core.waiters, .closed(pool: configuration.name))
            }
            let done = core.waiters.filter { $0.condition.holds(core.state) }
            if !done.isEmpty { core.waiters.removeAll { $0.condition.holds(core.state) } }
            if !core.waiters.contains(where: \.isForStart) { core.state.isAwaited = false }
            return (done, nil)
        }
        for waiter in done {
            if let error, !waiter.isForQuiet {
                waiter.continuation.resume(throwing: error)
            } else {
                waiter.continuation.resume()
            }
        }
    }

    /// Fails those that wait for what has failed.
    func failWaiters(_ error: any Error, where concerns: (Waiter) -> Bool) {
        let failed = core.withLock { core in
            let failed = core.waiters.filter(concerns)
            core.waiters.removeAll(where: concerns)
            return failed
        }
        for waiter in failed { waiter.continuation.resume(throwing: error) }
    }

    func start(atLeast count: Int?) async throws {
        try await wait { core in (.ready(count), core.state.start(now: clinux_monotonic_ns())) }
    }

    func drain() async throws {
        try await wait { core in
            core.state.isDraining = true
            return (.quiet, [])
        }
    }

    func rollingRestart() async throws {
        try await wait { core in
            let ready = Set(core.state.workers.filter { $0.value.readyAt != nil }.keys)
            return (.gone(ready), core.state.rollingRestart(now: clinux_monotonic_ns()))
        }
    }

    func refreshZygote() async throws {
        try await wait { core in
            let actions = core.state.refresh(now: clinux_monotonic_ns())
            return (.succeeded(actions.isEmpty ? core.state.epoch : core.state.newestEpoch), actions)
        }
    }

    /// Has workers that serve nothing run their stop hooks before the pool is closed, and waits until they are gone.
    func runLastHooks() async {
        guard core.withLock({ $0.state.rules.hasStopHooks }) else { return }
        // In a task of its own, as the pool may end because this one was cancelled.
        let stopped = Task {
            try await wait { core in
                let (stopping, actions) = core.state.end(now: clinux_monotonic_ns())
                return (.gone(stopping), actions)
            }
        }
        _ = await stopped.result
    }

    /// Fails what waits, asks the thread to end, and returns it; it takes the zygotes and all their descendants along.
    func close() -> Reactor? {
        let (actions, connections, reactor) = core.withLock { core in
            let actions = core.state.close()
            defer { core.connections = [:] }
            return (actions, Array(core.connections.values), core.reactor)
        }
        perform(actions)
        for connection in connections {
            upcalls.cancel(of: connection.generation)
            for call in connection.end() { call.complete(.error(PythonPoolError.closed(pool: configuration.name))) }
            connection.channel.wakeDirectReader()
        }
        resumeWaiters()
        reactor?.stop()
        return reactor
    }
}

extension PoolEngine.Waiter {
    var isForStart: Bool { if case .ready = condition { true } else { false } }
    var isForRefresh: Bool { if case .succeeded = condition { true } else { false } }
    var isForQuiet: Bool { if case .quiet = condition { true } else { false } }
}
