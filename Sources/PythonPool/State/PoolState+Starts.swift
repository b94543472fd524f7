/// Starts fail, are held for a while, and calls wait for the next one or do not.
extension PoolState {
    /// Whether no call can be served before the hold of starts has passed: no worker is left, and none is on its way.
    var isBereft: Bool { intensity.heldUntil != nil && !workers.values.contains(where: \.givesHope) }

    /// Whether a call that waits while the pool is bereft can still be served: by a worker that is started after the hold.
    ///
    /// A pool that never had a worker has a fault that the next start has too, and says so at once. One that had is short of something just
    /// then; calls wait for it as far as their deadlines go. Those without a deadline wait for one more start.
    private func outlastsHold(deadline: UInt64) -> Bool {
        guard hasBeenReady, let end = intensity.heldUntil else { return false }
        return deadline == 0 ? intensity.holds < 2 : deadline > end
    }

    /// Why a call fails that has come while the pool is bereft; nil when it may wait.
    func rejection(of ticket: Ticket, now: UInt64) -> PythonPoolError? {
        isBereft && !outlastsHold(deadline: ticket.deadline) ? heldProblem(now: now) : nil
    }

    /// Why the pool cannot be started now; nil when it is worth to wait.
    func startRejection(now: UInt64) -> PythonPoolError? {
        isBereft && !outlastsHold(deadline: 0) ? heldProblem(now: now) : nil
    }

    /// A worker or the zygote has died before a worker was ready.
    mutating func startFailed(_ problem: String, now: UInt64) -> [Action] {
        lastStartProblem = problem
        var actions: [Action] = []
        if intensity.failed(now: now), let until = intensity.heldUntil {
            setAlarm(until)
            actions.append(.hold(after: intensity.inARow, until &- now))
        }
        return actions + (intensity.heldUntil == nil ? revive(now: now) : failBereft(now: now))
    }

    /// Fails what waits and cannot be served in time, when the last worker has gone while starts are held.
    mutating func failBereft(now: UInt64) -> [Action] {
        guard isBereft else { return [] }
        guard hasBeenReady else { return failWaiting(startProblem(lastStartProblem)) }
        let error = heldProblem(now: now)
        let late = { [self] (ticket: Ticket) in !outlastsHold(deadline: ticket.deadline) }
        let failed = queue.removeAll(where: late) + suspects.all.map(\.ticket).filter(late)
        suspects.removeAll { late($0.ticket) }
        var actions = failed.map(\.id).sorted().map { Action.fail(call: $0, error) }
        if isAwaited, !outlastsHold(deadline: 0) {
            isAwaited = false
            actions.append(.startsFailed(error))
        }
        return actions
    }

    private func startProblem(_ problem: String) -> PythonPoolError {
        refusal
            ?? .environment(
                problem: "\(problem) (\(intensity.inARow) in a row)",
                remedy: "see the worker's own words on standard error; `dspex doctor` checks packages and limits")
    }

    /// What is known of the hold, and of the start that failed last.
    private func heldProblem(now: UInt64) -> PythonPoolError {
        let left = Double((intensity.heldUntil ?? now) &- now) / 1e9
        let seconds = (left * 10).rounded(.up) / 10
        let cause = startProblem(lastStartProblem)
        guard case .environment(let problem, let remedy) = cause else { return cause }
        return .environment(
            problem:
                "pool '\(rules.name)' has no worker and starts none for \(seconds) s, as the last ones failed: \(problem)",
            remedy: remedy)
    }

    /// Nobody will serve what waits.
    mutating func failWaiting(_ error: PythonPoolError) -> [Action] {
        let told: [Action] = isAwaited ? [.startsFailed(error)] : []
        isAwaited = false
        let waiting = queue.removeAll().map(\.id) + suspects.all.map(\.ticket.id)
        suspects = FIFO()
        return waiting.map { .fail(call: $0, error) } + told
    }
}
