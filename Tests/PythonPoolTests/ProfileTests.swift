import Marshalling
import Testing

@testable import PythonPool

/// Where a call's time goes.
@Suite struct ProfileTests {
    private func nanoseconds(_ call: CallProfile.Call) -> [Int64] {
        call.stages.map { $0.components.seconds * 1_000_000_000 + $0.components.attoseconds / 1_000_000_000 }
    }

    @Test func `Each stage is the time between two stamps, and their sum the whole call`() {
        let call = CallProfile.Call(times: [100, 101, 103, 106, 110, 115, 121, 128, 136, 145])
        #expect(nanoseconds(call) == [1, 2, 3, 4, 5, 6, 7, 8, 9])
        #expect(call.total == .nanoseconds(45))
        #expect(call[.encode] == .nanoseconds(1))
        #expect(call[.python] == .nanoseconds(5))
        #expect(call[.decodeResult] == .nanoseconds(9))
    }

    @Test func `A worker that has the call before the sender is back did not need to wake up`() {
        let call = CallProfile.Call(times: [100, 101, 109, 104, 110, 115, 121, 128, 136, 145])
        #expect(call[.ring] == .nanoseconds(3))
        #expect(call[.wakeUp] == .zero)
        #expect(call.total == .nanoseconds(45))
    }

    @Test(arguments: 0..<200)
    func `Whatever times a worker claims, no stage is negative and the sum stays`(seed: UInt64) {
        var generator = seed &* 0x9e37_79b9_7f4a_7c15 | 1
        func random() -> UInt64 {
            generator ^= generator << 13
            generator ^= generator >> 7
            generator ^= generator << 17
            return generator
        }
        var times: [UInt64] = [1000, 1010, 1020, 0, 0, 0, 0, 1900, 1950, 2000]
        for index in 3...6 { times[index] = random() % 3 == 0 ? random() : random() % 3000 }
        let call = CallProfile.Call(times: times)
        #expect(call.stages.count == CallProfile.Stage.allCases.count)
        #expect(call.stages.allSatisfy { $0 >= .zero })
        #expect(call.total == .nanoseconds(1000))
    }

    @Test func `Percentiles and shares are those of all calls`() {
        let calls = (1...100).map { number in
            CallProfile.Call(times: [
                0, 0, 0, 0, 0, UInt64(number), UInt64(number), UInt64(number), UInt64(number), 100,
            ])
        }
        let profile = CallProfile(target: "f", calls: calls)
        #expect(profile.percentile(50, of: .python) == .nanoseconds(50))
        #expect(profile.percentile(99, of: .python) == .nanoseconds(99))
        #expect(profile.percentileOfTotal(1) == .nanoseconds(100))
        #expect(abs(profile.share(of: .python) - 0.505) < 1e-12)
        #expect(CallProfile(target: "f", calls: []).percentile(50, of: .ring) == .zero)
    }

    @Test func `A real call is profiled from end to end`() async throws {
        try await withFixturePool { (python: PythonPool) async throws in
            let began = ContinuousClock.now
            let profile = try await python.profile("builtins.sorted", [.list((0..<1000).map { .int($0) })], count: 40)
            let took = began.duration(to: .now)
            #expect(profile.calls.count == 40)
            #expect(profile.calls.map(\.total).reduce(.zero, +) < took)
            for stage in [CallProfile.Stage.encode, .decode, .python, .encodeResult, .decodeResult] {
                #expect(profile.calls.contains { $0[stage] > .zero }, "\(stage)")
            }
            let sum = CallProfile.Stage.allCases.map { profile.share(of: $0) }.reduce(0, +)
            #expect(abs(sum - 1) < 1e-9)
            // Calls that are not profiled are none the worse for it.
            #expect(try await python.call("builtins.sum", [[1, 2, 3]]) == 6)
        }
    }

    @Test func `What a profiled call raises is thrown`() async throws {
        try await withFixturePool { (python: PythonPool) async throws in
            let error = await poolError { _ = try await python.profile("math.sqrt", [-1.0], count: 3) }
            guard case .raised(let exception) = error else {
                Issue.record("expected a ValueError, got \(String(describing: error))")
                return
            }
            #expect(exception.type == "ValueError")
        }
    }
}
