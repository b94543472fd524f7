/// Workers that live are replaced: the replacement is ready before the old one takes no more calls.
extension PoolState {
    /// Has a worker replaced when its turn comes; does nothing when that has been decided already.
    mutating func recycle(_ generation: Int, _ reason: RecycleReason, now: UInt64) -> [Action] {
        guard let worker = workers[generation],
            worker.retirement == nil || worker.isSpared && !reason.sparesReferences
                || worker.keepsSeat && !reason.waitsForReferences
        else { return [] }
        if case .trial = worker.role { return [] }
        workers[generation]?.retirement = reason
        // One that has been replaced stays for its objects alone.
        return worker.isLeaving ? leaveIfDone(generation, now: now) : wantReplacement(generation, now: now)
    }

    mutating func wantReplacement(_ generation: Int, now: UInt64) -> [Action] {
        // A worker that is leased or not ready is asked again when it is given back, or ready.
        guard replaceableSeat(of: generation) != nil else { return [] }
        toReplace.append(generation)
        return fill(now: now)
    }

    /// The seat of a worker for which this is the time to fork a replacement: it is to be replaced, serves, and has no heir yet.
    func replaceableSeat(of generation: Int) -> Int? {
        guard let worker = workers[generation], case .regular(let seat) = worker.role, worker.retirement != nil,
            worker.phase == .serving, !worker.isLeaving, !worker.keepsSeat, seat < seats.count, heirs[seat] == nil
        else { return nil }
        return seat
    }

    /// Swift has come to hold references to objects of a worker, or holds none any more: what was put off for them is done then.
    mutating func pinned(_ generation: Int, _ isPinned: Bool, now: UInt64) -> [Action] {
        guard let worker = workers[generation], worker.isPinned != isPinned else { return [] }
        workers[generation]?.isPinned = isPinned
        if worker.isLeaving { return leaveIfDone(generation, now: now) }
        return worker.keepsSeat ? wantReplacement(generation, now: now) : []
    }

    /// Replaces every worker that is ready now, one after the other.
    mutating func rollingRestart(now: UInt64) -> [Action] {
        var actions: [Action] = []
        for generation in workers.keys.sorted() where workers[generation]?.readyAt != nil {
            actions += recycle(generation, .restart, now: now)
        }
        return actions
    }

    /// How much memory of its own a worker has.
    mutating func sampled(_ generation: Int, privateBytes: UInt64, now: UInt64) -> [Action] {
        guard let phase = workers[generation]?.phase, phase != .ending else { return [] }
        workers[generation]?.privateBytes = privateBytes
        if privateBytes >= rules.hardMemory { return kill(generation, .memory) }
        if privateBytes >= rules.softMemory { return recycle(generation, .memory, now: now) }
        return []
    }

    /// The kernel has killed a worker at the hard limit, before that was seen here.
    mutating func killedForMemory(_ generation: Int) {
        workers[generation]?.killed = .memory
        workers[generation]?.privateBytes = rules.hardMemory
    }

    // MARK: Leaving

    /// A worker takes no calls of the pool's any more, and goes when it has none.
    mutating func leave(_ generation: Int, now: UInt64) -> [Action] {
        guard let worker = workers[generation], !worker.isLeaving else { return [] }
        tally.recycles[worker.retirement ?? .idle, default: 0] += 1
        if let lease = worker.reservedFor {
            reservations[lease.id] = nil
            queue.prepend(lease)
        }
        update(generation) {
            $0.isLeaving = true
            $0.reservedFor = nil
        }
        return serve() + leaveIfDone(generation, now: now)
    }

    mutating func leaveIfDone(_ generation: Int, now: UInt64) -> [Action] {
        guard let worker = workers[generation], worker.isLeaving, !worker.isSpared, worker.phase == .serving,
            worker.calls.isEmpty, worker.waiting.isEmpty
        else { return [] }
        return retire(generation, now: now)
    }

    /// A worker has nothing to do any more: its stop hooks run, and it is ended.
    mutating func retire(_ generation: Int, now: UInt64) -> [Action] {
        guard rules.hasStopHooks else { return kill(generation, .retired) }
        let end = now &+ rules.grace
        update(generation) {
            $0.phase = .stopping
            $0.stoppedBy = end
        }
        setAlarm(end)
        return [.stop(generation)]
    }

    /// A worker's stop hooks have run, or failed.
    mutating func stopped(_ generation: Int) -> [Action] {
        workers[generation]?.phase == .stopping ? kill(generation, .retired) : []
    }
}
