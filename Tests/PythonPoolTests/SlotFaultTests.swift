import Foundation
import Marshalling
import PythonPool
import Testing

/// What becomes of calls whose neighbours get stuck or kill their worker, and of workers that are replaced while all their slots are busy.
@Suite struct SlotFaultTests {
    /// Starts a call, and waits until it has said `begun`, or has ended without.
    private func begin(
        _ python: PythonPool, _ target: String, _ args: [PythonValue] = [], isIdempotent: Bool = false,
        deadline: ContinuousClock.Instant? = nil
    ) async -> Task<PythonValue, any Error> {
        let begun = Gate()
        let name = "begun-\(UUID().uuidString)"
        python.onUpcall(name) { _ in
            begun.open(1)
            return .none
        }
        let task = Task {
            defer { begun.open(0) }
            return try await python.call(
                target, args + [.string(name)], options: .init(deadline: deadline, isIdempotent: isIdempotent))
        }
        _ = await begun.passed()
        return task
    }

    @Test func `Before a worker with a stuck call is killed it takes no new work, and its neighbours finish`()
        async throws
    {
        try await withSlotPool(5, grace: .seconds(3)) { (python: PythonPool) async throws in
            let gate = Gate()
            python.onUpcall("gate") { _ in await gate.passed() }
            let old = try await python.call("pool_fixture.pid")
            let finishing = Task { try await python.call("slot_fixture.gate", ["gate", 1]) }
            let moving = await begin(python, "slot_fixture.sleep_in", [old], isIdempotent: true)
            let hanging = await begin(python, "slot_fixture.sleep_in", [old])
            let stuck = await begin(python, "slot_fixture.announce_and_sleep")
            stuck.cancel()
            await #expect(throws: CancellationError.self) { try await stuck.value }
            // One slot is free all the time. Once the grace is over a call waits all the same.
            let late = Task {
                var place = old
                while place == old {
                    place = try await python.call("pool_fixture.pid", options: .init(isIdempotent: true))
                }
                return place
            }
            let isDrained = try await eventually(within: .seconds(20)) { python.statistics.waiting == 1 }
            #expect(isDrained)
            #expect(python.statistics.workers.map(\.pid) == [Int32(old.int ?? 0)], "not killed yet")
            gate.open(9)
            #expect(try await finishing.value == .tuple([old, 9]), "it got the grace")
            let new = try await late.value
            #expect(try await moving.value == new)
            let error = await poolError { _ = try await hanging.value }
            guard case .workerDied(let death) = error else {
                return #expect(Bool(false), "\(String(describing: error))")
            }
            #expect(PythonValue.int(Int(death.worker)) == old && death.target == "slot_fixture.sleep_in")
            #expect(python.statistics.deaths == [.stuck: 1])
        }
    }

    @Test func `A call that holds the interpreter lock is killed with its worker, and idempotent neighbours move`()
        async throws
    {
        try await withSlotPool(4, grace: .milliseconds(100)) { (python: PythonPool) async throws in
            let gate = Gate()
            python.onUpcall("gate") { _ in await gate.passed() }
            let old = try await python.call("pool_fixture.pid")
            let moving = (0..<2).map { number in
                Task {
                    try await python.call(
                        "slot_fixture.gate", ["gate", .int(number)], options: .init(isIdempotent: true))
                }
            }
            // Long enough for the call to hold the lock by then, on a busy machine too.
            let holding = await begin(python, "slot_fixture.announce_and_hold", deadline: .now + .seconds(2))
            let error = await poolError { _ = try await holding.value }
            guard case .deadlineExceeded("slot_fixture.announce_and_hold", _) = error else {
                return #expect(Bool(false), "\(String(describing: error))")
            }
            // It may reach the old worker yet, and moves as well.
            let new = try await python.call("pool_fixture.pid", options: .init(isIdempotent: true))
            #expect(new != old)
            gate.open(5)
            for call in moving { #expect(try await call.value == .tuple([new, 5])) }
        }
    }

    @Test(arguments: [9, 11, 6])
    func `A worker that dies with sixteen calls fails those that may not run twice, and the others succeed`(
        _ signal: Int32
    ) async throws {
        try await withSlotPool(16, size: 2) { (python: PythonPool) async throws in
            try await python.start()
            let never = Gate()
            python.onUpcall("never") { _ in await never.passed() }
            let old = try #require(python.statistics.workers.first?.pid)
            // All sixteen are on one worker: those that may move name none, and go where the lease has left room.
            let other = try #require(python.statistics.workers.last?.pid)
            let blocked = await withBlocked(python, other, calls: 16)
            let outcomes = await withTaskGroup(of: (Int, Result<PythonValue, any Error>).self) { group in
                for index in 0..<16 {
                    group.addTask {
                        do {
                            let value =
                                index == 15
                                ? try await python.call("slot_fixture.meet_and_die", [16, .int(Int(signal))])
                                : try await python.call(
                                    "slot_fixture.wait_in", [.int(Int(old)), 16, "never"],
                                    options: .init(isIdempotent: index % 2 == 0))
                            return (index, .success(value))
                        } catch { return (index, .failure(error)) }
                    }
                }
                var outcomes: [Int: Result<PythonValue, any Error>] = [:]
                for await (index, outcome) in group { outcomes[index] = outcome }
                return outcomes
            }
            for index in 0..<16 {
                switch outcomes[index] {
                case .success(let place): #expect(index % 2 == 0 && place != .int(Int(old)), "call \(index)")
                case .failure(PythonPoolError.workerDied(let death)):
                    #expect(index % 2 == 1, "call \(index)")
                    #expect(death.worker == old && death.cause == .signalled(signal))
                    #expect(death.target == (index == 15 ? "slot_fixture.meet_and_die" : "slot_fixture.wait_in"))
                case .failure(let error): Issue.record("call \(index): \(error)")
                case nil: Issue.record("call \(index) has not ended")
                }
            }
            #expect(python.statistics.retries == 8 && python.statistics.quarantined == 0)
            never.open(0)
            for task in blocked { #expect(try await task.value[1] == 0) }
        }
    }

    /// Fills a worker's slots with calls that wait for `never`.
    private func withBlocked(_ python: PythonPool, _ worker: Int32, calls: Int) async -> [Task<PythonValue, any Error>]
    {
        let tasks = (0..<calls).map { _ in
            Task { try await python.call("slot_fixture.gate", ["never", 1], options: .init(worker: worker)) }
        }
        _ = try? await eventually { python.statistics.inFlight == calls }
        return tasks
    }

    // MARK: Replacing

    @Test func `A rolling restart lets busy slots finish and loses nothing`() async throws {
        try await withSlotPool(12) { (python: PythonPool) async throws in
            let gate = Gate()
            python.onUpcall("gate") { _ in await gate.passed() }
            let old = try await python.call("pool_fixture.pid")
            let busy = (0..<12).map { _ in Task { try await python.call("slot_fixture.gate", ["gate", 1]) } }
            let areIn = try await eventually { python.statistics.inFlight == 12 }
            #expect(areIn)
            let restart = Task { try await python.rollingRestart() }
            // All slots are busy: only another worker can answer.
            let new = try await python.call("pool_fixture.pid")
            #expect(new != old)
            let places = try await atOnce(8) { _ in try await python.call("slot_fixture.meet", [8]) }
            #expect(Set(places.map { $0[0] }) == [new])
            gate.open(2)
            for call in busy { #expect(try await call.value == .tuple([old, 2])) }
            try await restart.value
            #expect(!isRunning(old.int ?? 0))
            #expect(python.statistics.recycles == [.restart: 1] && python.statistics.deaths == [:])
        }
    }

    @Test func `A worker near its memory limit is replaced while its slots are busy, and loses nothing`() async throws {
        try await withSlotPool(6, { $0.memoryMB = 100 }) { (python: PythonPool) async throws in
            let gate = Gate()
            python.onUpcall("gate") { _ in await gate.passed() }
            let busy = (0..<5).map { _ in Task { try await python.call("slot_fixture.gate", ["gate", 1]) } }
            let areIn = try await eventually { python.statistics.inFlight == 5 }
            #expect(areIn)
            let old = try await python.call("slot_fixture.hold", [88])
            var place = old
            while place == old { place = try await python.call("pool_fixture.pid") }
            gate.open(4)
            for call in busy { #expect(try await call.value == .tuple([old, 4])) }
            let isGone = try await eventually { !isRunning(old.int ?? 0) }
            #expect(isGone)
            #expect(python.statistics.recycles == [.memory: 1] && python.statistics.deaths == [:])
        }
    }

    @Test func `A call cancelled in the midst of an import does not fail the neighbour that waits for the same module`()
        async throws
    {
        try await withSlotPool(3) { (python: PythonPool) async throws in
            let (reached, gate) = (Gate(), Gate())
            python.onUpcall("import gate") { _ in
                reached.open(1)
                return await gate.passed()
            }
            let first = Task { try await python.call("gated_import.answer") }
            _ = await reached.passed()
            let second = Task { try await python.call("gated_import.answer") }
            _ = try await python.call("slot_fixture.await_import")
            first.cancel()
            await #expect(throws: CancellationError.self) { try await first.value }
            gate.open(.none)
            #expect(try await second.value == 42)
        }
    }

    /// Cancels a call that says when it has begun.
    private func beginAndCancel(_ target: String, on python: PythonPool) async throws {
        let cancelled = Task { try await python.call(target) }
        _ = try await python.call("slot_fixture.await_begun")
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
    }

    @Test func `A call that is cancelled while it imports is interrupted once the module is whole`() async throws {
        try await withSlotPool(2, grace: .seconds(30)) { (python: PythonPool) async throws in
            try await beginAndCancel("slot_fixture.import_and_spin", on: python)
            _ = try await python.call("slot_fixture.end_import")
            #expect(try await python.call("half_imported.answer") == ["value"])
            // Both slots serve again.
            _ = try await atOnce(2) { _ in try await python.call("slot_fixture.meet", [2]) }
        }
    }

    @Test func `A call that is cancelled while it logs takes no lock of logging's with it`() async throws {
        try await withSlotPool(2, grace: .seconds(30)) { (python: PythonPool) async throws in
            for _ in 0..<50 {
                try await beginAndCancel("slot_fixture.find_logger", on: python)
                // Both slots are free once it has ended. Two threads that fight for the lock would give way to nobody but in there.
                _ = try await atOnce(2) { _ in try await python.call("slot_fixture.meet", [2]) }
                try #require(try await python.call("slot_fixture.is_logging_free") == true)
            }
        }
    }

    @Test(arguments: ["run_callbacks", "compute_in_callbacks", "finalize", "wait_in_turns"])
    func `A call is cancelled wherever the exception hits it`(_ function: String) async throws {
        try await withSlotPool(2, grace: .seconds(30)) { (python: PythonPool) async throws in
            for _ in 0..<20 {
                try await beginAndCancel("slot_fixture.\(function)", on: python)
                _ = try await atOnce(2) { _ in try await python.call("slot_fixture.meet", [2]) }
            }
            #expect(python.statistics.deaths == [:])
        }
    }

    @Test func `An import that does not end is killed with its worker`() async throws {
        try await withSlotPool(2, grace: .milliseconds(100)) { (python: PythonPool) async throws in
            let before = try await python.call("pool_fixture.pid")
            try await beginAndCancel("slot_fixture.import_and_spin", on: python)
            let isGone = try await eventually { !isRunning(before.int ?? 0) }
            #expect(isGone)
            #expect(try await python.call("pool_fixture.pid") != before)
        }
    }
}
