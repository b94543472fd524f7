import Testing

@testable import PythonPool

/// Workers that serve several calls at once.
@Suite struct PoolStateSlotsTests {
    @Test func `Calls spread over the workers, and each takes as many as it has slots`() {
        var pool = PoolState.running(2, slots: 2)
        #expect((1...4).map { pool.assignNow(call: $0) } == [2, 1, 1, 2])
        #expect(pool.assignNow(call: 5) == nil)
        #expect(pool.enqueue(call: 5, now: 2) == [])
        #expect(pool.answered(call: 3, by: 1) == [.assign(call: 5, to: 1)])
        #expect(pool.inFlight == 4)
    }

    @Test func `A call is answered on the worker that has it, and only once`() {
        var pool = PoolState.running(1, slots: 3)
        for call in 1...3 as ClosedRange<UInt64> { #expect(pool.assignNow(call: call) == 1) }
        #expect(pool.answered(call: 2, by: 1) == [])
        let before = pool
        #expect(pool.answered(call: 2, by: 1) == [])
        #expect(pool == before)
        #expect(pool.workers[1]?.calls == [1, 3])
        #expect(pool.assignNow(call: 4) == 1)
        #expect(pool.assignNow(call: 5) == nil)
    }

    @Test func `Before a worker is killed it takes no new work, and its neighbours get the grace`() {
        var pool = PoolState.running(2, slots: 2)
        for call in 1...4 as ClosedRange<UInt64> { _ = pool.assignNow(call: call) }
        // 1 and 4 are on worker 2.
        #expect(pool.abandoned(call: 1, now: 500) == [.cancel(call: 1, on: 2)])
        #expect(pool.tick(now: 600) == [], "its neighbour is still at work")
        #expect(pool.nextTick == 700)
        #expect(pool.enqueue(call: 5, now: 610) == [])
        #expect(pool.answered(call: 2, by: 1) == [.assign(call: 5, to: 1)])
        #expect(pool.tick(now: 700) == [.kill(2)])
        let actions = pool.exited(2, .signalled(9), [.repeatable(4)], now: 710)
        #expect(actions == [.fork(3)], "the neighbour waits for another worker")
        #expect(pool.waiting == [4])
        #expect(pool.answered(call: 3, by: 1) == [.assign(call: 4, to: 1)])
        #expect(pool.tally.deaths == [.stuck: 1])
        #expect(pool.tally.retries == 1)
    }

    @Test func `Once its neighbours have finished a worker that is to be killed is killed at once`() {
        var pool = PoolState.running(1, slots: 2)
        _ = pool.assignNow(call: 1)
        _ = pool.assignNow(call: 2)
        _ = pool.abandoned(call: 1, now: 500)
        #expect(pool.tick(now: 600) == [])
        #expect(pool.answered(call: 2, by: 1) == [.kill(1)])
    }

    @Test func `A worker whose stuck call comes back serves on`() {
        var pool = PoolState.running(1, slots: 2)
        _ = pool.assignNow(call: 1)
        _ = pool.assignNow(call: 2)
        _ = pool.abandoned(call: 1, now: 500)
        #expect(pool.tick(now: 600) == [])
        #expect(pool.assignNow(call: 3) == nil)
        #expect(pool.answered(call: 1, by: 1) == [])
        #expect(pool.assignNow(call: 3) == 1)
        #expect(pool.tick(now: 900) == [])
    }

    @Test func `A nested call that does not come back counts as a call of its worker's thread`() {
        var pool = PoolState.running(1)
        _ = pool.assignNow(call: 1)
        #expect(pool.abandoned(call: 2, on: 1, isNested: true, now: 500) == [.cancel(call: 2, on: 1)])
        #expect(pool.abandoned(call: 2, on: 1, isNested: true, now: 510) == [])
        #expect(pool.nextTick == 600)
        #expect(pool.tick(now: 600) == [], "the call that it is nested in has not been given up")
        #expect(pool.tick(now: 700) == [.kill(1)])
    }

    @Test func `A worker whose nested call comes back late serves on`() {
        var pool = PoolState.running(1, slots: 2)
        _ = pool.assignNow(call: 1)
        _ = pool.abandoned(call: 2, on: 1, isNested: true, now: 500)
        _ = pool.tick(now: 600)
        #expect(pool.enqueue(call: 3, now: 610) == [])
        #expect(pool.answered(call: 2, by: 1) == [.assign(call: 3, to: 1)])
        #expect(pool.tick(now: 900) == [])
        let before = pool
        #expect(pool.answered(call: 2, by: 1) == [])
        #expect(pool == before)
    }

    @Test func `Neighbours that may not run twice fail with the worker`() {
        var pool = PoolState.running(1, slots: 2)
        _ = pool.assignNow(call: 1)
        _ = pool.assignNow(call: 2)
        _ = pool.abandoned(call: 1, now: 500)
        _ = pool.tick(now: 600)
        #expect(pool.tick(now: 700) == [.kill(1)])
        let death = WorkerDeath(worker: 1, cause: .signalled(9), target: "m.f")
        #expect(pool.exited(1, .signalled(9), [.once(2)], now: 710) == [.fail(call: 2, .workerDied(death)), .fork(2)])
    }

    @Test func `A lease gets a worker that is emptied for it, and nobody else does meanwhile`() {
        var pool = PoolState.running(1, slots: 2)
        _ = pool.assignNow(call: 1)
        #expect(pool.enqueue(call: 2, lease: true, now: 5) == [])
        #expect(pool.assignNow(call: 3) == nil)
        #expect(pool.enqueue(call: 3, now: 6) == [])
        #expect(pool.answered(call: 1, by: 1) == [.assign(call: 2, to: 1)])
        #expect(pool.released(1) == [.assign(call: 3, to: 1)])
    }

    @Test func `A lease given up while a worker is emptied for it gives the worker back`() {
        var pool = PoolState.running(1, slots: 2)
        _ = pool.assignNow(call: 1)
        _ = pool.enqueue(call: 2, lease: true, now: 5)
        _ = pool.enqueue(call: 3, now: 6)
        #expect(pool.abandoned(call: 2, now: 7) == [.assign(call: 3, to: 1)])
    }
}
