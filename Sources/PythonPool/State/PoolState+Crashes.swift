/// What becomes of calls whose worker has died.
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
