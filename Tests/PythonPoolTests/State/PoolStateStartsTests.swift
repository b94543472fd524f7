import Testing

@testable import PythonPool

/// What becomes of calls while workers do not start.
@Suite struct PoolStateStartsTests {
    private let second: UInt64 = 1_000_000_000

    /// A pool that had workers, all of which have died, and whose starts are held: since 10 for a second.
    private func held(_ calls: [Ticket] = []) -> PoolState {
        var pool = PoolState.running(1)
        _ = pool.assignNow(call: 100)
        for call in calls { _ = pool.submit(call, now: 2) }
        _ = pool.exited(1, .signalled(9), [.once(100)], now: 9)
        for generation in 2...4 { _ = pool.exited(generation, now: 10) }
        #expect(pool.intensity.heldUntil == 10 + second && pool.workers.isEmpty)
        return pool
    }

    private func problem(_ error: PythonPoolError?) -> String {
        if case .environment(let problem, _)? = error { problem } else { "\(String(describing: error))" }
    }

    private func error(in actions: [PoolState.Action], for call: UInt64) -> PythonPoolError? {
        for case .fail(call: call, let error) in actions { return error }
        return nil
    }

    // MARK: A pool that had workers

    @Test(
        arguments: [
            (0, true), (1_000_000_011, true), (60_000_000_000, true), (1_000_000_010, false), (500_000_000, false),
        ] as [(UInt64, Bool)])
    func `A call in the first hold waits for the next start if its deadline lets it`(_ deadline: UInt64, _ waits: Bool)
    {
        let ticket = Ticket(id: 1, deadline: deadline)
        // It may have come before the hold or in it.
        for wasThere in [true, false] {
            var pool = wasThere ? held([ticket]) : held()
            let actions = wasThere ? [] : pool.submit(ticket, now: 20)
            #expect(pool.waiting == (waits ? [1] : []))
            if !wasThere { #expect((error(in: actions, for: 1) == nil) == waits) }
            #expect(pool.tick(now: 10 + second) == [.fork(5)])
            #expect(pool.ready(5, now: 11 + second) == (waits ? [.assign(call: 1, to: 5)] : []))
        }
    }

    @Test func `A call that cannot wait is told of the hold, how long it is, and what went wrong last`() {
        var pool = held()
        let text = problem(error(in: pool.submit(Ticket(id: 1, deadline: 100), now: 20), for: 1))
        #expect(text.contains("pool 'test' has no worker and starts none for 1.0 s"))
        #expect(text.contains("end before they are ready, the last one with signalled(11) (3 in a row)"))
        // In the words of the worker, where it left any.
        let refusal = PythonPoolError.environment(problem: "no GPU", remedy: "buy one")
        _ = pool.tick(now: 10 + second)
        pool.refused(5, refusal)
        _ = pool.exited(5, now: 11 + second)
        guard
            case .environment(let problem, "buy one")? = error(
                in: pool.submit(Ticket(id: 2, deadline: 12 + second), now: 12 + second), for: 2)
        else {
            Issue.record("the remedy is another one")
            return
        }
        #expect(problem.contains("starts none for 2.0 s") && problem.hasSuffix("no GPU"))
    }

    @Test func `When the hold repeats, calls without a deadline fail, and of the others those that it outlasts`() {
        let tickets = [
            Ticket(id: 1), Ticket(id: 2, deadline: 2 * second), Ticket(id: 3, deadline: 5 * second),
            Ticket(id: 4, isLease: true),
        ]
        var pool = held(tickets)
        #expect(pool.waiting == [1, 2, 3, 4])
        #expect(pool.tick(now: 10 + second) == [.fork(5)])
        let actions = pool.exited(5, now: 11 + second)
        #expect(actions.first == .hold(after: 4, 2 * second))
        for call in [1, 2, 4] as [UInt64] {
            #expect(problem(error(in: actions, for: call)).contains("starts none for 2.0 s"))
        }
        #expect(actions.count == 4 && pool.waiting == [3])
        #expect(error(in: pool.submit(Ticket(id: 5), now: 12 + second), for: 5) != nil)
        #expect(pool.tick(now: 11 + 3 * second) == [.fork(6)])
        #expect(pool.ready(6, now: 12 + 3 * second) == [.assign(call: 3, to: 6)])
    }

    @Test func `Calls that are to run alone wait likewise`() {
        var pool = PoolState.running(1)
        _ = pool.assignNow(call: 1)
        _ = pool.exited(1, .signalled(11), [.repeatable(1, deadline: 2 * second)], now: 5)
        for generation in 2...4 { _ = pool.exited(generation, now: 10) }
        let left = pool.workers.keys.sorted()
        for generation in left { _ = pool.exited(generation, now: 10) }
        #expect(pool.isBereft && pool.waitingCount == 1)
        let probe = pool.nextGeneration
        #expect(pool.tick(now: 10 + second) == [.fork(probe)])
        let again = pool.exited(probe, now: 11 + second)
        #expect(problem(error(in: again, for: 1)).contains("starts none for 2.0 s"))
        #expect(pool.waitingCount == 0)
    }

    @Test func `Who waits for the pool's start waits for one more attempt`() {
        var pool = held()
        #expect(pool.start(now: 20) == [])
        #expect(pool.tick(now: 10 + second) == [.fork(5)])
        let actions = pool.exited(5, now: 11 + second)
        guard case .startsFailed(let error)? = actions.last else {
            Issue.record("\(actions)")
            return
        }
        #expect(problem(error).contains("starts none for 2.0 s"))
        guard case .startsFailed? = pool.start(now: 12 + second).first else {
            Issue.record("a start in the second hold waits")
            return
        }
    }

    @Test func `While a worker is left, calls wait for it, whatever their deadlines`() {
        var pool = PoolState.running(2)
        _ = pool.assignNow(call: 1)
        _ = pool.assignNow(call: 2)
        _ = pool.exited(2, .signalled(9), now: 3)
        for generation in 3...5 { _ = pool.exited(generation, now: 4) }
        #expect(pool.intensity.heldUntil != nil)
        #expect(pool.submit(Ticket(id: 3, deadline: 100), now: 5) == [])
        #expect(pool.submit(Ticket(id: 4), now: 5) == [])
        // Also for one that takes no calls until one that was given up comes back.
        _ = pool.abandoned(call: 1, on: 1, now: 6)
        pool.update(1) { $0.drainedBy = 500 }
        #expect(pool.submit(Ticket(id: 5, deadline: 100), now: 7) == [])
        #expect(pool.waiting == [3, 4, 5])
        // When it goes, too, they are on their own.
        let actions = pool.exited(1, .signalled(9), now: 8)
        #expect(error(in: actions, for: 3) != nil && error(in: actions, for: 5) != nil)
        #expect(pool.waiting == [4])
    }

    @Test func `A worker that is on its way when the hold begins may end it`() {
        var pool = PoolState.running(4)
        for generation in 1...4 { _ = pool.exited(generation, .signalled(9), now: 3) }
        for generation in 5...7 { _ = pool.exited(generation, now: 4) }
        #expect(pool.intensity.heldUntil != nil && !pool.isBereft)
        #expect(pool.submit(Ticket(id: 1, deadline: 100), now: 5) == [])
        #expect(pool.ready(8, now: 6).first == .assign(call: 1, to: 8))
        #expect(pool.intensity == StartIntensity())
    }

    @Test func `When the zygote goes in a hold, calls wait for another one`() {
        var pool = held()
        _ = pool.submit(Ticket(id: 1, deadline: 5 * second), now: 20)
        #expect(pool.zygoteLost(now: 30) == [])
        #expect(pool.tick(now: 10 + second) == [.startZygote(2)])
        #expect(pool.zygoteStarted(2, now: 11 + second) == [.fork(5)])
        #expect(pool.ready(5, now: 12 + second) == [.assign(call: 1, to: 5)])
    }

    // MARK: A pool that never had any

    @Test(arguments: [0, 60_000_000_000] as [UInt64])
    func `A pool that never had a worker says why at once, whatever the deadlines`(_ deadline: UInt64) {
        var pool = PoolState(name: "test", size: 1, grace: 100)
        _ = pool.submit(Ticket(id: 1, deadline: deadline), now: 1)
        _ = pool.zygoteStarted(now: 2)
        for generation in 1...2 { _ = pool.exited(generation, now: 3) }
        pool.refused(3, PoolStateTableTests.failure)
        #expect(pool.exited(3, now: 3) == [.hold(after: 3, second), .fail(call: 1, PoolStateTableTests.failure)])
        let text = problem(error(in: pool.submit(Ticket(id: 2, deadline: deadline), now: 4), for: 2))
        #expect(text.contains("starts none for 1.0 s") && text.hasSuffix("p"))
        #expect(pool.waiting == [])
    }
}
