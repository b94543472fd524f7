import PythonPool
import Testing

/// Whatever crosses, and however it ends, Python's reference counts are where they were. In a debug build of CPython, which counts every
/// reference (`scripts/test sanitizers` runs one), it is looked at over more calls than the few that show a lost object elsewhere.
@Suite struct ReferenceCountTests {
    enum Calls: String, CaseIterable, CustomTestStringConvertible {
        case values, largeValues, failures, badArguments, streams, streamsThatFail, streamsLeft, upcalls, failedUpcalls,
            nestedCalls,
            streamedUpcalls, coroutines, converters, unknownConverters, noWireForm

        var testDescription: String { rawValue }
    }

    private struct Refused: Error {}

    @Test(arguments: Calls.allCases)
    func `Calls of each kind leave no reference behind`(calls: Calls) async throws {
        try await withFixturePool { (python: PythonPool) async throws in
            python.onUpcall("echo") { upcall in upcall.payload }
            python.onUpcall("refuse") { _ in throw Refused() }
            python.onUpcall("call back") { upcall in try await python.call("pool_fixture.echo", [upcall.payload]) }
            python.onStreamingUpcall("count") { _ in
                AsyncThrowingStream { continuation in
                    for number in 0..<3 { continuation.yield(.int(number)) }
                    continuation.finish()
                }
            }
            let isDebug = try await python.call("pool_fixture.counts_every_reference") == true
            let count = isDebug ? 100_000 / Calls.allCases.count + 1 : 200
            // The first calls fill caches.
            for _ in 0..<20 { await call(calls, python) }
            // What is lost with each call is lost in each round; what is made once, such as a thread's state, is made in one of them.
            var growth = Int.max
            for _ in 0..<(isDebug ? 1 : 3) {
                let before = try await settledCount(python)
                for _ in 0..<count { await call(calls, python) }
                growth = min(growth, abs(try await settledCount(python) - before))
            }
            #expect(growth < count / 4, "\(growth) after \(count) calls")
        }
    }

    /// What Python counts when it does not change any more: what the host lets go is dropped between calls.
    private func settledCount(_ python: PythonPool) async throws -> Int {
        var counts = [Int]()
        while counts.count < 3 || Set(counts.suffix(3)).count > 1, counts.count < 10_000 {
            counts.append(try await python.call("pool_fixture.count_references").int ?? 0)
        }
        return counts.last ?? 0
    }

    /// Performs one call, which may fail: that is what some are for.
    private func call(_ calls: Calls, _ python: PythonPool) async {
        do {
            switch calls {
            case .values: _ = try await python.call("pool_fixture.echo", [.list(CallTests.containers + [Self.scalars])])
            case .largeValues:
                _ = try await python.call("pool_fixture.echo", [.list((0..<20_000).map { .string("\($0)") })])
            case .failures: _ = try await python.call("pool_fixture.raise_value_error", ["no"])
            case .badArguments: _ = try await python.call("pool_fixture.echo", [1, 2, 3], ["unknown": 4])
            case .streams: _ = try await python.stream("pool_fixture.count_to", [20]).collect()
            case .streamsThatFail: _ = try await python.stream("pool_fixture.count_and_fail", [20]).collect()
            case .streamsLeft:
                for try await _ in python.stream("pool_fixture.count_to", [100_000]) { break }
            case .upcalls: _ = try await python.call("pool_fixture.ask", ["echo", Self.scalars])
            case .failedUpcalls: _ = try await python.call("pool_fixture.ask_and_name_error", ["refuse", .none])
            case .nestedCalls: _ = try await python.call("pool_fixture.ask", ["call back", Self.scalars])
            case .streamedUpcalls: _ = try await python.call("pool_fixture.drain_stream", ["count", .none])
            case .coroutines: _ = try await python.call("pool_fixture.add_later", ["a", "b"])
            case .converters:
                let money = try await python.call("pool_fixture.pay", [1234])
                _ = try await python.call("pool_fixture.is_money", [money])
            case .unknownConverters:
                _ = try await python.call("pool_fixture.echo", [.extended(name: "nobody's", payload: [1, 2])])
            case .noWireForm: _ = try await python.call("pool_fixture.return_thing", ["nested"])
            }
        } catch {}
    }

    private static let scalars = PythonValue.tuple(CallTests.scalars)
}
