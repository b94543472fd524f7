import Marshalling
import PythonPool
import Testing

/// Python asks, the host answers.
@Suite struct UpcallTests {
    private struct OutOfStock: UpcallFailure {
        var upcallCode: String { "out_of_stock" }
        var upcallDetails: PythonDictionary { ["message": "no more apples", "left": 0] }
    }

    @Test func `The host answers with a value`() async throws {
        try await withFixturePool { (python: PythonPool) async throws in
            python.onUpcall("double") { upcall in .int((upcall.payload.int ?? 0) * 2) }
            #expect(try await python.call("pool_fixture.ask", ["double", 21]) == 42)
            #expect(try await onThread { try python.callBlocking("pool_fixture.ask", ["double", 4]) } == 8)
        }
    }

    @Test func `An upcall knows its worker and the deadline of its call`() async throws {
        try await withFixturePool { (python: PythonPool) async throws in
            python.onUpcall("facts") { upcall in [.int(Int(upcall.worker)), .bool(upcall.deadline != nil)] }
            let pid = try await python.call("pool_fixture.pid")
            #expect(try await python.call("pool_fixture.ask", ["facts", .none]) == [pid, false])
            let answer = try await python.call("pool_fixture.ask", ["facts", .none], deadline: .now + .seconds(30))
            #expect(answer == [pid, true])
        }
    }

    @Test func `While Python waits the host may call another worker`() async throws {
        try await withFixturePool(size: 2) { (python: PythonPool) async throws in
            python.onUpcall("elsewhere") { upcall in try await python.call("pool_fixture.echo", [upcall.payload]) }
            #expect(try await python.call("pool_fixture.ask", ["elsewhere", "through"]) == "through")
        }
    }

    @Test func `A host error reaches Python with its code and details`() async throws {
        try await withFixturePool { (python: PythonPool) async throws in
            python.onUpcall("buy") { _ in throw OutOfStock() }
            let information = try await python.call("pool_fixture.ask_and_name_error", ["buy", .none])
            #expect(information["code"] == "out_of_stock")
            #expect(information["left"] == 0)
            let unknown = try await python.call("pool_fixture.ask_and_name_error", ["nobody", .none])
            #expect(unknown["code"] == "unknown_upcall")
            #expect(unknown["message"]?.string?.contains("nobody") == true)
        }
    }

    @Test func `Many Python threads ask at once and each gets its own answer`() async throws {
        try await withFixturePool { (python: PythonPool) async throws in
            python.onUpcall("square") { upcall in
                await Task.yield()
                return .int((upcall.payload.int ?? 0) * (upcall.payload.int ?? 0))
            }
            for _ in 0..<5 {
                let answers = try await python.call("pool_fixture.ask_from_threads", ["square", 32])
                #expect(answers == .list((0..<32).map { .int($0 * $0) }))
            }
        }
    }

    @Test func `The host answers with a stream`() async throws {
        try await withFixturePool { (python: PythonPool) async throws in
            python.onStreamingUpcall("count") { upcall in
                let (stream, source) = AsyncThrowingStream<PythonValue, any Error>.makeStream()
                for number in 0..<(upcall.payload.int ?? 0) { source.yield(.int(number)) }
                source.finish()
                return stream
            }
            let all = try await python.call("pool_fixture.listen", ["count", 1000])
            #expect(all == .list((0..<1000).map { .int($0) }))
            #expect(try await python.call("pool_fixture.listen", ["count", 0]) == .list([]))
        }
    }

    @Test func `Leaving a stream ends the host's work on it`() async throws {
        try await withFixturePool { (python: PythonPool) async throws in
            let (ended, signal) = AsyncStream<Void>.makeStream()
            python.onStreamingUpcall("endless") { _ in
                let (stream, source) = AsyncThrowingStream<PythonValue, any Error>.makeStream()
                source.onTermination = { _ in signal.finish() }
                for number in 0..<10 { source.yield(.int(number)) }
                return stream
            }
            #expect(try await python.call("pool_fixture.listen", ["endless", .none, 5]) == [0, 1, 2, 3, 4])
            for await _ in ended {}
        }
    }

    @Test func `A stream that runs far ahead of its reader is left, and the pool goes on`() async throws {
        try await withFixturePool { (python: PythonPool) async throws in
            let (ended, signal) = AsyncStream<Void>.makeStream()
            python.onStreamingUpcall("flood") { _ in
                let (stream, source) = AsyncThrowingStream<PythonValue, any Error>.makeStream()
                source.onTermination = { _ in signal.finish() }
                for number in 0..<200_000 { source.yield(.int(number)) }
                return stream
            }
            #expect(try await python.call("pool_fixture.listen", ["flood", .none, 3]) == [0, 1, 2])
            for await _ in ended {}
            #expect(try await python.call("pool_fixture.listen", ["flood", .none, 100_000]).elements?.count == 100_000)
        }
    }

    @Test func `A stream that fails raises in Python after what came before`() async throws {
        try await withFixturePool { (python: PythonPool) async throws in
            python.onStreamingUpcall("breaks") { _ in
                AsyncThrowingStream { source in
                    source.yield(1)
                    source.finish(throwing: OutOfStock())
                }
            }
            // Python raises it and lets it pass: it comes back as itself.
            await #expect(throws: OutOfStock.self) { try await python.call("pool_fixture.listen", ["breaks", .none]) }
            let information = try await python.call("pool_fixture.listen_and_name_error", ["breaks", .none])
            #expect(information == [[1], "out_of_stock"])
        }
    }

    @Test func `Cancelling a call cancels what it asked the host, and Python sees it`() async throws {
        try await withFixturePool(grace: .seconds(10)) { (python: PythonPool) async throws in
            let (begun, begin) = AsyncStream<Void>.makeStream()
            let (cancelled, cancel) = AsyncStream<Void>.makeStream()
            python.onUpcall("wait") { _ in
                begin.finish()
                do { try await Task.sleep(for: .seconds(600)) } catch {
                    cancel.finish()
                    throw error
                }
                return .none
            }
            let before = try await python.call("pool_fixture.pid")
            let task = Task { try await python.call("pool_fixture.ask", ["wait", .none]) }
            for await _ in begun {}
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            for await _ in cancelled {}
            #expect(try await python.call("pool_fixture.pid") == before, "the worker was not killed: its code was told")
        }
    }
}
