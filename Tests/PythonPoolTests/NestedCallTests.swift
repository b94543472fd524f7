import PythonPool
import Testing

/// Python calls the host, which calls Python.
@Suite struct NestedCallTests {
    @Test func `A pool whose only worker waits for the host still answers the host`() async throws {
        try await withFixturePool(size: 1) { (python: PythonPool) async throws in
            python.onUpcall("again") { upcall in try await python.call("pool_fixture.echo", [upcall.payload]) }
            #expect(try await python.call("pool_fixture.ask", ["again", "through"]) == "through")
        }
    }

    @Test func `The call runs on the thread that waits`() async throws {
        try await withFixturePool(size: 1) { (python: PythonPool) async throws in
            python.onUpcall("where") { _ in try await python.call("pool_fixture.current_thread") }
            #expect(try await python.call("pool_fixture.ask_and_compare_threads", ["where"]) == true)
        }
    }

    @Test func `A coroutine that waits for the host may be waited for by another`() async throws {
        try await withFixturePool { (python: PythonPool) async throws in
            python.onUpcall("outer") { _ in try await python.call("pool_fixture.ask_later", ["inner"]) }
            python.onUpcall("inner") { _ in try await python.call("pool_fixture.add_later", [1, 2]) }
            #expect(try await python.call("pool_fixture.ask_later", ["outer"]) == 3)
            #expect(try await python.call("pool_fixture.add_later", [1, 2]) == 3)
        }
    }

    @Test(arguments: [("pool_fixture.count_to", 10_000), ("pool_fixture.count_slowly", 50)])
    func `What a stream yields arrives although Python waits for the host`(_ target: String, _ count: Int) async throws
    {
        try await withFixturePool { (python: PythonPool) async throws in
            python.onUpcall("all") { _ in .list(try await python.stream(target, [.int(count)]).collect().items) }
            python.onUpcall("some") { _ in
                for try await item in python.stream(target, [.int(count)]) where item == 5 { return item }
                return .none
            }
            let all = try await python.call("pool_fixture.ask", ["all", .none])
            #expect(all == .list((0..<count).map { .int($0) }))
            #expect(try await python.call("pool_fixture.ask", ["some", .none]) == 5)
            #expect(try await python.call("pool_fixture.echo", [1]) == 1)
        }
    }

    @Test func `Calls nest to a bounded depth, and then fail with a clear error`() async throws {
        try await withFixturePool(size: 1) { (python: PythonPool) async throws in
            python.onUpcall("down") { upcall in
                try await python.call("pool_fixture.descend", ["down", upcall.payload])
            }
            #expect(try await python.call("pool_fixture.descend", ["down", 15]) == 0)
            let error = await poolError { _ = try await python.call("pool_fixture.descend", ["down", 16]) }
            // It went through seventeen Python functions, and is still itself.
            #expect(error == .nestedTooDeep(target: "pool_fixture.descend", limit: 16))
            #expect(try await python.call("pool_fixture.echo", [1]) == 1)
        }
    }

    @Test func `Several calls of one answer run one after the other`() async throws {
        try await withFixturePool(size: 1) { (python: PythonPool) async throws in
            python.onUpcall("fan") { _ in
                try await withThrowingTaskGroup(of: PythonValue.self) { group in
                    for number in 0..<20 {
                        group.addTask { try await python.call("pool_fixture.echo", [.int(number)]) }
                    }
                    var sum = 0
                    for try await value in group { sum += value.int ?? 0 }
                    return .int(sum)
                }
            }
            #expect(try await python.call("pool_fixture.ask", ["fan", .none]) == 190)
        }
    }

    @Test func `Another task can call into the worker that waits, on behalf of the one that answers`() async throws {
        try await withFixturePool(size: 1) { (python: PythonPool) async throws in
            let (callers, handOver) = AsyncStream.makeStream(of: PythonCaller?.self)
            let answers = AsyncStream.makeStream(of: PythonValue.self)
            python.onUpcall("wait") { _ in
                handOver.yield(.current)
                for await answer in answers.stream { return answer }
                return .none
            }
            // A task that answers nothing itself.
            let helper = Task.detached {
                #expect(PythonCaller.current == nil)
                for await caller in callers {
                    let caller = try #require(caller)
                    answers.continuation.yield(try await caller.call(on: python, "pool_fixture.pid"))
                    return Int(caller.worker)
                }
                return 0
            }
            let asked = try await python.call("pool_fixture.ask", ["wait", .none])
            #expect(try await asked == .int(helper.value))
            #expect(try await asked == python.call("pool_fixture.pid"))
        }
    }

    @Test func `Cancelling the outer call cancels the inner one`() async throws {
        try await withFixturePool(size: 1, grace: .seconds(20)) { (python: PythonPool) async throws in
            let (inside, continuation) = AsyncStream.makeStream(of: Void.self)
            python.onUpcall("spinning") { _ in
                continuation.yield()
                return .none
            }
            python.onUpcall("spin") { _ in try await python.call("pool_fixture.announce_and_spin", ["spinning"]) }
            let pid = try await python.call("pool_fixture.pid")
            let task = Task { try await python.call("pool_fixture.ask", ["spin", .none]) }
            var entered = inside.makeAsyncIterator()
            _ = await entered.next()
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(try await python.call("pool_fixture.pid") == pid)
        }
    }

    @Test func `An inner call that does not come back ends with its worker, and so does the outer one`() async throws {
        try await withFixturePool(size: 1, grace: .milliseconds(100)) { (python: PythonPool) async throws in
            let inner = Gate()
            python.onUpcall("deaf") { _ in
                let error = await poolError {
                    _ = try await python.call(
                        "pool_fixture.sleep_in_c", [600], options: .init(deadline: .now + .milliseconds(100)))
                }
                if case .deadlineExceeded("pool_fixture.sleep_in_c", _) = error { inner.open(1) }
                return .none
            }
            let old = try await python.call("pool_fixture.pid")
            let error = await poolError { _ = try await python.call("pool_fixture.ask", ["deaf", .none]) }
            guard case .workerDied(let death) = error else { return #expect(Bool(false), "\(error as Any)") }
            #expect(death.target == "pool_fixture.ask" && .int(Int(death.worker)) == old)
            #expect(await inner.passed() == 1)
            #expect(try await python.call("pool_fixture.echo", [1]) == 1)
            #expect(python.statistics.deaths == [.stuck: 1])
        }
    }

    @Test func `An inner call that is given up before its turn does its worker no harm`() async throws {
        try await withFixturePool(size: 1, grace: .seconds(1)) { (python: PythonPool) async throws in
            let (begun, gate) = (Gate(), Gate())
            python.onUpcall("gate") { _ in
                begun.open(1)
                return await gate.passed()
            }
            python.onUpcall("two") { _ in
                async let first = python.call("pool_fixture.ask", ["gate", .none])
                _ = await begun.passed()
                let error = await poolError {
                    _ = try await python.call(
                        "pool_fixture.echo", [1], options: .init(deadline: .now + .milliseconds(10)))
                }
                guard case .deadlineExceeded = error else { return .string("\(error as Any)") }
                // Twice the grace would have passed for a call that a thread had.
                try await Task.sleep(for: .seconds(2.5))
                gate.open(2)
                return try await first
            }
            let pid = try await python.call("pool_fixture.pid")
            #expect(try await python.call("pool_fixture.ask", ["two", .none]) == 2)
            #expect(try await python.call("pool_fixture.pid") == pid)
        }
    }
}
