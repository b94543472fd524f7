import Foundation
import Marshalling
import PythonPool
import Testing

@Suite struct LeaseTests {
    @Test func `A leased worker keeps what calls leave in it, and serves nobody else`() async throws {
        try await withFixturePool(size: 2) { (python: PythonPool) async throws in
            let lease = try await python.lease { lease in _ = try await lease.call("pool_fixture.remember", ["mine"]) }
            #expect(try await lease.call("pool_fixture.recall") == "mine")
            for _ in 0..<20 { #expect(try await python.call("pool_fixture.pid") != .int(Int(lease.worker))) }
            lease.release()
            await #expect(throws: PythonPoolError.closed(pool: "test")) { try await lease.call("pool_fixture.recall") }
        }
    }

    @Test func `A lease that is discarded takes its worker with it, and another comes in its place`() async throws {
        try await withFixturePool(size: 1) { (python: PythonPool) async throws in
            let lease = try await python.lease { lease in _ = try await lease.call("pool_fixture.remember", ["mine"]) }
            let worker = lease.worker
            lease.discard()
            await #expect(throws: PythonPoolError.closed(pool: "test")) { try await lease.call("pool_fixture.recall") }
            #expect(try await python.call("pool_fixture.pid") != .int(Int(worker)))
            #expect(try await eventually { !isRunning(Int(worker)) })
            #expect(python.statistics.deaths.isEmpty, "it did not crash")
            // Twice is once, and so is giving back what is gone.
            lease.discard()
            lease.release()
            #expect(python.statistics.workers.count == 1)
        }
    }

    @Test func `When its worker dies a lease takes another and prepares it`() async throws {
        try await withFixturePool(size: 1) { (python: PythonPool) async throws in
            let lease = try await python.lease { lease in _ = try await lease.call("pool_fixture.remember", ["mine"]) }
            let before = lease.worker
            let error = await poolError { _ = try await lease.call("pool_fixture.crash") }
            guard case .workerDied = error else { return #expect(Bool(false), "\(String(describing: error))") }
            async let first: Void = lease.restore()
            async let second: Void = lease.restore()
            _ = try await (first, second)
            #expect(lease.worker != before)
            #expect(try await lease.call("pool_fixture.recall") == "mine")
        }
    }

    @Test func `A lease that got workers of whose death nobody knew yet takes another`() async throws {
        try await withFixturePool(size: 2) { (python: PythonPool) async throws in
            try await python.start()
            let (zygote, dead) = (try #require(python.statistics.zygote), python.statistics.workers.map(\.pid))
            // Whoever would tell of the deaths stands still.
            #expect(kill(zygote, SIGSTOP) == 0)
            for worker in dead { #expect(kill(worker, SIGKILL) == 0) }
            let (taken, signal) = AsyncStream<Int32>.makeStream()
            async let preparing = python.lease { lease in
                signal.yield(lease.worker)
                _ = try await lease.call("pool_fixture.remember", ["mine"])
            }
            for await worker in taken {
                #expect(dead.contains(worker))
                break
            }
            #expect(kill(zygote, SIGCONT) == 0)
            let lease = try await preparing
            #expect(!dead.contains(lease.worker))
            #expect(try await lease.call("pool_fixture.recall") == "mine")
        }
    }

    @Test func `A lease whose preparation kills the worker is given up`() async throws {
        try await withFixturePool(size: 1) { (python: PythonPool) async throws in
            let error = await poolError {
                _ = try await python.lease { lease in _ = try await lease.call("pool_fixture.crash") }
            }
            guard case .workerDied = error else { return #expect(Bool(false), "\(String(describing: error))") }
            #expect(python.statistics.deaths.values.reduce(0, +) == 1)
        }
    }

    @Test func `A lease that cannot be prepared gives its worker back`() async throws {
        try await withFixturePool(size: 1) { (python: PythonPool) async throws in
            let error = await poolError {
                _ = try await python.lease { lease in _ = try await lease.call("pool_fixture.raise_value_error", ["no"])
                }
            }
            guard case .raised = error else { return #expect(Bool(false), "\(String(describing: error))") }
            #expect(try await python.call("pool_fixture.echo", [1]) == 1)
        }
    }

    @Test func `A call on a leased worker that outlives its deadline costs the worker, not the lease`() async throws {
        try await withFixturePool(size: 1, grace: .milliseconds(50)) { (python: PythonPool) async throws in
            let lease = try await python.lease { lease in _ = try await lease.call("pool_fixture.remember", ["mine"]) }
            let error = await poolError {
                _ = try await lease.call("pool_fixture.sleep_in_c", [30], deadline: .now + .milliseconds(50))
            }
            guard case .deadlineExceeded = error else { return #expect(Bool(false), "\(String(describing: error))") }
            _ = try? await lease.call("pool_fixture.recall")
            try await lease.restore()
            #expect(try await lease.call("pool_fixture.recall") == "mine")
        }
    }
}
