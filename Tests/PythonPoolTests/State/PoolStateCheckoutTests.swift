import Testing

@testable import PythonPool

/// Which worker, which call first, and which not at all.
@Suite struct PoolStateCheckoutTests {
    // MARK: Strategies

    @Test func `Round robin takes each worker in turn, and skips those without room`() {
        var pool = PoolState.running(3) { $0.strategy = .roundRobin }
        let first = (1...3).compactMap { pool.assignNow(call: $0) }
        #expect(Set(first) == [1, 2, 3])
        for (call, generation) in zip(1...3 as ClosedRange<UInt64>, first) {
            _ = pool.answered(call: call, by: generation)
        }
        #expect((4...6).compactMap { pool.assignNow(call: $0) } == first)
        _ = pool.answered(call: 5, by: first[1])
        #expect(pool.assignNow(call: 7) == first[1])
        #expect(pool.assignNow(call: 8) == nil)
    }

    @Test func `An affinity keeps its worker, and moves on only while that has more than its share`() {
        var pool = PoolState.running(4, slots: 8) { $0.strategy = .hash(bound: 2) }
        var home: [UInt64: Int] = [:]
        for key in 0..<50 as Range<UInt64> {
            home[key] = pool.assignNow(call: key, affinity: key)
            _ = pool.answered(call: key, by: home[key]!)
        }
        #expect(Set(home.values).count == 4, "all workers get some")
        for key in 0..<50 as Range<UInt64> {
            #expect(pool.assignNow(call: key, affinity: key) == home[key])
            _ = pool.answered(call: key, by: home[key]!)
        }
        // All at once for one key: no worker gets more than twice its share.
        for call in 100..<112 as Range<UInt64> { _ = pool.assignNow(call: call, affinity: 7) }
        let loads = pool.workers.values.map(\.calls.count)
        #expect(loads.max()! <= 6 && loads.reduce(0, +) == 12)
        #expect(pool.workers[home[7]!]?.calls.count == loads.max())
    }

    @Test func `An affinity follows the seat when its worker is replaced`() {
        var pool = PoolState.running(4) { $0.strategy = .hash() }
        let home = (0..<20 as Range<UInt64>).map { key -> Int in
            defer { for worker in 1...4 { _ = pool.answered(call: key, by: worker) } }
            return pool.assignNow(call: key, affinity: key)!
        }
        let lost = home[0]
        _ = pool.exited(lost, now: 5)
        _ = pool.ready(5, now: 6)
        for key in 0..<20 as Range<UInt64> {
            let expected = home[Int(key)] == lost ? 5 : home[Int(key)]
            #expect(pool.assignNow(call: 100 + key, affinity: key) == expected)
            _ = pool.answered(call: 100 + key, by: expected)
        }
    }

    @Test func `A call for one worker waits for that one, in the order of all calls`() {
        var pool = PoolState.running(2)
        _ = pool.assignNow(call: 1)
        _ = pool.assignNow(call: 2)
        // 1 is on worker 2, 2 on worker 1.
        #expect(pool.enqueue(call: 3, now: 5) == [])
        #expect(pool.submit(Ticket(id: 4, worker: 1), now: 5) == [])
        #expect(pool.submit(Ticket(id: 5, worker: 1), now: 5) == [])
        #expect(pool.enqueue(call: 6, now: 5) == [])
        #expect(pool.answered(call: 2, by: 1) == [.assign(call: 3, to: 1)], "it came first")
        #expect(pool.answered(call: 1, by: 2) == [.assign(call: 6, to: 2)])
        #expect(pool.answered(call: 6, by: 2) == [])
        #expect(pool.answered(call: 3, by: 1) == [.assign(call: 4, to: 1)])
        #expect(pool.abandoned(call: 5, now: 6) == [])
        #expect(pool.answered(call: 4, by: 1) == [])
        #expect(pool.submit(Ticket(id: 7, worker: 9), now: 7) == [.fail(call: 7, .workerUnavailable(worker: 0))])
    }

    // MARK: The queue

    private func order(_ tickets: [Ticket]) -> [UInt64] {
        var queue = CallQueue()
        for ticket in tickets { queue.append(ticket) }
        return queue.removeAll().map(\.id)
    }

    @Test func `Callers of one priority take turns`() {
        let tickets = [("a", 1), ("a", 2), ("a", 3), ("b", 4), ("c", 5), ("b", 6), ("a", 7)].map {
            Ticket(id: $1, caller: $0)
        }
        #expect(order(tickets) == [1, 4, 5, 2, 6, 3, 7])
    }

    @Test func `Higher priorities go first, and lower ones are not starved`() {
        var queue = CallQueue()
        queue.append(Ticket(id: 1000, priority: .low))
        queue.append(Ticket(id: 1001, priority: .normal))
        for call in 1...30 as ClosedRange<UInt64> { queue.append(Ticket(id: call, priority: .high)) }
        let order = queue.removeAll().map(\.id)
        #expect(Array(order.prefix(8)) == Array(1...8))
        #expect(order.firstIndex(of: 1001)! <= 10 && order.firstIndex(of: 1000)! <= 10)
        #expect(order.filter { $0 < 1000 } == Array(1...30))
    }

    @Test func `What is given up leaves no trace, however much it is`() {
        var queue = CallQueue()
        for call in 1...10_000 as ClosedRange<UInt64> {
            queue.append(Ticket(id: call, caller: "\(call % 7)"))
            if call % 100 != 0 {
                let isRemoved = queue.remove(call)
                #expect(isRemoved)
            }
        }
        #expect(queue.count == 100)
        let isRemovedAgain = queue.remove(1)
        #expect(!isRemovedAgain)
        #expect(queue.ahead(of: Ticket(id: 0, priority: .high)) == 0)
        #expect(queue.ahead(of: Ticket(id: 0, priority: .low)) == 100)
        let left = queue.removeAll()
        #expect(Set(left.map(\.id)) == Set(stride(from: 100, through: 10_000, by: 100)))
        #expect(queue.isEmpty)
    }

    @Test func `What fits is taken out wherever it stands, and the rest keeps its order`() {
        var queue = CallQueue()
        for call in 1...1000 as ClosedRange<UInt64> {
            queue.append(Ticket(id: call, priority: call % 2 == 0 ? .high : .normal, deadline: call % 3))
        }
        let isGivenUp = queue.remove(3)
        #expect(isGivenUp)
        let taken = queue.removeAll { $0.deadline == 0 }
        #expect(Set(taken.map(\.id)) == Set(stride(from: 6, through: 1000, by: 3)) && taken.count == 332)
        let rest = queue.removeAll().map(\.id).filter { $0 % 2 == 0 }
        #expect(rest == rest.sorted() && rest.count == 334)
        let none = queue.removeAll { _ in true }
        #expect(none.isEmpty)
    }

    @Test func `What is put back is next of its caller`() {
        var queue = CallQueue()
        for call in 1...3 as ClosedRange<UInt64> { queue.append(Ticket(id: call)) }
        let first = queue.popFirst()!
        queue.prepend(first)
        let order = queue.removeAll().map(\.id)
        #expect(order == [1, 2, 3])
    }

    // MARK: Refusing

    @Test func `More than the limit may not wait`() {
        var pool = PoolState.running(1) { $0.queueLimit = 2 }
        _ = pool.assignNow(call: 1)
        #expect(pool.enqueue(call: 2, now: 5) == [])
        #expect(pool.enqueue(call: 3, now: 5) == [])
        #expect(
            pool.enqueue(call: 4, now: 5) == [
                .fail(call: 4, .overloaded(PoolOverload(pool: "test", waiting: 2, limit: 2)))
            ])
        #expect(pool.abandoned(call: 2, now: 6) == [])
        #expect(pool.enqueue(call: 5, now: 6) == [])
        #expect(pool.tally.rejected == 1)
    }

    @Test func `A call that cannot be served in time is refused at once, and never without an estimate`() {
        var pool = PoolState.running(1)
        _ = pool.assignNow(call: 1)
        for call in 2...11 as ClosedRange<UInt64> { _ = pool.enqueue(call: call, now: 5) }
        #expect(pool.submit(Ticket(id: 12, deadline: 6), now: 5) == [], "nothing is known of how long calls take")
        for _ in 0..<30 { pool.estimate.add(1000) }
        let refused = pool.submit(Ticket(id: 13, deadline: 10_000), now: 5)
        guard case .fail(call: 13, .overloaded(let overload))? = refused.first, refused.count == 1 else {
            Issue.record("\(refused)")
            return
        }
        #expect(overload.estimatedWait == .nanoseconds(11_000) && overload.waiting == 11)
        #expect("\(overload)".contains("past its deadline"))
        #expect(pool.submit(Ticket(id: 14, deadline: 20_000), now: 5) == [])
        #expect(pool.submit(Ticket(id: 15, priority: .high, deadline: 100), now: 5) == [], "it goes before them")
    }

    @Test func `Whose turn comes soon is not refused for what another caller has in line`() {
        var pool = PoolState.running(1)
        for _ in 0..<30 { pool.estimate.add(1000) }
        _ = pool.assignNow(call: 1)
        for call in 2...101 as ClosedRange<UInt64> { _ = pool.submit(Ticket(id: call, caller: "many"), now: 5) }
        #expect(pool.submit(Ticket(id: 200, caller: "one", deadline: 3000), now: 5) == [])
        #expect(Array(pool.waiting.prefix(2)) == [2, 200])
        let refused = pool.submit(Ticket(id: 201, caller: "many", deadline: 3000), now: 5)
        guard case .fail(call: 201, .overloaded)? = refused.first else {
            Issue.record("\(refused)")
            return
        }
    }

    @Test func `When no more may wait, a call of the lowest priority and of who has most in line is refused`() {
        var pool = PoolState.running(1) { $0.queueLimit = 4 }
        _ = pool.assignNow(call: 1)
        let busy = pool.workers.first!.key
        let full = PoolOverload(pool: "test", waiting: 4, limit: 4)
        func refused(_ call: UInt64) -> [PoolState.Action] { [.fail(call: call, .overloaded(full))] }
        for call in 2...4 as ClosedRange<UInt64> {
            #expect(pool.submit(Ticket(id: call, caller: "many"), now: 5) == [])
        }
        #expect(pool.submit(Ticket(id: 5, caller: "many", worker: busy), now: 5) == [])
        #expect(pool.submit(Ticket(id: 6, caller: "many"), now: 5) == refused(6), "its own caller has most in line")
        #expect(pool.submit(Ticket(id: 7, caller: "one"), now: 5) == refused(4))
        #expect(pool.submit(Ticket(id: 8, caller: "one"), now: 5) == refused(8), "both would have as much")
        #expect(pool.submit(Ticket(id: 9, priority: .low), now: 5) == refused(9))
        #expect(pool.submit(Ticket(id: 10, priority: .high, caller: "many"), now: 5) == refused(3))
        // A call that has been given up takes no room, and is not refused.
        #expect(pool.abandoned(call: 7, on: nil, now: 5) == [])
        #expect(pool.submit(Ticket(id: 11, caller: "one", worker: busy), now: 5) == [])
        #expect(pool.submit(Ticket(id: 12, priority: .high, worker: busy), now: 5) == refused(2))
        #expect(pool.waiting.first == 10)
    }

    @Test func `Calls that want one worker are refused as others are, and go by priority and by turns`() {
        var pool = PoolState.running(2) { $0.queueLimit = 5 }
        _ = pool.assignNow(call: 1)
        let busy = pool.workers.first { !$0.value.calls.isEmpty }!.key
        let tickets = [
            Ticket(id: 2, priority: .low, worker: busy), Ticket(id: 3, caller: "many", worker: busy),
            Ticket(id: 4, caller: "many", worker: busy), Ticket(id: 5, caller: "one", worker: busy),
            Ticket(id: 6, priority: .high, worker: busy),
        ]
        for ticket in tickets { #expect(pool.submit(ticket, now: 5) == []) }
        #expect(
            pool.submit(Ticket(id: 7, priority: .low, worker: busy), now: 5) == [
                .fail(call: 7, .overloaded(PoolOverload(pool: "test", waiting: 5, limit: 5)))
            ])
        var order: [UInt64] = []
        var last: UInt64 = 1
        while case .assign(let call, to: busy)? = pool.answered(call: last, by: busy, now: 6).first {
            order.append(call)
            last = call
        }
        #expect(order == [6, 3, 5, 4, 2])
        // What cannot be served in time.
        _ = pool.assignNow(Ticket(id: 8, worker: busy), onlyTo: busy)
        for _ in 0..<30 { pool.estimate.add(1000) }
        #expect(pool.submit(Ticket(id: 9, worker: busy), now: 5) == [])
        guard
            case .fail(call: 10, .overloaded)? = pool.submit(Ticket(id: 10, worker: busy, deadline: 500), now: 5).first
        else {
            Issue.record("a call was taken that cannot be served in time")
            return
        }
    }

    @Test func `The estimate forgets old times`() {
        var estimate = ServiceEstimate()
        for _ in 0..<100 { estimate.add(1_000_000) }
        for _ in 0..<200 { estimate.add(1000) }
        #expect(estimate.wait(ahead: 1, slots: 1)! < 3000)
        #expect(estimate.wait(ahead: .max, slots: 1) == nil, "too large a number is no estimate")
    }
}
