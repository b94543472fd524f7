/// What becomes of calls whose worker has died, and of a pool whose workers do not start.
extension PoolState {
    /// So often a call is given to another worker because its own died through no fault of its own.
    static let mostRetries = 3

    // MARK: Calls

    /// Whether a call that was in flight runs again, and how.
    mutating func decide(_ casualty: Casualty, _ worker: Worker, _ end: WorkerEnd, now: UInt64) -> [Action] {
        var death = end.death
        death.target = casualty.target
        let call = casualty.ticket.id
        if worker.killed == .memory {
            return [
                .fail(
                    call: call,
                    .memoryLimitExceeded(
                        MemoryExcess(
                            worker: worker.pid, used: worker.privateBytes ?? 0, limit: rules.hardMemory,
                            target: casualty.target)))
            ]
        }
        let isInTime = casualty.ticket.deadline == 0 || now < casualty.ticket.deadline
        guard casualty.isRepeatable, isInTime, zygote != .closed else {
            return [.fail(call: call, .workerDied(death))]
        }
        if worker.killed != .violation, end.death.blamesNoCall || worker.killed != nil {
            guard casualty.ticket.retries < Self.mostRetries else { return [.fail(call: call, .workerDied(death))] }
            tally.retries += 1
            if worker.isTrial {
                suspects.prepend(casualty)
            } else {
                var ticket = casualty.ticket
                ticket.retries += 1
                queue.prepend(ticket)
            }
            return []
        }
        if worker.isTrial {
            quarantine.add(casualty.fingerprint, now: now)
            tally.quarantined += 1
            return [.quarantine(casualty, death)]
        }
        tally.retries += 1
        suspects.append(casualty)
        return []
    }

    /// Whether a call is refused because it has killed workers.
    mutating func refuses(_ fingerprint: UInt64, now: UInt64) -> Bool {
        guard quarantine.end(of: fingerprint, now: now) != nil else { return false }
        tally.quarantined += 1
        return true
    }

    // MARK: Starts

    /// Whether no call can be served before the hold has passed.
    var isHopeless: Bool { intensity.heldUntil != nil && !workers.values.contains(where: \.mayServe) }

    /// A worker or the zygote has died before a worker was ready.
    mutating func startFailed(_ problem: String, now: UInt64) -> [Action] {
        var actions: [Action] = []
        if intensity.failed(now: now), let until = intensity.heldUntil {
            setAlarm(until)
            actions.append(.hold(after: intensity.inARow, until &- now))
        }
        guard intensity.heldUntil != nil else { return actions + revive(now: now) }
        return isHopeless ? actions + failWaiting(startProblem(problem)) : actions
    }

    func startProblem(_ problem: String) -> PythonPoolError {
        refusal
            ?? .environment(
                problem: "\(problem) (\(intensity.inARow) in a row)",
                remedy: "see the worker's own words on standard error; `dspex doctor` checks packages and limits")
    }

    func heldProblem(now: UInt64) -> PythonPoolError {
        let left = Double((intensity.heldUntil ?? now) &- now) / 1e9
        let seconds = (left * 10).rounded(.up) / 10
        return startProblem(
            "pool '\(rules.name)' has no worker and tries again in \(seconds) s: they end before they are ready")
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

/// How a worker ended, and which calls it took with it.
struct WorkerEnd: Sendable, Equatable {
    var generation: Int
    var death = WorkerDeath(worker: 0, cause: .zygoteLost)
    var casualties: [Casualty] = []
}

extension WorkerDeath {
    /// Whether the worker ended for a reason that lies in none of its calls.
    var blamesNoCall: Bool {
        switch cause {
        case .zygoteLost, .outOfMemory, .signalled(9): true
        case .exited, .signalled: false
        }
    }
}
