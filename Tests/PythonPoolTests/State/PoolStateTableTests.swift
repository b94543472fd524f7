import Testing

@testable import PythonPool

/// Every event in every situation of a pool of one worker: what it makes the pool do, and that all else leaves it as it
/// was.
@Suite struct PoolStateTableTests {
    /// Where the pool stands. The worker is generation 1, its call is 1, a call on a leased worker is 5.
    enum Situation: String, CaseIterable, Sendable {
        case fresh, starting, startingWanted, forking, forkingWanted, booting, idle, busy, busyWanted, givenUp, leased
        case leaseBusy, leaseGivenUp, ending, exhausted, closed

        var pool: PoolState {
            var pool = PoolState(name: "test", size: 1, grace: 100)
            switch self {
            case .fresh: break
            case .starting: _ = pool.start(now: 0)
            case .startingWanted: _ = pool.enqueue(call: 1, lease: false, now: 1)
            case .forking:
                _ = pool.start(now: 0)
                _ = pool.zygoteStarted(now: 1)
            case .forkingWanted:
                _ = pool.enqueue(call: 1, lease: false, now: 1)
                _ = pool.zygoteStarted(now: 1)
            case .booting:
                pool = Situation.forking.pool
                pool.forked(1, pid: 42)
            case .idle:
                pool = Situation.booting.pool
                _ = pool.ready(1, now: 2)
            case .busy:
                pool = Situation.idle.pool
                _ = pool.assignNow(call: 1)
            case .busyWanted:
                pool = Situation.busy.pool
                _ = pool.enqueue(call: 2, lease: false, now: 3)
            case .givenUp:
                pool = Situation.busyWanted.pool
                _ = pool.abandoned(call: 1, now: 500)
            case .leased:
                pool = Situation.idle.pool
                _ = pool.enqueue(call: 1, lease: true, now: 3)
            case .leaseBusy:
                pool = Situation.leased.pool
                _ = pool.assignNow(Event.onLease(5), onlyTo: 1)
            case .leaseGivenUp:
                pool = Situation.leaseBusy.pool
                _ = pool.abandoned(call: 5, now: 500)
            case .ending:
                pool = Situation.givenUp.pool
                _ = pool.tick(now: 600)
            case .exhausted:
                pool = Situation.forking.pool
                for generation in 1...3 { _ = pool.exited(generation, now: 3) }
            case .closed:
                pool = Situation.busyWanted.pool
                _ = pool.close()
            }
            return pool
        }
    }

    enum Event: String, CaseIterable, Sendable {
        case call, lease, callOnLease, answered, otherAnswered, abandoned, abandonedOnLease, answeredOnLease, released
        case tick, start
        case zygoteStarted, zygoteFailed, zygoteLost, forked, forkFailed, ready, exited, strangerExited, close

        static func onLease(_ call: UInt64) -> Ticket { Ticket(id: call, worker: 1, isOnLease: true) }

        func happen(to pool: inout PoolState) -> [PoolState.Action] {
            switch self {
            case .call:
                // As the engine does it.
                if let generation = pool.assignNow(call: 9) { return [.assign(call: 9, to: generation)] }
                return pool.enqueue(call: 9, lease: false, now: 1000)
            case .lease: return pool.enqueue(call: 9, lease: true, now: 1000)
            case .callOnLease:
                if let generation = pool.assignNow(Self.onLease(6), onlyTo: 1) {
                    return [.assign(call: 6, to: generation)]
                }
                return pool.submit(Self.onLease(6), now: 1000)
            case .answered: return pool.answered(call: 1, by: 1)
            case .otherAnswered: return pool.answered(call: 7, by: 1)
            case .abandoned: return pool.abandoned(call: 1, now: 1000)
            case .abandonedOnLease: return pool.abandoned(call: 5, now: 1000)
            case .answeredOnLease: return pool.answered(call: 5, by: 1)
            case .released: return pool.released(1)
            case .tick: return pool.tick(now: 1000)
            case .start: return pool.start(now: 1000)
            case .zygoteStarted: return pool.zygoteStarted(now: 1000)
            case .zygoteFailed: return pool.zygoteFailed(PoolStateTableTests.failure)
            case .zygoteLost: return pool.zygoteLost()
            case .forked:
                pool.forked(1, pid: 42)
                return []
            case .forkFailed: return pool.forkFailed(1, reason: "EAGAIN", now: 1000)
            case .ready: return pool.ready(1, now: 1000)
            case .exited: return pool.exited(1, now: 1000)
            case .strangerExited: return pool.exited(77, now: 1000)
            case .close: return pool.close()
            }
        }
    }

    static let failure = PythonPoolError.environment(problem: "p", remedy: "r")
    static let closed = PythonPoolError.closed(pool: "test")

    /// What each event makes the pool do. What is not listed does nothing at all; an empty list changes the state only.
    static let gone = PythonPoolError.workerUnavailable(worker: 0)
    static let goneForked = PythonPoolError.workerUnavailable(worker: 42)
    static let held = PythonPoolError.environment(
        problem: """
            pool 'test' has no worker and starts none for 1.0 s, as the last ones failed: workers of pool 'test' end before they are ready, \
            the last one with signalled(11) (3 in a row)
            """,
        remedy: "see the worker's own words on standard error; `dspex doctor` checks packages and limits")

    /// What each event makes the pool do. What is not listed does nothing at all; an empty list changes the state only.
    static let expected: [Situation: [Event: [PoolState.Action]]] = [
        .fresh: [
            .call: [.startZygote(1)], .lease: [.startZygote(1)], .callOnLease: [.fail(call: 6, gone)],
            .start: [.startZygote(1)], .close: [],
        ],
        .starting: [
            .call: [], .lease: [], .callOnLease: [.fail(call: 6, gone)], .zygoteStarted: [.fork(1)],
            .zygoteFailed: [.startsFailed(failure)], .close: [],
        ],
        .startingWanted: [
            .call: [], .lease: [], .callOnLease: [.fail(call: 6, gone)], .abandoned: [], .start: [],
            .zygoteStarted: [.fork(1)], .zygoteFailed: [.fail(call: 1, failure)], .close: [.fail(call: 1, closed)],
        ],
        .forking: [
            .call: [], .lease: [], .callOnLease: [.fail(call: 6, gone)], .zygoteLost: [.startZygote(2)], .forked: [],
            .forkFailed: [.fork(2)], .ready: [], .exited: [.fork(2)], .close: [],
        ],
        .forkingWanted: [
            .call: [], .lease: [], .callOnLease: [.fail(call: 6, gone)], .abandoned: [], .start: [],
            .zygoteLost: [.startZygote(2)], .forked: [], .forkFailed: [.fork(2)], .ready: [.assign(call: 1, to: 1)],
            .exited: [.fork(2)], .close: [.fail(call: 1, closed)],
        ],
        .booting: [
            .call: [], .lease: [], .callOnLease: [.fail(call: 6, goneForked)], .zygoteLost: [.startZygote(2)],
            .forkFailed: [.fork(2)], .ready: [], .exited: [.fork(2)], .close: [],
        ],
        .idle: [
            .call: [.assign(call: 9, to: 1)], .lease: [.assign(call: 9, to: 1)],
            .callOnLease: [.assign(call: 6, to: 1)], .zygoteLost: [], .forkFailed: [.fork(2)],
            .exited: [.fork(2)], .close: [],
        ],
        .busy: [
            .call: [], .lease: [], .callOnLease: [], .answered: [], .abandoned: [.cancel(call: 1, on: 1)],
            .zygoteLost: [], .forkFailed: [.fork(2)], .exited: [.fork(2)], .close: [],
        ],
        .busyWanted: [
            .call: [], .lease: [], .callOnLease: [], .answered: [.assign(call: 2, to: 1)],
            .abandoned: [.cancel(call: 1, on: 1)], .zygoteLost: [.startZygote(2)], .forkFailed: [.fork(2)],
            .exited: [.fork(2)], .close: [.fail(call: 2, closed)],
        ],
        .givenUp: [
            .call: [], .lease: [], .callOnLease: [], .answered: [.assign(call: 2, to: 1)], .tick: [.kill(1)],
            .zygoteLost: [.startZygote(2)], .forkFailed: [.fork(2)], .exited: [.fork(2)],
            .close: [.fail(call: 2, closed)],
        ],
        .leased: [
            .call: [], .lease: [], .callOnLease: [.assign(call: 6, to: 1)], .released: [],
            .zygoteLost: [], .forkFailed: [.fork(2)], .exited: [.fork(2)], .close: [],
        ],
        .leaseBusy: [
            .call: [], .lease: [], .callOnLease: [], .abandonedOnLease: [.cancel(call: 5, on: 1)],
            .answeredOnLease: [], .released: [], .zygoteLost: [], .forkFailed: [.fork(2)],
            .exited: [.fork(2)], .close: [],
        ],
        .leaseGivenUp: [
            .call: [], .lease: [], .callOnLease: [], .answeredOnLease: [], .released: [], .tick: [.kill(1)],
            .zygoteLost: [], .forkFailed: [.fork(2)], .exited: [.fork(2)], .close: [],
        ],
        .ending: [
            .call: [], .lease: [], .callOnLease: [.fail(call: 6, goneForked)], .answered: [],
            .start: [],
            .zygoteLost: [.startZygote(2)], .forkFailed: [.fork(2)], .exited: [.fork(2)],
            .close: [.fail(call: 2, closed)],
        ],
        .exhausted: [
            .call: [.fail(call: 9, held)], .lease: [.fail(call: 9, held)], .callOnLease: [.fail(call: 6, gone)],
            .start: [.startsFailed(held)], .zygoteLost: [], .close: [],
        ],
        .closed: [
            .call: [.fail(call: 9, closed)], .lease: [.fail(call: 9, closed)], .callOnLease: [.fail(call: 6, closed)],
        ],
    ]

    @Test(arguments: Situation.allCases, Event.allCases)
    func `An event does what the table says, and no more`(_ situation: Situation, _ event: Event) {
        var pool = situation.pool
        let actions = event.happen(to: &pool)
        #expect(actions == Self.expected[situation]?[event] ?? [])
        if Self.expected[situation]?[event] == nil { #expect(pool == situation.pool) }
        #expect(pool.workers.count <= 1)
    }
}
