/// Calls come, are served, are answered, and are given up.
extension PoolState {
    /// The common case without an array of actions: the worker that takes the call now, or nil.
    mutating func assignNow(call: UInt64, affinity: UInt64? = nil) -> Int? {
        guard queue.isEmpty, !isDraining, let generation = choose(affinity: affinity) else { return nil }
        begin(call, on: generation)
        return generation
    }

    /// The same for a call that only one worker may serve.
    mutating func assignNow(_ ticket: Ticket, onlyTo generation: Int) -> Int? {
        guard !isDraining || ticket.isOnLease, let worker = workers[generation], worker.waiting.isEmpty,
            worker.accepts(ticket, rules.slots)
        else { return nil }
        // A call that has waited longer goes first.
        if !ticket.isOnLease, worker.takesCalls, !queue.isEmpty { return nil }
        begin(ticket.id, on: generation)
        return generation
    }

    /// A call has come that no worker could take at once.
    mutating func submit(_ ticket: Ticket, now: UInt64) -> [Action] {
        guard zygote != .closed, !isDraining || ticket.isOnLease else {
            return [.fail(call: ticket.id, .closed(pool: rules.name))]
        }
        if let generation = ticket.worker { return wait(ticket, for: generation, now: now) }
        _ = intensity.release(now: now)
        if let problem = rejection(of: ticket, now: now) { return [.fail(call: ticket.id, problem)] }
        let (mayWait, refusals) = admit(ticket, behind: queue.ahead(of: ticket), workers: rules.size, now: now)
        guard mayWait else { return refusals }
        queue.append(ticket)
        return refusals + pursue(now: now)
    }

    /// Sees to it that what waits in the queue will be served.
    mutating func pursue(now: UInt64) -> [Action] {
        var actions = serve()
        guard !queue.isEmpty else { return actions }
        actions += revive(now: now)
        if growAt == nil, seats.count < rules.size, zygote == .running {
            growAt = now &+ Self.growAfter
            setAlarm(now &+ Self.growAfter)
        }
        return actions
    }

    /// A worker has answered a call, in time or late, after serving it for so long.
    ///
    /// - Parameter mayRefer: whether Swift holds objects of the worker, or may come to when it reads the answer.
    mutating func answered(
        call: UInt64, by generation: Int, after service: UInt64? = nil, mayRefer: Bool = false, now: UInt64 = 0
    ) -> [Action] {
        guard let needsAttention = finish(call, on: generation) else { return cameBack(call, on: generation, now: now) }
        if let service { estimate.add(service) }
        if needsAttention {
            guard mayRefer, workers[generation]?.goesUnlessPinned == true else { return freed(generation, now: now) }
            workers[generation]?.isPinned = true
            return [.awaitReading(from: generation)] + freed(generation, now: now)
        }
        return queue.isEmpty ? [] : serve()
    }

    /// A nested call that had been given up has come back: with the last of those its worker serves on.
    private mutating func cameBack(_ call: UInt64, on generation: Int, now: UInt64) -> [Action] {
        guard let worker = workers[generation], !worker.givenUp.isEmpty else { return [] }
        update(generation) { $0.comesBack(call) }
        return worker.drainedBy == nil ? [] : freed(generation, now: now)
    }

    /// A call is given up: its deadline passed, or its task was cancelled.
    ///
    /// - Parameters:
    ///   - generation: the worker that it was sent to, if it was.
    ///   - isNested: whether it was sent to a thread that waits for the host: it takes no slot, and is none of the worker's calls.
    mutating func abandoned(call: UInt64, on generation: Int?, isNested: Bool = false, now: UInt64) -> [Action] {
        guard let generation else { return withdraw(call, now: now) }
        guard let worker = workers[generation], isNested || worker.calls.contains(call),
            !worker.givenUp.contains(where: { $0.call == call })
        else { return [] }
        workers[generation]?.givenUp.append(.init(call: call, graceEnds: now &+ rules.grace))
        setAlarm(now &+ rules.grace)
        return [.cancel(call: call, on: generation)]
    }

    /// A call has been given up that no worker has.
    private mutating func withdraw(_ call: UInt64, now: UInt64) -> [Action] {
        if queue.remove(call) { return [] }
        if let generation = waitingFor.removeValue(forKey: call) {
            _ = workers[generation]?.waiting.remove(call)
            return leaveIfDone(generation, now: now)
        }
        if let generation = reservations.removeValue(forKey: call) {
            update(generation) { $0.reservedFor = nil }
            return freed(generation, now: now)
        }
        suspects.removeAll { $0.ticket.id == call }
        for (generation, casualty) in trials where casualty.ticket.id == call {
            trials[generation] = nil
            workers[generation]?.role = .trial(call: nil)
            return []
        }
        return []
    }

    // MARK: On the worker

    /// Puts a call on a worker that has room.
    mutating func begin(_ call: UInt64, on generation: Int) {
        guard let index = workers.index(forKey: generation) else { return }
        unlist(index)
        if workers.values[index].begin(call) { busier() }
        inFlight += 1
        list(index, generation)
    }

    /// Takes a call off a worker; nil when it is not there, true when there is more to do than to give the worker the next call.
    private mutating func finish(_ call: UInt64, on generation: Int) -> Bool? {
        guard let index = workers.index(forKey: generation) else { return nil }
        unlist(index, ifServing: call)
        guard let (wasLast, needsAttention) = workers.values[index].finish(call, rules) else { return nil }
        if wasLast { busy -= 1 }
        inFlight -= 1
        list(index, generation)
        return needsAttention
    }

    mutating func busier() {
        busy += 1
        peakBusy = max(peakBusy, busy)
    }

    /// Takes a worker out of the rota, before its load changes.
    mutating func unlist(_ index: Dictionary<Int, Worker>.Index, ifServing call: UInt64? = nil) {
        guard let (place, load) = workers.values[index].leavePlace(ifServing: call) else { return }
        if let moved = rota.remove(place: place, load: load) { workers[moved]?.place = place }
    }

    /// Puts a worker into the rota if it has room for calls of the pool's.
    mutating func list(_ index: Dictionary<Int, Worker>.Index, _ generation: Int) {
        guard let load = workers.values[index].loadWithRoom(rules.slots) else { return }
        workers.values[index].place = rota.insert(generation, load: load)
    }

    /// Changes a worker in a way that may matter to the rota.
    mutating func update(_ generation: Int, _ change: (inout Worker) -> Void) {
        guard let index = workers.index(forKey: generation) else { return }
        unlist(index)
        let wasBusy = workers.values[index].countsAsBusy
        change(&workers.values[index])
        switch (wasBusy, workers.values[index].countsAsBusy) {
        case (false, true): busier()
        case (true, false): busy -= 1
        default: break
        }
        list(index, generation)
    }

    // MARK: Room

    /// A worker has room again, or has come to have some.
    mutating func freed(_ generation: Int, now: UInt64) -> [Action] {
        guard let worker = workers[generation] else { return [] }
        switch worker.phase {
        case .serving where worker.isTrial:
            trials[generation] = nil
            guard worker.isPinned else { return retire(generation, now: now) + fill(now: now) }
            update(generation) {
                $0.role = .survivor
                $0.isLeaving = true
            }
            return fill(now: now)
        case .serving, .leased: break
        case .forking, .starting, .preparing, .stopping, .ending: return []
        }
        if worker.drainedBy != nil, worker.isForsaken { return kill(generation, .stuck) }
        if worker.phase == .serving, let lease = worker.reservedFor, worker.calls.isEmpty {
            reservations[lease.id] = nil
            update(generation) {
                $0.reservedFor = nil
                $0.phase = .leased
            }
            return [.assign(call: lease.id, to: generation)] + serveWaiting(on: generation)
        }
        var actions = serveWaiting(on: generation)
        if let limit = rules.maximumCalls, worker.served >= limit {
            actions += recycle(generation, .calls, now: now)
        }
        if worker.isLeaving { actions += leaveIfDone(generation, now: now) }
        return actions
    }

    /// Gives what waits to workers with room.
    mutating func serve() -> [Action] {
        guard !queue.isEmpty else { return [] }
        var actions: [Action] = []
        while let ticket = queue.first() {
            if ticket.isLease {
                guard let generation = rota.idle ?? rota.leastLoaded else { break }
                queue.popFirst()
                if workers[generation]?.calls.isEmpty == true {
                    update(generation) { $0.phase = .leased }
                    actions.append(.assign(call: ticket.id, to: generation))
                } else {
                    // It takes no further calls until the lease can have it.
                    update(generation) { $0.reservedFor = ticket }
                    reservations[ticket.id] = generation
                }
            } else {
                guard let generation = choose(affinity: ticket.affinity) else { break }
                queue.popFirst()
                begin(ticket.id, on: generation)
                actions.append(.assign(call: ticket.id, to: generation))
            }
        }
        return actions
    }

    // MARK: One worker and no other

    private mutating func wait(_ ticket: Ticket, for generation: Int, now: UInt64) -> [Action] {
        guard let worker = workers[generation], worker.phase == .serving || worker.phase == .leased, !worker.isTrial,
            !worker.isLeaving || worker.isSpared || ticket.isOnLease
        else {
            let pid = workers[generation]?.pid ?? 0
            return [.fail(call: ticket.id, .workerUnavailable(worker: pid))]
        }
        let (mayWait, refusals) = admit(ticket, behind: worker.waiting.ahead(of: ticket), workers: 1, now: now)
        guard mayWait else { return refusals }
        workers[generation]?.waiting.append(ticket)
        waitingFor[ticket.id] = generation
        return refusals + serveWaiting(on: generation)
    }

    /// Gives a worker with room the calls that want it, and to any worker those that have waited longer.
    private mutating func serveWaiting(on generation: Int) -> [Action] {
        var actions: [Action] = []
        while true {
            if let ticket = workers[generation]?.takeWaiting(rules.slots, ifBefore: queue.first()) {
                waitingFor[ticket.id] = nil
                begin(ticket.id, on: generation)
                actions.append(.assign(call: ticket.id, to: generation))
            } else {
                let served = serve()
                if served.isEmpty { return actions }
                actions += served
            }
        }
    }

    // MARK: Refusing

    /// Decides whether a call may wait: not when those before it use up its time, nor when as many wait as may, unless another one goes for it.
    ///
    /// - Parameters:
    ///   - ahead: how many go before it.
    ///   - workers: how many serve them at most.
    private mutating func admit(
        _ ticket: Ticket, behind ahead: Int, workers: Int, now: UInt64
    ) -> (mayWait: Bool, refusals: [Action]) {
        var overload = PoolOverload(pool: rules.name, waiting: queue.count + waitingFor.count, limit: rules.queueLimit)
        if ticket.deadline > 0, !ticket.isLease, ahead > 0,
            let wait = estimate.wait(ahead: ahead, slots: workers * rules.slots), now &+ wait > ticket.deadline
        {
            overload.estimatedWait = .nanoseconds(Int64(clamping: wait))
            return (false, [refuse(ticket.id, overload)])
        }
        if overload.waiting < rules.queueLimit { return (true, []) }
        guard let other = displaced(by: ticket) else { return (false, [refuse(ticket.id, overload)]) }
        return (true, [refuse(other, overload)] + withdraw(other, now: now))
    }

    /// The call that makes room for one that comes when no more may wait: the newest of who has most in line, of the lowest priority. Nil when
    /// it is of a higher priority than the one that comes, or of a caller who has no more in line than that one's.
    private mutating func displaced(by ticket: Ticket) -> UInt64? {
        let own = (ticket.worker.flatMap { workers[$0]?.waiting } ?? queue).lane(with: ticket)
        var (longest, place) = (queue.longest, nil as Int?)
        for (generation, worker) in workers {
            guard let lane = worker.waiting.longest, longest.map({ lane.yields(to: $0) }) ?? true else { continue }
            (longest, place) = (lane, generation)
        }
        guard let longest, longest.yields(to: own) else { return nil }
        return if let place { workers[place]?.waiting.newest(of: longest) } else { queue.newest(of: longest) }
    }

    private mutating func refuse(_ call: UInt64, _ overload: PoolOverload) -> Action {
        tally.rejected += 1
        return .fail(call: call, .overloaded(overload))
    }
}
