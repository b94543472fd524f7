import Testing

@testable import PythonPool

/// What a pool decides, told as stories of a few events each.
@Suite struct PoolStateTests {
    @Test func `A discarded lease ends its worker, and its seat is filled again`() {
        var pool = PoolState.running(2)
        _ = pool.enqueue(call: 1, lease: true, now: 2)
        let leased = pool.workers.first { $0.value.phase == .leased }!.key
        #expect(pool.discarded(leased) == [.kill(leased)])
        #expect(!pool.isLeased(leased))
        #expect(pool.discarded(leased).isEmpty && pool.released(leased).isEmpty, "once")
        let actions = pool.exited(leased, .signalled(9), now: 3)
        #expect(actions.contains { if case .fork = $0 { true } else { false } }, "\(actions)")
        #expect(pool.tally.deaths.isEmpty)
        let serving = pool.workers.keys.first { $0 != leased && pool.workers[$0]?.phase == .serving }!
        #expect(pool.discarded(serving).isEmpty, "nobody has leased it")
    }

    typealias Situation = PoolStateTableTests.Situation

    // MARK: Order and choice

    @Test func `Calls are served in the order in which they came`() {
        var pool = PoolState(name: "test", size: 2, grace: 100)
        #expect(pool.enqueue(call: 1, lease: false, now: 0) == [.startZygote(1)])
        for call in 2...5 as ClosedRange<UInt64> { #expect(pool.enqueue(call: call, lease: call == 3, now: 0) == []) }
        #expect(pool.zygoteStarted(now: 0) == [.fork(1), .fork(2)])
        #expect(pool.ready(2, now: 1) == [.assign(call: 1, to: 2)])
        #expect(pool.ready(1, now: 1) == [.assign(call: 2, to: 1)])
        #expect(pool.answered(call: 2, by: 1) == [.assign(call: 3, to: 1)])
        #expect(pool.answered(call: 1, by: 2) == [.assign(call: 4, to: 2)])
        #expect(pool.released(1) == [.assign(call: 5, to: 1)])
        #expect(pool.waiting == [])
    }

    @Test func `No call overtakes one that waits`() {
        var pool = Situation.busyWanted.pool
        #expect(pool.assignNow(call: 9) == nil)
        #expect(pool.enqueue(call: 9, lease: false, now: 5) == [])
        #expect(pool.waiting == [2, 9])
    }

    @Test func `The worker that worked last is warm and goes first`() {
        var pool = PoolState(name: "test", size: 3, grace: 100)
        _ = pool.start(now: 0)
        _ = pool.zygoteStarted(now: 0)
        for generation in 1...3 { _ = pool.ready(generation, now: 1) }
        #expect(pool.assignNow(call: 1) == 3)
        #expect(pool.assignNow(call: 2) == 2)
        #expect(pool.answered(call: 1, by: 3) == [])
        #expect(pool.assignNow(call: 3) == 3)
        #expect(pool.assignNow(call: 4) == 1)
    }

    @Test func `A call that is given up while it waits is never served`() {
        var pool = Situation.busyWanted.pool
        #expect(pool.abandoned(call: 2, now: 5) == [])
        #expect(pool.answered(call: 1, by: 1) == [])
        #expect(pool.assignNow(call: 3) == 1)
    }

    @Test func `A lease that is given up while it waits takes no worker from the next call`() {
        var pool = Situation.busy.pool
        _ = pool.enqueue(call: 2, lease: true, now: 5)
        #expect(pool.abandoned(call: 2, now: 5) == [])
        _ = pool.enqueue(call: 3, lease: false, now: 5)
        #expect(pool.answered(call: 1, by: 1) == [.assign(call: 3, to: 1)])
        #expect(pool.workers[1]?.calls == [3] && pool.workers[1]?.phase == .serving)
    }

    // MARK: Giving up and killing

    @Test func `A worker is killed when its grace has passed, and not before`() {
        var pool = Situation.givenUp.pool
        #expect(pool.nextTick == 600)
        #expect(pool.tick(now: 599) == [])
        #expect(pool.tick(now: 600) == [.kill(1)])
        #expect(pool.nextTick == nil)
        #expect(pool.tick(now: 10_000) == [], "once is enough")
    }

    @Test func `A call that comes back within its grace saves its worker`() {
        var pool = Situation.givenUp.pool
        #expect(pool.answered(call: 1, by: 1) == [.assign(call: 2, to: 1)])
        #expect(pool.nextTick == nil)
        #expect(pool.tick(now: 10_000) == [])
    }

    @Test func `Giving up twice cancels once and buys no time`() {
        var pool = Situation.givenUp.pool
        #expect(pool.abandoned(call: 1, now: 590) == [])
        #expect(pool.nextTick == 600)
    }

    @Test func `A late answer of a worker that is being killed brings it no further call`() {
        var pool = Situation.ending.pool
        #expect(pool.answered(call: 1, by: 1) == [])
        #expect(pool.waiting == [2])
        #expect(pool.assignNow(call: 9) == nil)
        #expect(pool.exited(1, now: 700) == [.fork(2)])
        #expect(pool.ready(2, now: 701) == [.assign(call: 2, to: 2)])
    }

    @Test func `The earliest of several graces is the next tick`() {
        var pool = PoolState(name: "test", size: 3, grace: 100)
        _ = pool.start(now: 0)
        _ = pool.zygoteStarted(now: 0)
        for generation in 1...3 { _ = pool.ready(generation, now: 1) }
        for (call, now) in [(1, 30), (2, 10), (3, 20)] as [(UInt64, UInt64)] {
            _ = pool.assignNow(call: call)
            _ = pool.abandoned(call: call, now: now)
        }
        #expect(pool.nextTick == 110)
        #expect(pool.tick(now: 120) == [.kill(1), .kill(2)])
        #expect(pool.nextTick == 130)
    }

    // MARK: Leases

    @Test func `A leased worker serves nobody else until it is given back`() {
        var pool = Situation.leased.pool
        #expect(pool.assignNow(call: 9) == nil)
        #expect(pool.answered(call: 1, by: 1) == [])
        _ = pool.enqueue(call: 9, lease: false, now: 5)
        #expect(pool.released(1) == [.assign(call: 9, to: 1)])
    }

    @Test func `A lease given back while Python is still in a call that was given up frees the worker with that call`()
    {
        var pool = Situation.leaseGivenUp.pool
        _ = pool.enqueue(call: 9, lease: false, now: 510)
        #expect(pool.released(1) == [])
        #expect(pool.nextTick == 600)
        #expect(pool.answered(call: 5, by: 1) == [.assign(call: 9, to: 1)])
        #expect(pool.nextTick == nil)
    }

    @Test func `A lease given back while Python does not come back costs the worker`() {
        var pool = Situation.leaseGivenUp.pool
        #expect(pool.released(1) == [])
        #expect(pool.tick(now: 600) == [.kill(1)])
        #expect(pool.exited(1, now: 610) == [.fork(2)])
    }

    @Test func `Giving up a call on a lease twice does not postpone the end`() {
        var pool = Situation.leaseGivenUp.pool
        #expect(pool.abandoned(call: 5, now: 590) == [])
        #expect(pool.nextTick == 600)
    }

    @Test func `A call given up while it waits behind another one on a lease costs nobody anything`() {
        var pool = Situation.leaseBusy.pool
        let onLease = PoolStateTableTests.Event.onLease(6)
        #expect(pool.assignNow(onLease, onlyTo: 1) == nil)
        #expect(pool.submit(onLease, now: 3) == [])
        #expect(pool.abandoned(call: 6, now: 4) == [])
        #expect(pool.nextTick == nil)
        #expect(pool.answered(call: 5, by: 1) == [])
        #expect(pool.assignNow(PoolStateTableTests.Event.onLease(7), onlyTo: 1) == 1)
    }

    @Test func `Calls on a lease are served in the order in which they came`() {
        var pool = Situation.leaseBusy.pool
        for call in 6...8 as ClosedRange<UInt64> {
            #expect(pool.submit(PoolStateTableTests.Event.onLease(call), now: 3) == [])
        }
        #expect(pool.answered(call: 5, by: 1) == [.assign(call: 6, to: 1)])
        #expect(pool.released(1) == [], "what was sent through the lease is served on")
        #expect(pool.answered(call: 6, by: 1) == [.assign(call: 7, to: 1)])
        #expect(
            pool.exited(1, .signalled(11), [.once(7)], now: 5).contains(
                .fail(call: 8, .workerUnavailable(worker: 42))))
    }

    @Test(arguments: [true, false])
    func `A lease has lost its worker as soon as calls on it are refused`(isKilled: Bool) {
        var pool = Situation.leased.pool
        #expect(pool.isLeased(1))
        if isKilled { pool.doomed(1, .memory) } else { pool.noteEnd(of: 1) }
        let actions = pool.submit(Ticket(id: 9, worker: 1, isOnLease: true), now: 5)
        #expect(actions == [.fail(call: 9, .workerUnavailable(worker: pool.workers[1]?.pid ?? -1))])
        #expect(!pool.isLeased(1))
    }

    @Test func `A lease given back twice frees the worker once`() {
        var pool = Situation.leased.pool
        #expect(pool.released(1) == [])
        #expect(pool.released(1) == [])
        #expect(pool.assignNow(call: 2) == 1)
        #expect(pool.assignNow(call: 3) == nil)
    }

    // MARK: Replacing, and giving up on it

    @Test func `A worker that has ended is replaced by a new generation`() {
        var pool = Situation.busyWanted.pool
        #expect(pool.exited(1, now: 10) == [.fork(2)])
        #expect(pool.exited(1, now: 11) == [], "it can end once")
        #expect(pool.ready(2, now: 20) == [.assign(call: 2, to: 2)])
        #expect(pool.workers.keys.sorted() == [2])
    }

    @Test func `An idle worker that has ended is given no call`() {
        var pool = Situation.idle.pool
        #expect(pool.exited(1, now: 10) == [.fork(2)])
        #expect(pool.assignNow(call: 1) == nil)
    }

    @Test(arguments: [true, false])
    func `Three starts that fail in a row fail what waits, and the next call tries again`(_ atFork: Bool) throws {
        var pool = Situation.forkingWanted.pool
        func fail(_ generation: Int) -> [PoolState.Action] {
            atFork ? pool.forkFailed(generation, reason: "EAGAIN", now: 5) : pool.exited(generation, now: 5)
        }
        #expect(fail(1) == [.fork(2)])
        #expect(fail(2) == [.fork(3)])
        let last = fail(3)
        guard case .fail(call: 1, .environment(let problem, let remedy))? = last.last, last.count == 2 else {
            Issue.record("\(last)")
            return
        }
        #expect(last.first == .hold(after: 3, 1_000_000_000))
        #expect(problem.contains("pool 'test'") && problem.contains("3 in a row"))
        #expect(problem.contains(atFork ? "could not fork: EAGAIN" : "end before they are ready"))
        #expect(remedy.contains("dspex doctor"))
        #expect(pool.workers.isEmpty)
        guard case .fail(call: 2, .environment(_, _))? = pool.enqueue(call: 2, now: 6).first else {
            Issue.record("a call in the hold waits")
            return
        }
        #expect(pool.enqueue(call: 3, now: 1_000_000_005) == [.fork(4)], "the hold has passed")
        #expect(pool.ready(4, now: 1_000_000_007) == [.assign(call: 3, to: 4)])
    }

    @Test func `A worker that becomes ready in between starts the count anew`() {
        var pool = Situation.forkingWanted.pool
        _ = pool.exited(1, now: 5)
        _ = pool.exited(2, now: 5)
        #expect(pool.ready(3, now: 6) == [.assign(call: 1, to: 3)])
        #expect(pool.exited(3, now: 7) == [.fork(4)])
        #expect(pool.exited(4, now: 7) == [.fork(5)])
        #expect(pool.exited(5, now: 7) == [.fork(6)])
    }

    // MARK: The zygote

    @Test func `What waits when the zygote dies is served by the next one`() {
        var pool = Situation.busyWanted.pool
        #expect(pool.zygoteLost() == [.startZygote(2)])
        #expect(pool.workers.isEmpty)
        #expect(pool.exited(1, now: 5) == [], "its workers went with it")
        #expect(pool.zygoteStarted(now: 6) == [.fork(2)])
        #expect(pool.ready(2, now: 7) == [.assign(call: 2, to: 2)])
    }

    @Test func `A zygote that nobody waits for is started by the next call`() {
        var pool = Situation.busy.pool
        #expect(pool.zygoteLost() == [])
        #expect(pool.enqueue(call: 2, lease: false, now: 5) == [.startZygote(2)])
    }

    @Test func `A zygote that dies at each fork fails what waits in the end`() {
        var pool = Situation.startingWanted.pool
        for generation in 1...2 {
            #expect(pool.zygoteStarted(now: 1) == [.fork(generation)])
            #expect(pool.zygoteLost(now: 2) == [.startZygote(generation + 1)])
        }
        #expect(pool.zygoteStarted(now: 1) == [.fork(3)])
        let last = pool.zygoteLost(now: 2)
        guard case .fail(call: 1, .environment(let problem, _))? = last.last, last.count == 2 else {
            Issue.record("\(last)")
            return
        }
        #expect(problem.contains("3 in a row"))
        #expect(pool.enqueue(call: 2, now: 2_000_000_000) == [.startZygote(4)], "a call after the hold tries again")
        #expect(pool.zygoteStarted(now: 2_000_000_001) == [.fork(4)])
        let again = pool.zygoteLost(now: 2_000_000_002)
        #expect(again.first == .hold(after: 4, 2_000_000_000), "once more, and for longer")
    }

    @Test func `A zygote that dies after its workers served is started as often as need be`() {
        var pool = Situation.busyWanted.pool
        for generation in 2..<20 {
            #expect(pool.zygoteLost() == [.startZygote(generation)])
            #expect(pool.zygoteStarted(now: 6) == [.fork(generation)])
            #expect(pool.ready(generation, now: 7).count == 1)
            _ = pool.enqueue(call: UInt64(generation) + 10, lease: false, now: 8)
        }
    }

    @Test func `A zygote that cannot start fails what waits, with its own words`() {
        var pool = Situation.startingWanted.pool
        _ = pool.enqueue(call: 2, lease: true, now: 2)
        #expect(
            pool.zygoteFailed(PoolStateTableTests.failure) == [
                .fail(call: 1, PoolStateTableTests.failure), .fail(call: 2, PoolStateTableTests.failure),
            ])
        #expect(pool.enqueue(call: 3, lease: false, now: 3) == [.startZygote(2)])
    }

    // MARK: The end

    @Test(arguments: Situation.allCases)
    func `After the end nothing is assigned, forked or started`(_ situation: Situation) {
        var pool = situation.pool
        _ = pool.close()
        for event in PoolStateTableTests.Event.allCases {
            for action in event.happen(to: &pool) {
                #expect(
                    action == .fail(call: event == .callOnLease ? 6 : 9, PoolStateTableTests.closed), "\(event)")
            }
        }
        #expect(pool.assignNow(call: 3) == nil)
        #expect(pool.zygote == .closed && pool.waiting == [])
    }

    @Test func `A pool is complete when all its workers are ready`() {
        var pool = PoolState(name: "test", size: 2, grace: 100)
        #expect(!pool.isReady())
        _ = pool.start(now: 0)
        _ = pool.zygoteStarted(now: 0)
        #expect(!pool.isReady())
        _ = pool.ready(1, now: 1)
        #expect(!pool.isReady())
        _ = pool.ready(2, now: 1)
        #expect(pool.isReady())
        _ = pool.assignNow(call: 1)
        #expect(pool.isReady(), "a busy worker is a ready one")
        _ = pool.exited(1, now: 2)
        #expect(!pool.isReady())
    }
}
