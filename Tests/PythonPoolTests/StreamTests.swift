import Foundation
import Marshalling
import PythonPool
import Synchronization
import Testing

/// Generators in Python, sequences in Swift.
@Suite struct StreamTests {
    private func numbers(_ count: Int) -> [PythonValue] { (0..<count).map { .int($0) } }

    @Test(arguments: [0, 1, 2, 7, 10_000, 100_000])
    func `A generator's items arrive in order, then what it returned`(count: Int) async throws {
        try await withFixturePool { (python: PythonPool) async throws in
            let (items, returned) = try await python.stream("pool_fixture.count_to", [.int(count)]).collect()
            #expect(items == numbers(count))
            #expect(returned == "counted")
        }
    }

    @Test func `Anything iterable is a stream, an asynchronous generator too`() async throws {
        try await withFixturePool { (python: PythonPool) async throws in
            #expect(try await python.stream("builtins.range", [3]).collect().items == [0, 1, 2])
            #expect(try await python.stream("builtins.dict", [], ["a": 1]).collect().items == ["a"])
            let slow = try await python.stream("pool_fixture.count_slowly", [50]).collect()
            #expect(slow.items == numbers(50))
            #expect(slow.returned == .none)
            let error = await poolError { _ = try await python.stream("builtins.int", [3]).collect() }
            guard case .raised(let exception) = error else {
                Issue.record("expected a TypeError, got \(String(describing: error))")
                return
            }
            #expect(exception.type == "TypeError")
        }
    }

    @Test func `A coroutine is awaited where it was called`() async throws {
        try await withFixturePool { (python: PythonPool) async throws in
            #expect(try await python.call("pool_fixture.add_later", [1, 2]) == 3)
            #expect(try await python.call("pool_fixture.add_later", ["a", "b"]) == "ab")
        }
    }

    @Test func `A coroutine that is cancelled ends there, and does not go on under the next call`() async throws {
        try await withFixturePool(grace: .seconds(20)) { (python: PythonPool) async throws in
            let mark = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
            defer { try? FileManager.default.removeItem(atPath: mark) }
            let task = Task { try await python.call("pool_fixture.wait_later", [.string(mark)]) }
            #expect(try await eventually { FileManager.default.fileExists(atPath: mark) })
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            let ended = try await python.call("pool_fixture.ended_later")
            // The exception came as the loop waited, or into the coroutine itself.
            #expect(ended == ["CancelledError"] || ended == ["HostCancelled"], "\(ended)")
        }
    }

    @Test func `A coroutine that waits is cancelled where it waits, and its worker goes on`() async throws {
        try await withFixturePool(grace: .seconds(20)) { (python: PythonPool) async throws in
            let worker = try await python.call("os.getpid")
            let begun = ContinuousClock.now
            let error = await poolError {
                _ = try await python.call("asyncio.sleep", [600], deadline: .now + .milliseconds(300))
            }
            guard case .deadlineExceeded = error else { return #expect(Bool(false), "\(String(describing: error))") }
            #expect(try await python.call("os.getpid") == worker)
            #expect(begun.duration(to: .now) < .seconds(15))
        }
    }

    @Test(arguments: [0, 3]) func `Leaving an asynchronous generator runs its finally`(_ pause: Int) async throws {
        try await withFixturePool(grace: .seconds(20)) { (python: PythonPool) async throws in
            var taken = 0
            for try await _ in python.stream("pool_fixture.count_later", [.int(pause)]) {
                taken += 1
                if taken == 5 { break }
            }
            #expect(try await python.call("pool_fixture.ended_later") == ["count_later"])
        }
    }

    @Test func `Items that were yielded before an error are delivered before it`() async throws {
        try await withFixturePool { (python: PythonPool) async throws in
            var items: [PythonValue] = []
            let error = await poolError {
                for try await item in python.stream("pool_fixture.count_and_fail", [1000]) { items.append(item) }
            }
            #expect(items == numbers(1000))
            guard case .raised(let exception) = error else {
                Issue.record("expected a ValueError, got \(String(describing: error))")
                return
            }
            #expect(exception.message == "no more than 1000")
            #expect(exception.traceback.contains("count_and_fail"))
        }
    }

    @Test func `Taking five and leaving ends the generator, and its finally runs`() async throws {
        try await withFixturePool { (python: PythonPool) async throws in
            let (ends, continuation) = AsyncStream.makeStream(of: Int.self)
            python.onUpcall("ended") { upcall in
                continuation.yield(upcall.payload.int ?? -1)
                return .none
            }
            var taken = 0
            for try await _ in python.stream("pool_fixture.count_for_ever", ["ended"]) {
                taken += 1
                if taken == 5 { break }
            }
            var ended = ends.makeAsyncIterator()
            let produced = try #require(await ended.next())
            #expect(produced >= 4)
            // The same worker serves on.
            #expect(try await python.call("pool_fixture.echo", [1]) == 1)
        }
    }

    @Test func `Each item of a slow generator arrives before the next is asked for`() async throws {
        try await withFixturePool { (python: PythonPool) async throws in
            let asked = Mutex(0)
            python.onUpcall("next") { upcall in
                asked.withLock { $0 = upcall.payload.int ?? -1 }
                return .none
            }
            var iterator = python.stream("pool_fixture.announce_each", ["next", 20]).makeAsyncIterator()
            var seen = 0
            while let item = try await iterator.next() {
                #expect(item == .int(seen))
                seen += 1
            }
            #expect(seen == 20)
            #expect(asked.withLock(\.self) == 19)
        }
    }

    @Test func `A generator waits for its reader, however fast it is`() async throws {
        try await withFixturePool { (python: PythonPool) async throws in
            let (ends, continuation) = AsyncStream.makeStream(of: Int.self)
            python.onUpcall("ended") { upcall in
                continuation.yield(upcall.payload.int ?? -1)
                return .none
            }
            var iterator: PythonStream.Iterator? = python.stream("pool_fixture.count_for_ever", ["ended"])
                .makeAsyncIterator()
            #expect(try await iterator?.next() == 0)
            iterator = nil
            var ended = ends.makeAsyncIterator()
            // Nine chunks of 16 kB, of items of two to five bytes.
            #expect(try #require(await ended.next()) < 9 * (16 << 10) / 2)
        }
    }

    @Test func `Large items travel whole`() async throws {
        try await withFixturePool { (python: PythonPool) async throws in
            var total = 0
            for try await item in python.stream("pool_fixture.large_chunks", [30, 1_000_000]) {
                total += item.bytes?.count ?? 0
            }
            #expect(total == 30_000_000)
        }
    }

    @Test func `A stream that is iterated again calls the function again`() async throws {
        try await withFixturePool { (python: PythonPool) async throws in
            let stream = python.stream("pool_fixture.count_to", [3])
            #expect(try await stream.collect().items == [0, 1, 2])
            #expect(try await stream.collect().items == [0, 1, 2])
        }
    }

    @Test func `Cancelling the task ends the iteration with a CancellationError`() async throws {
        try await withFixturePool { (python: PythonPool) async throws in
            python.onUpcall("ended") { _ in .none }
            let (started, continuation) = AsyncStream.makeStream(of: Void.self)
            let task = Task {
                for try await _ in python.stream("pool_fixture.count_for_ever", ["ended"]) { continuation.yield() }
            }
            var begun = started.makeAsyncIterator()
            _ = await begun.next()
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(try await python.call("pool_fixture.echo", [1]) == 1)
        }
    }

    @Test func `A deadline ends a stream`() async throws {
        try await withFixturePool { (python: PythonPool) async throws in
            python.onUpcall("ended") { _ in .none }
            let error = await poolError {
                for try await _ in python.stream(
                    "pool_fixture.count_for_ever", ["ended"], deadline: .now + .milliseconds(100))
                {}
            }
            guard case .deadlineExceeded = error else {
                Issue.record("expected deadlineExceeded, got \(String(describing: error))")
                return
            }
        }
    }

    @Test func `A stream of the host waits for its reader`() async throws {
        try await withFixturePool { (python: PythonPool) async throws in
            python.onStreamingUpcall("numbers") { upcall in
                let count = upcall.payload.int ?? 0
                return AsyncThrowingStream { continuation in
                    for number in 0..<count { continuation.yield(.int(number)) }
                    continuation.finish()
                }
            }
            for count in [0, 1, 255, 256, 257, 5000] {
                let items = try await python.call("pool_fixture.drain_stream", ["numbers", .int(count)])
                #expect(items == .list(numbers(count)))
            }
        }
    }
}
