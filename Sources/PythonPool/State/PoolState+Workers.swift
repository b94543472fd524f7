/// Workers are forked, become ready, and end.
extension PoolState {
    /// So many calls that are suspected run alone at once.
    static let mostTrials = 2

    // MARK: Starting

    /// Forks what is missing: workers for empty seats, for calls that are to run alone, and replacements.
    mutating func fill(now: UInt64) -> [Action] {
        guard zygote == .running, !isEnding, intensity.heldUntil == nil else { return [] }
        // After a hold one start is tried, and the others when it has succeeded.
        if intensity.isProbing, workers.values.contains(where: \.isStarting) { return [] }
        var actions: [Action] = []
        if vacant > 0 {
            for seat in seats.indices where seats[seat] == nil {
                let generation = fork(.regular(seat: seat), now: now, &actions)
                seats[seat] = generation
                vacant -= 1
                if intensity.isProbing { return actions }
            }
        }
        while trials.count < Self.mostTrials, let suspect = suspects.popFirst() {
            let generation = fork(.trial(call: suspect.ticket.id), now: now, &actions)
            trials[generation] = suspect
            if intensity.isProbing { return actions }
        }
        while heirs.count < max(1, seats.count / 8), let old = toReplace.popFirst() {
            guard let seat = replaceableSeat(of: old) else { continue }
            heirs[seat] = fork(.heir(seat: seat), now: now, &actions)
            if intensity.isProbing { return actions }
        }
        return actions
    }

    private mutating func fork(_ role: Worker.Role, now: UInt64, _ actions: inout [Action]) -> Int {
        let generation = nextGeneration
        nextGeneration += 1
        workers[generation] = Worker(role: role, epoch: epoch, forkedAt: now)
        tally.forks += 1
        if rules.startTimeout != .max { setAlarm(now &+ rules.startTimeout) }
        actions.append(.fork(generation))
        return generation
    }

    mutating func forked(_ generation: Int, pid: Int32) {
        guard let phase = workers[generation]?.phase, phase == .forking || phase == .ending else { return }
        workers[generation]?.pid = pid
        if phase == .forking { workers[generation]?.phase = .starting }
    }

    mutating func forkFailed(_ generation: Int, reason: String, now: UInt64) -> [Action] {
        guard workers[generation] != nil else { return [] }
        let actions = bury(WorkerEnd(generation: generation), now: now)
        return actions + startFailed("the zygote of pool '\(rules.name)' could not fork: \(reason)", now: now)
    }

    mutating func ready(_ generation: Int, now: UInt64) -> [Action] {
        guard let phase = workers[generation]?.phase, phase == .starting || phase == .forking else { return [] }
        guard rules.hasStartHooks else { return serves(generation, now: now) }
        workers[generation]?.phase = .preparing
        return [.prepare(generation)]
    }

    /// A worker's start hooks have run.
    mutating func prepared(_ generation: Int, now: UInt64) -> [Action] {
        guard workers[generation]?.phase == .preparing else { return [] }
        return serves(generation, now: now)
    }

    /// A worker's start hook has failed: it serves nobody.
    mutating func prepareFailed(_ generation: Int, _ problem: String) -> [Action] {
        guard workers[generation]?.phase == .preparing else { return [] }
        workers[generation]?.problem = problem
        return kill(generation, .start)
    }

    private mutating func serves(_ generation: Int, now: UInt64) -> [Action] {
        intensity.succeeded()
        hasBeenReady = true
        refusal = nil
        if let age = rules.maximumAge { setAlarm(now &+ age) }
        update(generation) {
            $0.readyAt = now
            $0.phase = .serving
        }
        if isAwaited, isReady() { isAwaited = false }
        var actions: [Action] = []
        switch workers[generation]?.role {
        case .heir(let seat):
            workers[generation]?.role = .regular(seat: seat)
            heirs[seat] = nil
            let old = seats[seat]
            seats[seat] = generation
            if let old { actions += leave(old, now: now) }
        case .trial(let call):
            guard let call else { return retire(generation, now: now) + fill(now: now) }
            begin(call, on: generation)
            actions.append(.assign(call: call, to: generation))
        case .regular, .survivor, nil: break
        }
        // It may have been told to go before it was there.
        actions += wantReplacement(generation, now: now)
        return actions + serve() + fill(now: now)
    }

    // MARK: Ending

    /// A worker has ended.
    mutating func exited(_ end: WorkerEnd, now: UInt64) -> [Action] {
        guard let worker = workers[end.generation] else { return [] }
        var actions = bury(end, now: now)
        actions += endUnusedZygotes()
        guard worker.readyAt == nil, worker.killed != .retired else {
            return actions + serve() + revive(now: now) + failBereft(now: now)
        }
        let problem =
            worker.problem
            ?? "workers of pool '\(rules.name)' end before they are ready, the last one with \(end.death.cause)"
        refusal = worker.refusal
        return actions + serve() + startFailed(problem, now: now)
    }

    /// A worker that is about to be reported as ended has left word why it could not start.
    mutating func refused(_ generation: Int, _ problem: PythonPoolError) { workers[generation]?.refusal = problem }

    /// A worker has ended, and its last words are about to be read: no call reaches it any more.
    mutating func noteEnd(of generation: Int) { update(generation) { $0.phase = .ending } }

    /// Takes a worker out of everything, and decides about its calls.
    mutating func bury(_ end: WorkerEnd, now: UInt64) -> [Action] {
        let generation = end.generation
        guard let worker = workers[generation] else { return [] }
        update(generation) { $0.phase = .ending }
        workers[generation] = nil
        inFlight -= worker.calls.count
        count(worker, end.death)
        var actions: [Action] = []
        switch worker.role {
        case .regular(let seat):
            guard seat < seats.count, seats[seat] == generation else { break }
            seats[seat] = heirs.removeValue(forKey: seat)
            if let heir = seats[seat] { workers[heir]?.role = .regular(seat: seat) } else { vacant += 1 }
        case .heir(let seat):
            heirs[seat] = nil
            if seat < seats.count, let old = seats[seat] { toReplace.append(old) }
        case .trial:
            // Its call has not been sent: it has not had its trial yet.
            if worker.readyAt == nil, let suspect = trials[generation] { suspects.prepend(suspect) }
        case .survivor: break
        }
        for ticket in worker.waiting.all {
            waitingFor[ticket.id] = nil
            actions.append(.fail(call: ticket.id, .workerUnavailable(worker: worker.pid)))
        }
        if let lease = worker.reservedFor {
            reservations[lease.id] = nil
            queue.prepend(lease)
        }
        for casualty in end.casualties.sorted(by: { $0.ticket.id > $1.ticket.id }) {
            actions += decide(casualty, worker, end, now: now)
        }
        trials[generation] = nil
        return actions
    }

    private mutating func count(_ worker: Worker, _ death: WorkerDeath) {
        switch worker.killed {
        case .retired: break
        case .stuck: tally.deaths[.stuck, default: 0] += 1
        case .memory: tally.deaths[.memoryLimit, default: 0] += 1
        case .violation: tally.deaths[.violation, default: 0] += 1
        case .unreadable: tally.deaths[.unreadable, default: 0] += 1
        case .start: tally.deaths[.start, default: 0] += 1
        case nil where worker.readyAt == nil: tally.deaths[.start, default: 0] += 1
        case nil: tally.deaths[.init(death.cause), default: 0] += 1
        }
    }

    /// There is no talking with a worker any more, and it is being killed; its end will be reported.
    mutating func doomed(_ generation: Int, _ reason: KillReason) { _ = kill(generation, reason) }

    mutating func kill(_ generation: Int, _ reason: KillReason) -> [Action] {
        guard workers[generation] != nil, workers[generation]?.phase != .ending else { return [] }
        update(generation) {
            $0.phase = .ending
            $0.killed = reason
            $0.drainedBy = nil
            $0.stoppedBy = nil
        }
        return [.kill(generation)]
    }

    // MARK: The pool's end

    /// The pool is about to be closed: no more calls, and workers that serve none run their stop hooks.
    ///
    /// - Returns: those workers, and what is to be done.
    mutating func end(now: UInt64) -> (stopping: Set<Int>, actions: [Action]) {
        (isDraining, isEnding) = (true, true)
        let idle = workers.filter { [.serving, .leased].contains($0.value.phase) && $0.value.calls.isEmpty }
        let actions = idle.keys.sorted().flatMap { retire($0, now: now) }
        return (Set(workers.filter { $0.value.phase == .stopping }.keys), actions)
    }

    /// No more calls; those that wait fail.
    mutating func close() -> [Action] {
        guard zygote != .closed else { return [] }
        let waiting =
            queue.removeAll().map(\.id) + waitingFor.keys.sorted() + reservations.keys.sorted()
            + suspects.all.map(\.ticket.id)
            + trials.filter { workers[$0.key]?.readyAt == nil }.values.map(\.ticket.id).sorted()
        let kept = tally
        self = PoolState(rules)
        tally = kept
        zygote = .closed
        return waiting.map { .fail(call: $0, .closed(pool: rules.name)) }
    }
}

extension PoolState.Worker {
    var isStarting: Bool { phase == .forking || phase == .starting || phase == .preparing }
}
