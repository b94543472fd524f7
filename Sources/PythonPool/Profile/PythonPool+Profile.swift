import CLinux
public import Marshalling

extension PythonPool {
    /// Calls a function many times, one call after the other, and tells where the time went.
    ///
    /// Host and worker read the same clock as each step ends, and the worker sends its readings along with the result. Calls that are not
    /// profiled read no clock. The first calls warm everything up and are not counted.
    ///
    /// - Parameters:
    ///   - target: as ``call(_:_:_:deadline:)`` has it.
    ///   - args: the positional arguments.
    ///   - kwargs: the keyword arguments.
    ///   - count: how many calls are counted; at least one. Default 1,000.
    /// - Throws: as ``call(_:_:_:deadline:)`` does.
    public func profile(
        _ target: String, _ args: [PythonValue] = [], _ kwargs: PythonDictionary = [:], count: Int = 1000
    ) async throws -> CallProfile {
        let count = max(1, count)
        var calls: [CallProfile.Call] = []
        for _ in 0..<min(count, 50) { _ = try await profiled(target, args, kwargs) }
        for _ in 0..<count { calls.append(try await profiled(target, args, kwargs)) }
        return CallProfile(target: target, calls: calls)
    }

    private func profiled(
        _ target: String, _ args: [PythonValue], _ kwargs: PythonDictionary
    ) async throws -> CallProfile.Call {
        let (clock, begun) = (CallClock(), clinux_monotonic_ns())
        let call = try newCall(target, args, kwargs, options: .init(), clock: clock)
        let encoded = clinux_monotonic_ns()
        var outcome = await engine.finish(call)
        let resumed = clinux_monotonic_ns()
        var stamps = CallStamps()
        if case .result(var frame, let connection, let hold) = outcome {
            guard let taken = CallStamps(takenFrom: &frame.payload) else {
                throw PythonPoolError.protocolViolation(
                    worker: connection.pid, detail: "a timed result without its times")
            }
            stamps = taken
            outcome = .result(frame, by: connection, hold)
        }
        _ = try Self.result(of: outcome, target: target)
        return CallProfile.Call(times: [
            begun, encoded, clock.sentAt, stamps.received, stamps.decoded, stamps.returned, stamps.encoded,
            clock.readAt, resumed, clinux_monotonic_ns(),
        ])
    }
}
