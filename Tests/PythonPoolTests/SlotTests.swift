import Foundation
import Logging
import Marshalling
import PythonPool
import Synchronization
import Testing

/// Workers that serve several calls at once, with real processes. Where calls must be in a worker together they wait for one another there:
/// a call too few, and the test does not end well.
@Suite struct SlotTests {
    // MARK: At once

    @Test(arguments: [false, true])
    func `Sixteen slots serve sixteen calls at once in one worker`(_ blocking: Bool) async throws {
        try await withSlotPool(16) { (python: PythonPool) async throws in
            for _ in 0..<3 {
                let places = try await atOnce(16) { _ in
                    blocking
                        ? try await onThread { try python.callBlocking("slot_fixture.meet", [16]) }
                        : try await python.call("slot_fixture.meet", [16])
                }
                #expect(Set(places.map { $0[0] }).count == 1, "one worker")
                #expect(Set(places.map { $0[1] }).count == 16, "a thread each")
            }
            #expect(python.statistics.workers.count == 1)
        }
    }

    @Test func `Calls that wait in the system overlap`() async throws {
        try await withSlotPool(16) { (python: PythonPool) async throws in
            let numbers = try await atOnce(16) { number in
                number == 15
                    ? try await python.call("slot_fixture.pass_first")
                    : try await python.call("slot_fixture.pass_on", [.int(number)])
            }
            #expect(numbers == (0..<15).map { .int($0) } + [.none])
        }
    }

    @Test func `An exclusive worker serves one call at a time`() async throws {
        try await withSlotPool(nil) { (python: PythonPool) async throws in
            let most = try await atOnce(40) { _ in try await python.call("slot_fixture.overlap") }
            #expect(Set(most) == [1])
        }
    }

    @Test func `Every caller gets its own result, small or large`() async throws {
        try await withSlotPool(8, size: 2) { (python: PythonPool) async throws in
            _ = try await atOnce(32) { lane in
                for round in 0..<60 {
                    let size = round % 20 == 7 ? 300_000 : round
                    let value: PythonValue = [
                        .int(lane), .int(round), .bytes(Array(repeating: UInt8(lane), count: size)),
                    ]
                    let answer = try await python.call("slot_fixture.twice", [value])
                    #expect(answer[0] == value && answer[2] == value)
                }
                return .none
            }
        }
    }

    @Test func `Several slots stream at once, each in its order`() async throws {
        try await withSlotPool(8) { (python: PythonPool) async throws in
            _ = try await atOnce(8) { lane in
                let base = lane * 100_000
                let stream = python.stream("slot_fixture.count_together", [8, .int(base), 3000])
                let (items, returned) = try await stream.collect()
                #expect(items == (base..<base + 3000).map { .int($0) })
                #expect(returned == .int(base))
                return .none
            }
        }
    }

    @Test func `Several slots ask the host at once, and each gets its answer`() async throws {
        try await withSlotPool(8) { (python: PythonPool) async throws in
            python.onUpcall("double") { upcall in .int((upcall.payload.int ?? 0) * 2) }
            let answers = try await atOnce(8) { lane in
                try await python.call("slot_fixture.ask_together", [8, "double", .int(lane)])
            }
            #expect(answers == (0..<8).map { .int($0 * 2) })
        }
    }

    @Test func `What the host calls while all slots wait for it runs on the thread that asked`() async throws {
        try await withSlotPool(8) { (python: PythonPool) async throws in
            python.onUpcall("where") { _ in try await python.call("pool_fixture.current_thread") }
            let same = try await atOnce(8) { _ in try await python.call("slot_fixture.asks_where", [8, "where"]) }
            #expect(same == Array(repeating: .bool(true), count: 8))
        }
    }

    @Test func `Lines of several slots carry the number of the call that wrote them`() async throws {
        let lines = LogKeeper()
        let logger = Logger(label: "test") { _ in LineHandler(lines: lines, logLevel: .info) }
        try await withSlotPool(8, logger: logger) { (python: PythonPool) async throws in
            let calls = try await atOnce(8) { lane in
                try await python.call("slot_fixture.talk_together", [8, .string("\(lane)")])
            }
            for (lane, call) in calls.enumerated() {
                let call = String(call.int ?? 0)
                let mine = lines.all.filter { $0.metadata["call"] == call }.map(\.message).sorted()
                #expect(mine == ["logged \(lane)", "printed \(lane)"])
            }
            #expect(Set(calls).count == 8)
        }
    }

    // MARK: A call's own

    @Test func `Context variables, number and deadline are each call's own, and end with it`() async throws {
        try await withSlotPool(8) { (python: PythonPool) async throws in
            for round in 0..<3 {
                let seen = try await atOnce(8) { lane in
                    let deadline: ContinuousClock.Instant? = lane < 4 ? .now + .seconds(1000 * (lane + 1)) : nil
                    return try await python.call(
                        "slot_fixture.remember_together", [8, .int(round * 100 + lane)], deadline: deadline)
                }
                #expect(
                    seen.map { $0[0] ?? "absent" } == Array(repeating: PythonValue.none, count: 8),
                    "nothing of an earlier call")
                #expect(seen.map { $0[1] } == (0..<8).map { .int(round * 100 + $0) })
                #expect(Set(seen.map { $0[2] }).count == 8)
                for (lane, facts) in seen.enumerated() {
                    let left = facts[3]?.double ?? -1
                    #expect(lane < 4 ? (left > Double(lane) * 1000 && left <= Double(lane + 1) * 1000) : left == -1)
                }
            }
        }
    }

    @Test(arguments: [1, 4])
    func `A call nested in another one sees its context variables, and sets its own`(_ slots: Int) async throws {
        try await withSlotPool(slots) { (python: PythonPool) async throws in
            // Where another slot is free it is a call like any other.
            python.onUpcall("more") { _ in
                slots == 1
                    ? try await python.call("slot_fixture.say_more", ["er"])
                    : try await python.call("slot_fixture.whisper")
            }
            let seen = try await python.call("slot_fixture.nested_said", ["more", "out"])
            #expect(seen == .tuple([slots == 1 ? "outer" : .none, "out"]))
        }
    }

    // MARK: Cancelling one of them

    @Test func `Cancelling one slot's call raises in it, and leaves its neighbours alone`() async throws {
        try await withSlotPool(4, grace: .seconds(30)) { (python: PythonPool) async throws in
            let (begun, gate) = (Gate(), Gate())
            python.onUpcall("begun") { upcall in
                begun.open(upcall.payload)
                return .none
            }
            python.onUpcall("gate") { _ in await gate.passed() }
            let pid = try await python.call("pool_fixture.pid")
            let neighbours = (0..<3).map { _ in Task { try await python.call("slot_fixture.gate", ["gate", 1]) } }
            let task = Task { try await python.call("slot_fixture.spin_and_note", ["begun"]) }
            let number = await begun.passed()
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            // The one slot that is free now is the one that was interrupted.
            #expect(try await python.call("slot_fixture.ending", [number]) == ["HostCancelled", false, number])
            gate.open(7)
            for neighbour in neighbours { #expect(try await neighbour.value == .tuple([pid, 7])) }
        }
    }

    @Test func `A call that holds a stream open without reading it is interrupted, and only once`() async throws {
        try await withSlotPool(2, grace: .seconds(30)) { (python: PythonPool) async throws in
            python.onStreamingUpcall("endless") { _ in AsyncThrowingStream { $0.yield(1) } }
            for number in 0..<20 {
                let begun = Gate()
                python.onUpcall("begun") { _ in
                    begun.open(.none)
                    return .none
                }
                let task = Task { try await python.call("slot_fixture.note_all", ["endless", .int(number)]) }
                _ = await begun.passed()
                task.cancel()
                await #expect(throws: CancellationError.self) { try await task.value }
                var interrupts = try await python.call("slot_fixture.ending", [.int(number)])
                while interrupts == .none { interrupts = try await python.call("slot_fixture.ending", [.int(number)]) }
                #expect(interrupts == 1)
            }
            #expect(python.statistics.deaths == [:])
        }
    }

    @Test(arguments: [false, true])
    func `An interrupt that comes as its call ends hits no other call`(hurried: Bool) async throws {
        try await withSlotPool(4, grace: .seconds(30)) { (python: PythonPool) async throws in
            if hurried { _ = try await python.call("slot_fixture.hurry") }
            let pid = try await python.call("pool_fixture.pid")
            let ends = Counter()
            // What is interrupted by mistake fails here.
            async let innocents = atOnce(4) { lane in
                var calls = 0
                while ends.value == 0 {
                    let rounds = 50 + (calls * 37 + lane) % 400
                    let sum = try await python.call("slot_fixture.work", [.int(rounds)])
                    #expect(sum == .int(rounds * (rounds - 1) / 2))
                    calls += 1
                }
                return .int(calls)
            }
            _ = try await atOnce(4) { lane in
                for round in 0..<4000 {
                    let target = round % 2 == 0 ? "slot_fixture.swallow" : "slot_fixture.work"
                    let task = Task { try await python.call(target, [.int((round * 61 + lane) % 700 * 30)]) }
                    for _ in 0..<(round * 7 + lane) % 5 { await Task.yield() }
                    task.cancel()
                    do { _ = try await task.value } catch { #expect(error is CancellationError) }
                }
                return .none
            }
            ends.add()
            let calls = try await innocents
            #expect(calls.allSatisfy { ($0.int ?? 0) > 0 })
            #expect(try await python.call("pool_fixture.pid") == pid)
            #expect(python.statistics.deaths == [:])
        }
    }

    @Test func `A deadline ends its own slot's call alone`() async throws {
        try await withSlotPool(3, grace: .seconds(30)) { (python: PythonPool) async throws in
            let gate = Gate()
            python.onUpcall("gate") { _ in await gate.passed() }
            let pid = try await python.call("pool_fixture.pid")
            let neighbours = (0..<2).map { _ in Task { try await python.call("slot_fixture.gate", ["gate", 1]) } }
            let error = await poolError {
                _ = try await python.call("pool_fixture.spin", deadline: .now + .milliseconds(100))
            }
            guard case .deadlineExceeded("pool_fixture.spin", _) = error else {
                return #expect(Bool(false), "\(String(describing: error))")
            }
            gate.open(3)
            for neighbour in neighbours { #expect(try await neighbour.value == .tuple([pid, 3])) }
            #expect(try await python.call("pool_fixture.pid") == pid)
        }
    }
}
