import Testing

@testable import PythonPool

/// Sources change while the pool runs.
@Suite struct PoolStateSourcesTests {
    private let quiet = SourceChanges.quiet
    private let failure = PoolStateTableTests.failure

    // MARK: When

    @Test(
        arguments: [
            ([], nil), ([1000], 1000 + SourceChanges.quiet), ([1000, 1000, 5000], 5000 + SourceChanges.quiet),
            (Array(stride(from: 0, through: SourceChanges.longestWait, by: 100_000_000)), SourceChanges.longestWait),
            ([7, 7 + SourceChanges.longestWait * 3], 7 + SourceChanges.longestWait),
        ] as [([UInt64], UInt64?)])
    func `A burst of changes is one, which waits for its end but not for ever`(_ times: [UInt64], _ due: UInt64?) {
        var changes = SourceChanges()
        for time in times { changes.add(now: time) }
        #expect(changes.due == due)
        changes.clear()
        #expect(changes == SourceChanges())
    }

    @Test func `A zygote is started for a change when nothing more changes`() {
        var pool = PoolState.running(1)
        pool.sourcesChanged(now: 1000)
        pool.sourcesChanged(now: 2000)
        #expect(pool.alarm == 1000 + quiet && pool.nextTick == 2000 + quiet)
        #expect(pool.tick(now: 1000 + quiet) == [])
        #expect(pool.tick(now: 2000 + quiet) == [.startZygote(2)])
        #expect(pool.isReloading(2) && !pool.isReloading(1))
        #expect(pool.nextTick == nil)
        #expect(pool.tick(now: 9000 + quiet) == [], "once")
        #expect(pool.zygoteStarted(2, now: 10_000 + quiet) == [.fork(2)])
        #expect(pool.assignNow(call: 1) == 1, "the old one serves until the new one is ready")
        #expect(pool.ready(2, now: 11_000 + quiet) == [])
        #expect(pool.assignNow(call: 2) == 2)
        #expect(pool.answered(call: 1, by: 1) == [.kill(1)])
        #expect(pool.tally.recycles == [.sources: 1])
    }

    @Test func `A change while a zygote starts is seen to afterwards, whether that one starts or not`() {
        for starts in [true, false] {
            var pool = PoolState.running(1)
            pool.sourcesChanged(now: 1000)
            _ = pool.tick(now: 1000 + quiet)
            pool.sourcesChanged(now: 2000 + quiet)
            #expect(pool.nextTick == nil, "it is waited for")
            #expect(pool.tick(now: 3000 + 2 * quiet) == [])
            pool.alarm = .max
            _ = starts ? pool.zygoteStarted(2, now: 3001 + 2 * quiet) : pool.zygoteFailed(2, failure)
            #expect(pool.alarm <= 2000 + 2 * quiet)
            #expect(pool.tick(now: 3002 + 2 * quiet) == [.startZygote(3)])
        }
    }

    @Test func `Sources that do not load leave everything as it was until they change again`() {
        var pool = PoolState.running(1)
        pool.sourcesChanged(now: 1000)
        _ = pool.tick(now: 1000 + quiet)
        #expect(pool.zygoteFailed(2, failure) == [.reloadFailed(failure)])
        #expect(pool.nextTick == nil)
        #expect(pool.assignNow(call: 1) == 1)
        pool.sourcesChanged(now: 5000 + quiet)
        #expect(pool.tick(now: 5000 + 2 * quiet) == [.startZygote(3)])
        let lost = pool.zygoteLost(3, [], now: 6000 + 2 * quiet)
        guard case .reloadFailed(.environment)? = lost.first, lost.count == 1 else {
            Issue.record("\(lost)")
            return
        }
        #expect(pool.epoch == 1 && pool.zygote == .running)
    }

    @Test func `A refresh that is asked for takes the changes along, and who asked is told`() {
        var pool = PoolState.running(1)
        pool.sourcesChanged(now: 1000)
        #expect(pool.refresh(now: 2000) == [.startZygote(2)])
        #expect(pool.tick(now: 2000 + 2 * quiet) == [])
        #expect(pool.zygoteFailed(2, failure) == [.refreshFailed(failure)])
    }

    @Test func `Where no zygote runs, the next one reads what there is then`() {
        var fresh = PoolState(name: "test", size: 1, grace: 100)
        fresh.sourcesChanged(now: 5)
        #expect(fresh == PoolState(name: "test", size: 1, grace: 100))
        // One that is on its way may have read them before.
        _ = fresh.start(now: 6)
        fresh.sourcesChanged(now: 7)
        #expect(fresh.tick(now: 7 + quiet) == [])
        #expect(fresh.zygoteStarted(1, now: 8 + quiet) == [.fork(1)])
        #expect(fresh.tick(now: 9 + quiet) == [.startZygote(2)])
        // One that has gone is started again by a call, and knows all.
        var lost = PoolState.running(1)
        lost.sourcesChanged(now: 1000)
        _ = lost.zygoteLost(now: 1001)
        #expect(lost.enqueue(call: 1, now: 1002) == [.startZygote(2)])
        #expect(lost.zygoteStarted(2, now: 1003) == [.fork(2)])
        #expect(lost.tick(now: 1002 + quiet) == [])
    }

    @Test func `A pool that is drained or closed reloads nothing`() {
        var pool = PoolState.running(1)
        pool.isDraining = true
        pool.sourcesChanged(now: 1000)
        #expect(pool.nextTick == nil)
        #expect(pool.tick(now: 1000 + quiet) == [])
        _ = pool.close()
        pool.sourcesChanged(now: 2000 + quiet)
        #expect(pool.tick(now: 2000 + 2 * quiet) == [])
    }

    // MARK: Workers

    /// A pool whose zygote has just been succeeded because sources had changed.
    private func reloaded(_ pool: consuming PoolState) -> PoolState {
        pool.sourcesChanged(now: 1000)
        _ = pool.tick(now: 1000 + quiet)
        _ = pool.zygoteStarted(2, now: 2000 + quiet)
        return pool
    }

    @Test func `A worker with objects stays for them, and serves nobody else`() {
        var pool = PoolState.running(1)
        _ = pool.pinned(1, true, now: 500)
        pool = reloaded(pool)
        #expect(pool.ready(2, now: 2001 + quiet) == [])
        #expect(pool.assignNow(call: 1) == 2)
        #expect(pool.submit(Ticket(id: 2, worker: 1), now: 2002 + quiet) == [.assign(call: 2, to: 1)])
        #expect(pool.answered(call: 2, by: 1) == [])
        #expect(pool.pinned(1, false, now: 2003 + quiet) == [.kill(1)])
        #expect(pool.exited(1, .signalled(9), now: 2004 + quiet) == [.endZygote(1)])
    }

    @Test func `It stays no longer when somebody asks for new workers`() {
        var pool = PoolState.running(1)
        _ = pool.pinned(1, true, now: 500)
        pool = reloaded(pool)
        _ = pool.ready(2, now: 2001 + quiet)
        #expect(pool.rollingRestart(now: 2002 + quiet) == [.kill(1), .fork(3)])
    }

    @Test func `One that was to be replaced without haste is replaced now`() {
        var pool = PoolState.running(1) { $0.maximumCalls = 1 }
        _ = pool.pinned(1, true, now: 2)
        _ = pool.assignNow(call: 1)
        #expect(pool.answered(call: 1, by: 1) == [], "it keeps its seat for its objects")
        pool.sourcesChanged(now: 1000)
        _ = pool.tick(now: 1000 + quiet)
        #expect(pool.zygoteStarted(2, now: 2000 + quiet) == [.fork(2)])
        #expect(pool.ready(2, now: 2001 + quiet) == [])
        #expect(pool.workers[1]?.isLeaving == true)
    }

    @Test func `A zygote with other code is given another chance to start workers`() {
        var pool = PoolState.running(2)
        _ = pool.exited(1, now: 5)
        for generation in 3...5 { _ = pool.exited(generation, now: 6) }
        #expect(pool.intensity.heldUntil != nil && pool.vacant == 1)
        pool = reloaded(pool)
        #expect(pool.intensity == StartIntensity())
        #expect(pool.vacant == 0)
    }
}
