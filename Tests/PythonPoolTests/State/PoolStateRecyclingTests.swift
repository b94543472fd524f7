import Testing

@testable import PythonPool

/// Workers that live are replaced, and the pool changes its size.
@Suite struct PoolStateRecyclingTests {
    @Test func `The replacement is ready before the old worker stops taking calls`() {
        var pool = PoolState.running(1) { $0.maximumAge = 1000 }
        _ = pool.assignNow(call: 1)
        #expect(pool.tick(now: 1000) == [])
        #expect(pool.tick(now: 1001) == [.fork(2)])
        #expect(pool.answered(call: 1, by: 1) == [])
        #expect(pool.assignNow(call: 2) == 1, "the old one still serves")
        #expect(pool.ready(2, now: 1010) == [])
        #expect(pool.assignNow(call: 3) == 2)
        #expect(pool.enqueue(call: 4, now: 1011) == [], "the old one takes no more")
        #expect(pool.answered(call: 2, by: 1) == [.kill(1)])
        #expect(pool.exited(1, .signalled(9), now: 1020) == [], "its seat is taken")
        #expect(pool.tally.recycles == [.age: 1] && pool.tally.deaths.isEmpty)
    }

    @Test func `A worker stays as long as Swift holds objects of its`() {
        var pool = PoolState.running(1) { $0.maximumCalls = 1 }
        #expect(pool.pinned(1, true, now: 2) == [])
        for call in 1...3 as ClosedRange<UInt64> {
            #expect(pool.assignNow(call: call) == 1)
            #expect(pool.answered(call: call, by: 1) == [])
        }
        #expect(pool.pinned(1, true, now: 3) == [], "known already")
        #expect(pool.pinned(1, false, now: 4) == [.fork(2)])
        #expect(pool.ready(2, now: 5) == [.kill(1)])
    }

    @Test func `A worker whose replacement is on its way leaves when its last object has been let go`() {
        var pool = PoolState.running(1) { $0.maximumAge = 1000 }
        #expect(pool.tick(now: 1001) == [.fork(2)])
        #expect(pool.pinned(1, true, now: 1002) == [])
        #expect(pool.ready(2, now: 1010) == [], "its objects are still wanted")
        #expect(pool.assignNow(call: 1) == 2)
        let call = Ticket(id: 2, worker: 1)
        #expect(pool.submit(call, now: 1011) == [.assign(call: 2, to: 1)], "calls with its objects still go there")
        #expect(pool.pinned(1, false, now: 1012) == [], "it finishes first")
        #expect(pool.answered(call: 2, by: 1) == [.kill(1)])
    }

    @Test func `A worker that has been replaced goes when its last answer has been read`() {
        for isHeld in [true, false] {
            var pool = PoolState.running(1) { $0.maximumAge = 1000 }
            _ = pool.assignNow(call: 1)
            _ = pool.tick(now: 1001)
            #expect(pool.ready(2, now: 1010) == [])
            #expect(pool.answered(call: 1, by: 1, mayRefer: true) == [.awaitReading(from: 1)])
            #expect(pool.pinned(1, isHeld, now: 1011) == (isHeld ? [] : [.kill(1)]))
        }
        var asked = PoolState.running(1)
        _ = asked.assignNow(call: 1)
        _ = asked.rollingRestart(now: 5)
        _ = asked.ready(2, now: 6)
        #expect(asked.answered(call: 1, by: 1, mayRefer: true) == [.kill(1)])
    }

    @Test func `Who asks for new workers gets them whatever Swift holds, and so does who runs out of memory`() {
        var pool = PoolState.running(1) {
            $0.maximumCalls = 1
            $0.softMemory = 800
            $0.hardMemory = 1000
        }
        _ = pool.pinned(1, true, now: 2)
        _ = pool.assignNow(call: 1)
        #expect(pool.answered(call: 1, by: 1) == [])
        #expect(pool.sampled(1, privateBytes: 850, now: 3) == [])
        var greedy = pool
        #expect(greedy.sampled(1, privateBytes: 1000, now: 4) == [.kill(1)])
        #expect(pool.rollingRestart(now: 4) == [.fork(2)])
        #expect(pool.ready(2, now: 5) == [.kill(1)])
        #expect(pool.tally.recycles == [.restart: 1])
    }

    @Test func `A replacement that does not start leaves the old worker in office, and is tried again`() {
        var pool = PoolState.running(1) { $0.maximumCalls = 1 }
        _ = pool.assignNow(call: 1)
        #expect(pool.answered(call: 1, by: 1) == [.fork(2)])
        #expect(pool.exited(2, now: 5) == [.fork(3)])
        #expect(pool.assignNow(call: 2) == 1)
        #expect(pool.answered(call: 2, by: 1) == [])
        #expect(pool.ready(3, now: 6) == [.kill(1)])
    }

    @Test func `When the old worker dies first, its replacement takes the seat`() {
        var pool = PoolState.running(1) { $0.maximumCalls = 1 }
        _ = pool.assignNow(call: 1)
        _ = pool.answered(call: 1, by: 1)
        #expect(pool.exited(1, now: 5) == [])
        #expect(pool.ready(2, now: 6) == [])
        #expect(pool.assignNow(call: 2) == 2)
    }

    @Test func `Workers are replaced one after the other`() {
        var pool = PoolState.running(3)
        #expect(pool.rollingRestart(now: 5) == [.fork(4)])
        #expect(pool.rollingRestart(now: 5) == [], "once is enough")
        #expect(pool.ready(4, now: 6) == [.kill(1), .fork(5)])
        #expect(pool.ready(5, now: 7) == [.kill(2), .fork(6)])
        #expect(pool.ready(6, now: 8) == [.kill(3)])
        #expect(pool.tally.recycles == [.restart: 3])
    }

    @Test func `A leased worker is replaced when it is given back`() {
        var pool = PoolState.running(1)
        _ = pool.enqueue(call: 1, lease: true, now: 2)
        #expect(pool.rollingRestart(now: 5) == [])
        #expect(pool.released(1) == [.fork(2)])
        #expect(pool.ready(2, now: 9) == [.kill(1)])
    }

    @Test func `A worker near its memory limit finishes its calls first`() {
        var pool = PoolState.running(1) {
            $0.softMemory = 800
            $0.hardMemory = 1000
        }
        _ = pool.assignNow(call: 1)
        #expect(pool.sampled(1, privateBytes: 850, now: 2) == [.fork(2)])
        #expect(pool.sampled(1, privateBytes: 860, now: 3) == [], "its replacement is on its way")
        #expect(pool.ready(2, now: 4) == [])
        #expect(pool.answered(call: 1, by: 1) == [.kill(1)])
        #expect(pool.tally.recycles == [.memory: 1])
    }

    @Test func `Stop hooks run before a worker is ended, and have the grace to do so`() {
        var pool = PoolState.running(1) { $0.hasStopHooks = true }
        _ = pool.rollingRestart(now: 5)
        #expect(pool.ready(2, now: 10) == [.stop(1)])
        #expect(pool.nextTick == 110)
        var late = pool
        #expect(late.tick(now: 110) == [.kill(1)])
        #expect(pool.stopped(1) == [.kill(1)])
        #expect(pool.stopped(1) == [])
    }

    @Test func `Start hooks run before a worker serves, and one that fails counts as a start that failed`() {
        var rules = PoolState.Rules(name: "test", size: 1, grace: 100)
        rules.hasStartHooks = true
        var pool = PoolState(rules)
        _ = pool.enqueue(call: 1, now: 0)
        _ = pool.zygoteStarted(now: 1)
        #expect(pool.ready(1, now: 2) == [.prepare(1)])
        #expect(pool.prepareFailed(1, "the hook failed") == [.kill(1)])
        #expect(pool.exited(1, .signalled(9), now: 3) == [.fork(2)])
        #expect(pool.ready(2, now: 4) == [.prepare(2)])
        #expect(pool.prepared(2, now: 5) == [.assign(call: 1, to: 2)])
        #expect(pool.prepared(2, now: 5) == [])
    }

    @Test func `A new zygote takes over when it has started, and the old one ends with its last worker`() {
        var pool = PoolState.running(2)
        _ = pool.assignNow(call: 1)
        #expect(pool.refresh(now: 5) == [.startZygote(2)])
        #expect(pool.assignNow(call: 2) == 1)
        #expect(pool.zygoteStarted(2, now: 6) == [.fork(3)])
        #expect(pool.workers[3]?.epoch == 2)
        #expect(pool.answered(call: 2, by: 1) == [])
        #expect(pool.ready(3, now: 7) == [.kill(1), .fork(4)])
        #expect(pool.ready(4, now: 8) == [])
        #expect(pool.exited(1, .signalled(9), now: 9) == [])
        #expect(pool.answered(call: 1, by: 2) == [.kill(2)])
        #expect(pool.exited(2, .signalled(9), now: 10) == [.endZygote(1)])
    }

    @Test func `A new zygote that fails changes nothing, and one that is asked for again replaces it`() {
        var pool = PoolState.running(1)
        _ = pool.refresh(now: 5)
        let failure = PoolStateTableTests.failure
        #expect(pool.zygoteFailed(2, failure) == [.refreshFailed(failure)])
        #expect(pool.assignNow(call: 1) == 1)
        #expect(pool.refresh(now: 6) == [.startZygote(3)])
        #expect(pool.refresh(now: 7) == [.endZygote(3), .startZygote(4)])
        #expect(pool.zygoteStarted(3, now: 8) == [])
        #expect(pool.zygoteStarted(4, now: 9) == [.fork(2)])
    }

    @Test func `When the old zygote dies while its successor starts, the successor serves`() {
        var pool = PoolState.running(1)
        _ = pool.assignNow(call: 1)
        _ = pool.refresh(now: 5)
        let end = WorkerEnd(generation: 1, casualties: [.repeatable(1)])
        #expect(pool.zygoteLost(1, [end], now: 6) == [])
        #expect(pool.waiting == [1])
        #expect(pool.zygoteStarted(2, now: 7) == [.fork(2)])
        #expect(pool.ready(2, now: 8) == [.assign(call: 1, to: 2)])
    }

    // MARK: Size

    private func elastic() -> PoolState {
        PoolState.running(4) {
            $0.minimumSize = 1
            $0.idleTime = 1_000_000_000
        }
    }

    @Test func `The pool grows when calls have waited, by as many workers as they need`() {
        var pool = elastic()
        #expect(pool.workers.count == 1)
        _ = pool.assignNow(call: 1)
        #expect(pool.enqueue(call: 2, now: 5) == [])
        #expect(pool.enqueue(call: 3, now: 6) == [])
        #expect(pool.tick(now: 10_000_004) == [], "not for calls that are served at once")
        #expect(pool.tick(now: 10_000_005) == [.fork(2), .fork(3)])
        #expect(pool.tick(now: 20_000_005) == [], "those are on their way")
        for call in 4...9 as ClosedRange<UInt64> { _ = pool.enqueue(call: call, now: 20_000_006) }
        #expect(pool.tick(now: 40_000_000) == [.fork(4)], "and never beyond the most")
    }

    @Test func `A queue that has been served in time makes the pool no larger`() {
        var pool = elastic()
        _ = pool.assignNow(call: 1)
        _ = pool.enqueue(call: 2, now: 5)
        _ = pool.answered(call: 1, by: 1)
        _ = pool.answered(call: 2, by: 1)
        #expect(pool.tick(now: 10_000_005) == [])
        #expect(pool.nextTick == nil)
    }

    @Test func `The pool shrinks to what was busy at once, and lets calls end`() {
        var pool = elastic()
        for call in 1...4 as ClosedRange<UInt64> { _ = pool.enqueue(call: call, now: 5) }
        #expect(pool.tick(now: 10_000_005) == [.fork(2), .fork(3), .fork(4)])
        for generation in 2...4 { _ = pool.ready(generation, now: 10_000_010) }
        #expect(pool.busy == 4)
        for call in 2...4 as ClosedRange<UInt64> {
            _ = pool.answered(call: call, by: pool.workers.first { $0.value.calls.contains(call) }!.key)
        }
        #expect(pool.tick(now: 1_010_000_005) == [], "four were busy at once in this time")
        #expect(pool.tick(now: 2_010_000_005).count == 3)
        #expect(pool.seats.count == 1)
        #expect(pool.tally.recycles == [.idle: 3])
        #expect(pool.nextTick == nil)
    }
}
