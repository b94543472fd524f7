/// Zygotes start, fail, are succeeded and are lost.
extension PoolState {
    /// The pool is wanted although nobody calls yet.
    mutating func start(now: UInt64) -> [Action] {
        guard zygote != .closed else { return [] }
        _ = intensity.release(now: now)
        if let problem = startRejection(now: now) { return [.startsFailed(problem)] }
        isAwaited = !isReady()
        return revive(now: now)
    }

    /// Starts what is missing and wanted: the zygote, or workers.
    mutating func revive(now: UInt64) -> [Action] {
        switch zygote {
        case .none:
            guard intensity.heldUntil == nil, !queue.isEmpty || !suspects.isEmpty || isAwaited else { return [] }
            zygote = .starting
            return [startNewest()]
        case .running: return fill(now: now)
        case .starting, .closed: return []
        }
    }

    private mutating func startNewest() -> Action {
        changes.clear()
        newestEpoch += 1
        epoch = newestEpoch
        return .startZygote(epoch)
    }

    /// Code or packages have changed: another zygote is started beside the one there is, and succeeds it.
    mutating func refresh(now: UInt64) -> [Action] {
        guard zygote == .running else { return revive(now: now) }
        return startSuccessor(.refresh)
    }

    mutating func startSuccessor(_ reason: RecycleReason) -> [Action] {
        changes.clear()
        // One that is starting may have read the old code already; it is not waited for.
        let outdated = successor
        newestEpoch += 1
        successor = newestEpoch
        succession = reason
        return (outdated.map { [.endZygote($0)] } ?? []) + [.startZygote(newestEpoch)]
    }

    /// The zygote that was to take over does not.
    private mutating func successionFailed(_ error: PythonPoolError) -> [Action] {
        successor = nil
        awaitReload()
        return [succession == .sources ? .reloadFailed(error) : .refreshFailed(error)]
    }

    mutating func zygoteStarted(_ started: Int, now: UInt64) -> [Action] {
        if started == successor {
            successor = nil
            retiringZygotes.insert(epoch)
            epoch = started
            // Workers of another code have died.
            intensity = StartIntensity()
            awaitReload()
            var actions = endUnusedZygotes()
            for (generation, worker) in workers.sorted(by: { $0.key < $1.key }) where worker.epoch != started {
                actions += recycle(generation, succession, now: now)
            }
            return actions + fill(now: now)
        }
        guard zygote == .starting, started == epoch else { return [] }
        zygote = .running
        awaitReload()
        return fill(now: now)
    }

    /// A zygote could not be started; the next call tries again.
    mutating func zygoteFailed(_ failed: Int, _ error: PythonPoolError) -> [Action] {
        if failed == successor { return successionFailed(error) }
        guard zygote == .starting, failed == epoch else { return [] }
        zygote = .none
        return failWaiting(error)
    }

    /// A zygote is gone, and every worker of its own with it. It is started again when somebody waits, or else by the next call.
    mutating func zygoteLost(_ lost: Int, _ ends: [WorkerEnd], now: UInt64) -> [Action] {
        if lost == successor {
            return successionFailed(
                .environment(
                    problem: "the new zygote of pool '\(rules.name)' ended as it started",
                    remedy: "see its own words on standard error; `dspex doctor` checks packages and limits"))
        }
        let isCurrent = lost == epoch && zygote == .running
        guard retiringZygotes.remove(lost) != nil || isCurrent else { return [] }
        if isCurrent {
            zygote = successor == nil ? .none : .starting
            epoch = successor ?? epoch
            successor = nil
        }
        let hadServed = workers.values.contains { $0.epoch == lost && $0.readyAt != nil }
        var actions: [Action] = []
        for end in ends.sorted(by: { $0.generation > $1.generation }) { actions += bury(end, now: now) }
        guard isCurrent, !hadServed else { return actions + serve() + revive(now: now) + failBereft(now: now) }
        return actions + startFailed("the zygote of pool '\(rules.name)' ends before a worker is ready", now: now)
    }

    /// Ends zygotes that have been succeeded and whose workers are gone.
    mutating func endUnusedZygotes() -> [Action] {
        guard !retiringZygotes.isEmpty else { return [] }
        let unused = retiringZygotes.subtracting(workers.values.map(\.epoch)).sorted()
        retiringZygotes.subtract(unused)
        return unused.map { .endZygote($0) }
    }
}
