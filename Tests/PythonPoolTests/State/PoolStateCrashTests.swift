import Testing

@testable import PythonPool

/// What becomes of calls whose worker has died.
@Suite struct PoolStateCrashTests {
    private func busy() -> PoolState {
        var pool = PoolState.running(1)
        _ = pool.assignNow(call: 1)
        return pool
    }

    @Test(arguments: [WorkerDeath.Cause.signalled(9), .outOfMemory])
    func `A death that blames nobody gives the call to another worker, three times at most`(_ cause: WorkerDeath.Cause)
    {
        var pool = busy()
        for retry in 0..<3 {
            #expect(pool.exited(retry + 1, cause, [.repeatable(1, retries: retry)], now: 5) == [.fork(retry + 2)])
            #expect(pool.waiting == [1])
            #expect(pool.ready(retry + 2, now: 6) == [.assign(call: 1, to: retry + 2)])
        }
        let death = WorkerDeath(worker: 4, cause: cause, target: "m.f")
        #expect(
            pool.exited(4, cause, [.repeatable(1, retries: 3)], now: 7) == [
                .fail(call: 1, .workerDied(death)), .fork(5),
            ])
    }

    @Test func `A call on a worker that broke the protocol runs alone, unless it may not run twice`() {
        var pool = PoolState.running(1, slots: 2)
        _ = pool.assignNow(call: 1)
        _ = pool.assignNow(call: 2)
        pool.doomed(1, .violation)
        let death = WorkerDeath(worker: 1, cause: .signalled(9), target: "m.f")
        var once = Casualty.repeatable(2)
        once.isRepeatable = false
        #expect(
            pool.exited(1, .signalled(9), [.repeatable(1), once], now: 5) == [
                .fail(call: 2, .workerDied(death)), .fork(2), .fork(3),
            ])
        #expect(pool.ready(3, now: 6) == [.assign(call: 1, to: 3)], "alone")
        #expect(pool.tally.deaths == [.violation: 1])
    }

    @Test func `A call on a worker that could not be read for want of memory is nobody's fault`() {
        var pool = busy()
        pool.doomed(1, .unreadable)
        #expect(pool.exited(1, .signalled(9), [.repeatable(1)], now: 5) == [.fork(2)])
        #expect(pool.ready(2, now: 6) == [.assign(call: 1, to: 2)])
        #expect(pool.tally.deaths == [.unreadable: 1])
    }

    @Test func `A call that may have killed its worker runs alone, and its worker is ended afterwards`() {
        var pool = PoolState.running(1, slots: 2)
        _ = pool.assignNow(call: 1)
        _ = pool.assignNow(call: 2)
        #expect(
            pool.exited(1, .signalled(11), [.repeatable(1), .repeatable(2)], now: 5) == [
                .fork(2), .fork(3), .fork(4),
            ])
        #expect(pool.ready(3, now: 6) == [.assign(call: 2, to: 3)])
        #expect(pool.enqueue(call: 9, now: 7) == [], "a worker on trial serves nobody else")
        #expect(pool.ready(2, now: 7) == [.assign(call: 9, to: 2)])
        #expect(pool.answered(call: 2, by: 3) == [.kill(3)])
        #expect(pool.exited(3, .signalled(9), now: 8) == [])
        #expect(pool.ready(4, now: 9) == [.assign(call: 1, to: 4)])
        #expect(pool.tally.retries == 2 && pool.tally.quarantined == 0)
    }

    /// A worker, 3, that has survived its trial with an answer that may refer to objects of its.
    private func survived() -> PoolState {
        var pool = busy()
        _ = pool.exited(1, .signalled(11), [.repeatable(1)], now: 5)
        _ = pool.ready(2, now: 6)
        #expect(pool.ready(3, now: 6) == [.assign(call: 1, to: 3)])
        #expect(pool.answered(call: 1, by: 3, mayRefer: true) == [.awaitReading(from: 3)])
        return pool
    }

    @Test func `A worker that survives its trial stays for its objects until they are let go`() {
        var pool = survived()
        #expect(pool.isQuiet, "nobody waits for it to go")
        #expect(pool.pinned(3, true, now: 7) == [], "the answer has been read, and has a reference")
        #expect(pool.assignNow(call: 2) == 2)
        #expect(pool.enqueue(call: 3, now: 8) == [], "it serves nobody else")
        #expect(pool.submit(Ticket(id: 4, worker: 3), now: 9) == [.assign(call: 4, to: 3)])
        #expect(pool.pinned(3, false, now: 10) == [], "it finishes first")
        #expect(pool.answered(call: 4, by: 3) == [.kill(3)])
        #expect(pool.exited(3, .signalled(9), now: 11) == [], "no worker takes its place")
        #expect(pool.tally.deaths == [.signalled: 1])
    }

    @Test func `It goes when the answer has been read and held no reference`() {
        var pool = survived()
        #expect(pool.pinned(3, false, now: 7) == [.kill(3)])
    }

    @Test func `It goes when somebody asks for new workers, or its memory runs out, and is not taken for worn`() {
        var (restarted, refreshed, greedy, old) = (survived(), survived(), survived(), survived())
        #expect(restarted.rollingRestart(now: 7) == [.fork(4), .kill(3)])
        _ = refreshed.refresh(now: 7)
        #expect(refreshed.zygoteStarted(2, now: 8) == [.fork(4), .kill(3)])
        #expect(greedy.sampled(3, privateBytes: .max, now: 7) == [.kill(3)])
        #expect(old.recycle(3, .age, now: 7) == [])
        #expect(old.pinned(3, false, now: 8) == [.kill(3)])
    }

    @Test func `What dies in it later is no trial's`() {
        var pool = survived()
        _ = pool.submit(Ticket(id: 4, worker: 3), now: 9)
        var once = Casualty.once(4)
        once.ticket.worker = 3
        let death = WorkerDeath(worker: 3, cause: .signalled(11), target: "m.f")
        #expect(pool.exited(3, .signalled(11), [once], now: 10) == [.fail(call: 4, .workerDied(death))])
        #expect(pool.quarantine.isEmpty)
    }

    @Test func `The next suspect has its trial while a survivor stays`() {
        var pool = survived()
        _ = pool.assignNow(call: 5)
        #expect(pool.exited(2, .signalled(11), [.repeatable(5)], now: 12) == [.fork(4), .fork(5)])
    }

    @Test func `A trial that raises, and holds nothing, is over at once`() {
        var pool = busy()
        _ = pool.exited(1, .signalled(11), [.repeatable(1)], now: 5)
        _ = pool.ready(3, now: 6)
        #expect(pool.answered(call: 1, by: 3, mayRefer: false) == [.kill(3)])
    }

    @Test func `A second death, alone, quarantines the call for ten minutes`() {
        var pool = busy()
        #expect(pool.exited(1, .exited(code: 1), [.repeatable(1)], now: 5) == [.fork(2), .fork(3)])
        _ = pool.ready(2, now: 6)
        #expect(pool.ready(3, now: 6) == [.assign(call: 1, to: 3)])
        let death = WorkerDeath(worker: 3, cause: .signalled(11), target: "m.f")
        #expect(pool.exited(3, .signalled(11), [.repeatable(1)], now: 7) == [.quarantine(.repeatable(1), death)])
        for (fingerprint, now, isRefused) in [
            (1001, 8, true), (1002, 8, false), (1001, 600_000_000_006, true), (1001, 600_000_000_007, false),
        ] as [(UInt64, UInt64, Bool)] {
            let refuses = pool.refuses(fingerprint, now: now)
            #expect(refuses == isRefused)
        }
        #expect(pool.quarantine.isEmpty)
    }

    @Test func `A worker on trial that is killed from outside gives its call another trial`() {
        var pool = busy()
        _ = pool.exited(1, .signalled(11), [.repeatable(1)], now: 5)
        _ = pool.ready(3, now: 6)
        #expect(pool.exited(3, .signalled(9), [.repeatable(1)], now: 7) == [.fork(4)])
        #expect(pool.ready(4, now: 8) == [.assign(call: 1, to: 4)])
    }

    @Test func `A call that may not run twice, or is past its deadline, fails with its worker`() {
        for casualty in [Casualty.once(1), .repeatable(1, deadline: 4)] {
            var pool = busy()
            let death = WorkerDeath(worker: 1, cause: .signalled(11), target: "m.f")
            #expect(
                pool.exited(1, .signalled(11), [casualty], now: 5) == [.fail(call: 1, .workerDied(death)), .fork(2)])
        }
    }

    @Test func `A call given up while it waits for its trial costs no worker`() {
        var pool = busy()
        _ = pool.exited(1, .signalled(11), [.repeatable(1)], now: 5)
        #expect(pool.abandoned(call: 1, now: 6) == [])
        #expect(pool.ready(3, now: 7) == [.kill(3)])
        #expect(pool.isQuiet)
    }

    @Test func `A worker that takes too much memory is killed, and all its calls say so`() {
        var pool = PoolState.running(1, slots: 2) {
            $0.softMemory = 800
            $0.hardMemory = 1000
        }
        _ = pool.assignNow(call: 1)
        #expect(pool.sampled(1, privateBytes: 799, now: 2) == [])
        #expect(pool.sampled(1, privateBytes: 1000, now: 3) == [.kill(1)])
        #expect(pool.sampled(1, privateBytes: 2000, now: 4) == [], "it is being killed already")
        let excess = MemoryExcess(worker: 0, used: 1000, limit: 1000, target: "m.f")
        #expect(
            pool.exited(1, .signalled(9), [.repeatable(1)], now: 5) == [
                .fail(call: 1, .memoryLimitExceeded(excess)), .fork(2),
            ])
        #expect(pool.tally.deaths == [.memoryLimit: 1])
    }

    // MARK: Starts

    @Test func `While a worker serves, others that do not start fail nothing that waits`() {
        var pool = PoolState.running(2)
        _ = pool.assignNow(call: 1)
        _ = pool.assignNow(call: 2)
        _ = pool.enqueue(call: 3, now: 2)
        _ = pool.exited(2, now: 3)
        for generation in 3...4 { #expect(pool.exited(generation, now: 4) == [.fork(generation + 1)]) }
        #expect(pool.exited(5, now: 4) == [.hold(after: 3, 1_000_000_000)])
        #expect(pool.waiting == [3])
        #expect(pool.enqueue(call: 4, now: 5) == [])
        #expect(pool.answered(call: 2, by: 1) == [.assign(call: 3, to: 1)])
        #expect(pool.tick(now: 1_000_000_004) == [.fork(6)], "the hold has passed")
        #expect(pool.ready(6, now: 1_000_000_010) == [.assign(call: 4, to: 6)])
        #expect(!pool.intensity.isProbing)
    }

    @Test func `After a hold one worker is tried, and the others when it is ready`() {
        var rules = PoolState.Rules(name: "test", size: 3, grace: 100)
        rules.hasStartHooks = false
        var pool = PoolState(rules)
        _ = pool.enqueue(call: 1, now: 0)
        #expect(pool.zygoteStarted(now: 1).count == 3)
        for generation in 1...3 { _ = pool.exited(generation, now: 2) }
        let left = pool.workers.keys.sorted()
        for generation in left { _ = pool.exited(generation, now: 3) }
        #expect(pool.workers.isEmpty && pool.intensity.heldUntil == 1_000_000_002)
        #expect(pool.tick(now: 1_000_000_002).count == 1)
        let probe = pool.nextGeneration - 1
        let again = pool.exited(probe, now: 1_000_000_003)
        #expect(again == [.hold(after: pool.intensity.inARow, 2_000_000_000)])
        #expect(pool.tick(now: 3_000_000_003) == [.fork(probe + 1)])
        #expect(pool.ready(probe + 1, now: 3_000_000_004) == [.fork(probe + 2), .fork(probe + 3)])
    }

    @Test func `Holds double up to a minute, and a ready worker ends them`() {
        var intensity = StartIntensity()
        let first = (0..<3 as Range<UInt64>).map { intensity.failed(now: $0) }
        #expect(first == [false, false, true])
        var lengths: [UInt64] = []
        for _ in 0..<8 {
            let until = intensity.heldUntil!
            let early = intensity.failed(now: until - 1)
            #expect(!early, "those on their way lengthen nothing")
            let released = intensity.release(now: until)
            #expect(released)
            let late = intensity.failed(now: until)
            #expect(late)
            lengths.append((intensity.heldUntil! - until) / 1_000_000_000)
        }
        #expect(lengths == [2, 4, 8, 16, 32, 60, 60, 60])
        intensity.succeeded()
        #expect(intensity == StartIntensity())
    }

    @Test func `Deaths far apart hold nothing`() {
        var intensity = StartIntensity()
        let holds = (0..<20 as Range<UInt64>).map { intensity.failed(now: $0 * 3_000_000_000) }
        #expect(!holds.contains(true))
    }

    @Test func `A worker that does not become ready in time is killed`() {
        var rules = PoolState.Rules(name: "test", size: 1, grace: 100)
        rules.startTimeout = 1000
        var pool = PoolState(rules)
        _ = pool.start(now: 0)
        _ = pool.zygoteStarted(now: 10)
        #expect(pool.tick(now: 1009) == [])
        #expect(pool.tick(now: 1010) == [.kill(1)])
        #expect(pool.exited(1, .signalled(9), now: 1020) == [.fork(2)])
        #expect(pool.tally.deaths == [.start: 1])
    }
}
