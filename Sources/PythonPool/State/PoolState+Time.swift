/// Time passes.
extension PoolState {
    /// Does what is due.
    mutating func tick(now: UInt64) -> [Action] {
        var actions: [Action] = []
        for generation in workers.keys.sorted() { actions += tick(generation, now: now) }
        if intensity.release(now: now) { actions += revive(now: now) }
        actions += grow(now: now) + shrink(now: now) + reload(now: now)
        alarm = nextTick ?? .max
        return actions
    }

    private mutating func tick(_ generation: Int, now: UInt64) -> [Action] {
        guard let worker = workers[generation], worker.phase != .ending else { return [] }
        if worker.readyAt == nil, worker.forkedAt &+ rules.startTimeout <= now, rules.startTimeout != .max {
            workers[generation]?.problem = "workers of pool '\(rules.name)' are not ready in time"
            return kill(generation, .start)
        }
        if let end = worker.stoppedBy, end <= now { return kill(generation, .retired) }
        if let end = worker.drainedBy {
            return end <= now || worker.isForsaken ? kill(generation, .stuck) : []
        }
        if worker.givenUp.contains(where: { $0.graceEnds <= now }) {
            // Its neighbours get the time that the call had.
            if worker.isForsaken { return kill(generation, .stuck) }
            let end = now &+ rules.grace
            update(generation) { $0.drainedBy = end }
            return []
        }
        if let age = rules.maximumAge, let readyAt = worker.readyAt, readyAt &+ age <= now {
            return recycle(generation, .age, now: now)
        }
        return []
    }

    /// When ``tick(now:)`` has something to do next.
    var nextTick: UInt64? {
        var next = [intensity.heldUntil, growAt, shrinkAt, reloadDue].lazy.compactMap(\.self).min()
        func note(_ time: UInt64?) { if let time { next = min(next ?? .max, time) } }
        for worker in workers.values where worker.phase != .ending {
            note(worker.stoppedBy)
            note(worker.drainedBy ?? worker.givenUp.map(\.graceEnds).min())
            if worker.readyAt == nil, rules.startTimeout != .max { note(worker.forkedAt &+ rules.startTimeout) }
            if let age = rules.maximumAge, worker.retirement == nil { note(worker.readyAt.map { $0 &+ age }) }
        }
        return next
    }

    // MARK: What the pool is like now

    /// How many of its workers serve calls.
    var readyCount: Int {
        seats.count { $0.map { workers[$0]?.phase == .serving || workers[$0]?.phase == .leased } ?? false }
    }

    /// Whether so many workers are ready; all that the pool is to have by default.
    func isReady(_ count: Int? = nil) -> Bool { zygote == .running && readyCount >= min(count ?? .max, seats.count) }

    /// Whether nothing waits and nothing is served.
    var isQuiet: Bool {
        inFlight == 0 && queue.isEmpty && waitingFor.isEmpty && suspects.isEmpty && trials.isEmpty
            && reservations.isEmpty
    }

    /// How many calls wait, wherever they do.
    var waitingCount: Int {
        queue.count + waitingFor.count + reservations.count + suspects.count
            + trials.keys.count { workers[$0]?.readyAt == nil }
    }
}
