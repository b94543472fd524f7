import Testing

@testable import PythonPool

/// Every event in every situation of a pool of one worker: what it makes the pool do, and that all else leaves it as it
/// was.
@Suite struct PoolStateTableTests {
    /// Where the pool stands. The worker is generation 1, its call is 1, a call on a leased worker is 5.
    enum Situation: String, CaseIterable, Sendable {
        case fresh, starting, startingWanted, forking, forkingWanted, booting, idle, busy, busyWanted, givenUp, leased
        case leaseGivenUp, ending, exhausted, closed

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
            case .leaseGivenUp:
                pool = Situation.leased.pool
                _ = pool.abandoned(call: 5, onLeased: 1, now: 500)
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
        case call, lease, answered, otherAnswered, abandoned, abandonedOnLeased, answeredOnLeased, released, tick, start
        case zygoteStarted, zygoteFailed, zygoteLost, forked, forkFailed, ready, exited, strangerExited, close

        func happen(to pool: inout PoolState) -> [PoolState.Action] {
            switch self {
            case .call:
                // As the engine does it.
                if let generation = pool.assignNow(call: 9) { return [.assign(call: 9, to: generation)] }
                return pool.enqueue(call: 9, lease: false, now: 1000)
            case .lease: return pool.enqueue(call: 9, lease: true, now: 1000)
            case .answered: return pool.answered(call: 1, by: 1)
            case .otherAnswered: return pool.answered(call: 7, by: 1)
            case .abandoned: return pool.abandoned(call: 1, now: 1000)
            case .abandonedOnLeased: return pool.abandoned(call: 5, onLeased: 1, now: 1000)
            case .answeredOnLeased:
                pool.answeredOnLeased(1)
                return []
            case .released: return pool.released(1)
            case .tick: return pool.tick(now: 1000)
            case .start: return pool.start(now: 0)
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
    static let expected: [Situation: [Event: [PoolState.Action]]] = [
        .fresh: [
            .call: [.startZygote], .lease: [.startZygote], .start: [.startZygote], .zygoteLost: [], .close: [],
        ],
        .starting: [
            .call: [], .lease: [], .zygoteStarted: [.fork(1)], .zygoteFailed: [], .zygoteLost: [], .close: [],
        ],
        .startingWanted: [
            .call: [], .lease: [], .abandoned: [], .zygoteStarted: [.fork(1)], .zygoteFailed: [.fail(call: 1, failure)],
            .zygoteLost: [.startZygote], .close: [.fail(call: 1, closed)],
        ],
        .forking: [
            .call: [], .lease: [], .zygoteFailed: [], .zygoteLost: [], .forked: [], .forkFailed: [.fork(2)], .ready: [],
            .exited: [.fork(2)], .close: [],
        ],
        .forkingWanted: [
            .call: [], .lease: [], .abandoned: [], .zygoteFailed: [.fail(call: 1, failure)],
            .zygoteLost: [.startZygote],
            .forked: [], .forkFailed: [.fork(2)], .ready: [.assign(call: 1, to: 1)], .exited: [.fork(2)],
            .close: [.fail(call: 1, closed)],
        ],
        .booting: [
            .call: [], .lease: [], .zygoteFailed: [], .zygoteLost: [], .forkFailed: [.fork(2)], .ready: [],
            .exited: [.fork(2)], .close: [],
        ],
        .idle: [
            .call: [.assign(call: 9, to: 1)], .lease: [.assign(call: 9, to: 1)], .zygoteFailed: [], .zygoteLost: [],
            .forkFailed: [.fork(2)], .exited: [.fork(2)], .close: [],
        ],
        .busy: [
            .call: [], .lease: [], .answered: [], .abandoned: [.cancel(call: 1, on: 1)], .zygoteFailed: [],
            .zygoteLost: [],
            .forkFailed: [.fork(2)], .exited: [.fork(2)], .close: [],
        ],
        .busyWanted: [
            .call: [], .lease: [], .answered: [.assign(call: 2, to: 1)], .abandoned: [.cancel(call: 1, on: 1)],
            .zygoteFailed: [.fail(call: 2, failure)], .zygoteLost: [.startZygote], .forkFailed: [.fork(2)],
            .exited: [.fork(2)], .close: [.fail(call: 2, closed)],
        ],
        .givenUp: [
            .call: [], .lease: [], .answered: [.assign(call: 2, to: 1)], .tick: [.kill(1)],
            .zygoteFailed: [.fail(call: 2, failure)], .zygoteLost: [.startZygote], .forkFailed: [.fork(2)],
            .exited: [.fork(2)], .close: [.fail(call: 2, closed)],
        ],
        .leased: [
            .call: [], .lease: [], .abandonedOnLeased: [.cancel(call: 5, on: 1)], .released: [], .zygoteFailed: [],
            .zygoteLost: [], .forkFailed: [.fork(2)], .exited: [.fork(2)], .close: [],
        ],
        .leaseGivenUp: [
            .call: [], .lease: [], .abandonedOnLeased: [.cancel(call: 5, on: 1)], .answeredOnLeased: [], .released: [],
            .tick: [.kill(1)], .zygoteFailed: [], .zygoteLost: [], .forkFailed: [.fork(2)], .exited: [.fork(2)],
            .close: [],
        ],
        .ending: [
            .call: [], .lease: [], .zygoteFailed: [.fail(call: 2, failure)], .zygoteLost: [.startZygote],
            .forkFailed: [.fork(2)], .exited: [.fork(2)], .close: [.fail(call: 2, closed)],
        ],
        .exhausted: [
            .call: [.fork(4)], .lease: [.fork(4)], .start: [.fork(4)], .zygoteFailed: [], .zygoteLost: [], .close: [],
        ],
        .closed: [.call: [.fail(call: 9, closed)], .lease: [.fail(call: 9, closed)]],
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
