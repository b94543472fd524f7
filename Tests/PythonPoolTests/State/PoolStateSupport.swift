@testable import PythonPool

/// Events as most tests mean them.
extension PoolState {
    mutating func enqueue(call: UInt64, lease: Bool = false, now: UInt64) -> [Action] {
        submit(Ticket(id: call, isLease: lease), now: now)
    }

    /// A call is given up, wherever it is.
    mutating func abandoned(call: UInt64, now: UInt64) -> [Action] {
        abandoned(call: call, on: workers.first { $0.value.calls.contains(call) }?.key, now: now)
    }

    mutating func zygoteStarted(now: UInt64) -> [Action] { zygoteStarted(epoch, now: now) }
    mutating func zygoteFailed(_ error: PythonPoolError) -> [Action] { zygoteFailed(epoch, error) }

    /// The zygote is gone, and with it its workers, whose calls may not run again.
    mutating func zygoteLost(now: UInt64 = 0) -> [Action] {
        let ends = workers.filter { $0.value.epoch == epoch }.keys.map { WorkerEnd(generation: $0) }
        return zygoteLost(epoch, ends, now: now)
    }

    /// A worker has crashed, and took these calls along.
    mutating func exited(
        _ generation: Int, _ cause: WorkerDeath.Cause = .signalled(11), _ casualties: [Casualty] = [], now: UInt64
    ) -> [Action] {
        exited(
            WorkerEnd(
                generation: generation, death: .init(worker: Int32(generation), cause: cause), casualties: casualties),
            now: now)
    }

    mutating func released(_ generation: Int) -> [Action] { released(generation, now: 0) }

    /// The calls in the queue, in the order in which they will leave it.
    var waiting: [UInt64] {
        var queue = queue
        return queue.removeAll().map(\.id)
    }

    /// A pool whose workers are ready.
    static func running(
        _ size: Int, slots: Int = 1, now: UInt64 = 1, _ change: (inout Rules) -> Void = { _ in }
    ) -> PoolState {
        var rules = Rules(name: "test", size: size, grace: 100)
        rules.slots = slots
        change(&rules)
        var pool = PoolState(rules)
        _ = pool.start(now: now)
        _ = pool.zygoteStarted(now: now)
        for generation in pool.workers.keys.sorted() { _ = pool.ready(generation, now: now) }
        return pool
    }
}

extension Casualty {
    static func repeatable(_ call: UInt64, deadline: UInt64 = 0, retries: Int = 0) -> Casualty {
        Casualty(
            ticket: Ticket(id: call, deadline: deadline, retries: retries), target: "m.f", isRepeatable: true,
            fingerprint: 1000 + call)
    }

    static func once(_ call: UInt64) -> Casualty {
        Casualty(ticket: Ticket(id: call), target: "m.f", isRepeatable: false, fingerprint: 0)
    }
}
