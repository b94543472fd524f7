import Foundation
import Marshalling
import Synchronization
import Testing

@testable import PythonPool

/// Where calls are made, and tasks on the pool's own thread.
@Suite struct ExecutorTests {
    /// Tells where it is written and read.
    private struct Witness: PythonCodable {
        static let threads = Mutex<[pthread_t]>([])

        init() {}

        init(from decoder: inout WireDecoder) throws(WireError) {
            _ = try decoder.value()
            Self.threads.withLock { $0.append(pthread_self()) }
        }

        func encode(to encoder: inout WireEncoder) throws(WireError) {
            Self.threads.withLock { $0.append(pthread_self()) }
            try encoder.value(.none)
        }
    }

    @Test func `A call stays with its caller's actor`() async throws {
        try await withFixturePool { python in
            let call = Task { @MainActor in
                let before = pthread_self()
                _ = try await python.call("pool_fixture.echo", Witness(), as: Witness.self)
                return [before, pthread_self()]
            }
            let threads = try await call.value
            #expect(Witness.threads.withLock(\.self) == threads)
        }
    }

    @Test func `Tasks that prefer the pool's executor go on where their answers come`() async throws {
        try await withFixturePool { python in
            try await python.start()
            let places = try await withThrowingTaskGroup { group in
                for number in 0..<100 {
                    group.addTask(executorPreference: python.executor) {
                        var isThere = python.engine.executor.isCurrent
                        for round in 0..<10 {
                            let echo = try await python.call("pool_fixture.echo", [.int(number + round)])
                            #expect(echo == .int(number + round))
                            isThere = isThere && python.engine.executor.isCurrent
                        }
                        return isThere
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(places == Array(repeating: true, count: 100))
            #expect(!python.engine.executor.isCurrent)
        }
    }

    @Test func `Slots, streams, upcalls and nested calls work from there`() async throws {
        try await withFixturePool(changing: { $0.concurrency = .slots(4) }) { python in
            python.onUpcall("call back") { upcall in try await python.call("pool_fixture.echo", [upcall.payload]) }
            try await withThrowingTaskGroup { group in
                for number in 0..<20 {
                    group.addTask(executorPreference: python.executor) {
                        let nested = try await python.call("pool_fixture.ask", ["call back", .int(number)])
                        let items = try await python.stream("pool_fixture.count_to", [.int(number)]).collect()
                        #expect(nested == .int(number) && items.items.count == number)
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func `The first call, which starts the pool, may be made from there`() async throws {
        try await withFixturePool { python in
            try await withTaskExecutorPreference(python.executor) { () async throws in
                let answers = [
                    try await python.call("pool_fixture.echo", [1]), try await python.call("pool_fixture.echo", [2]),
                ]
                #expect(answers == [1, 2])
            }
        }
    }

    @Test func `A deadline passes and a cancelled task ends while tasks run there`() async throws {
        try await withFixturePool(size: 2) { python in
            try await python.start()
            try await withTaskExecutorPreference(python.executor) { () async throws in
                let late = await poolError {
                    _ = try await python.call("time.sleep", [60], deadline: .now + .milliseconds(50))
                }
                guard case .deadlineExceeded = late else { return _ = Issue.record("\(late as Any)") }
                let (started, start) = AsyncStream.makeStream(of: Void.self)
                python.onUpcall("started") { _ in
                    start.finish()
                    return .none
                }
                let task = Task(executorPreference: python.executor) {
                    try await python.call("pool_fixture.announce_and_spin", ["started"])
                }
                for await _ in started {}
                task.cancel()
                await #expect(throws: CancellationError.self) { try await task.value }
            }
        }
    }

    @Test func `A task there may shut the pool down, and goes on elsewhere`() async throws {
        try await withFixturePool { python in
            try await withTaskExecutorPreference(python.executor) { () async throws in
                _ = try await python.call("pool_fixture.echo", [1])
                await python.shutdown()
                #expect(!python.engine.executor.isCurrent)
                await Task.yield()
                let error = await poolError { _ = try await python.call("pool_fixture.echo", [1]) }
                #expect(error == .closed(pool: "test"))
            }
        }
    }

    @Test func `A task that blocks there is told, and nothing stands still`() async throws {
        try await withFixturePool { python in
            try await python.start()
            try await withTaskExecutorPreference(python.executor) { () async throws in
                guard case .environment(_, let remedy) = await poolError({ _ = try blockingEcho(python) }) else {
                    Issue.record("callBlocking went on")
                    return
                }
                #expect(remedy.contains("await"))
                let answer = try await python.call("pool_fixture.echo", [1])
                #expect(answer == 1)
            }
        }
    }

    private func blockingEcho(_ python: PythonPool) throws -> PythonValue {
        try python.callBlocking("pool_fixture.echo", [1])
    }

    @Test func `Jobs that are left when the thread ends run elsewhere`() async throws {
        let executor = PoolExecutor()
        let reactor = try Reactor(executor)
        executor.start(on: reactor)
        #expect(executor.isCurrent && executor.maySleep() && !executor.run())
        let task = Task(executorPreference: executor) { executor.isCurrent }
        #expect(!executor.maySleep())
        executor.end()
        #expect(await task.value == false)
        #expect(!executor.isCurrent)
    }
}
