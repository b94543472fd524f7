import Marshalling

/// Where the time of calls went, step by step.
///
/// ```swift
/// let profile = try await python.profile("math.sqrt", [2.0])
/// for stage in CallProfile.Stage.allCases { print(stage, profile.percentile(50, of: stage)) }
/// ```
public struct CallProfile: Sendable, Hashable {
    /// A step of a call, in the order in which they come.
    public enum Stage: String, Sendable, Hashable, CaseIterable {
        /// Host: the arguments become the wire form.
        case encode
        /// Host: the frame goes into the ring, and the worker is rung for if it sleeps.
        case ring
        /// The worker wakes up and takes the call; nothing when it was awake.
        case wakeUp
        /// Worker: the wire form becomes Python objects.
        case decode
        /// Worker: the function runs.
        case python
        /// Worker: its result becomes the wire form.
        case encodeResult
        /// The result goes through the ring, and the host's reader wakes up.
        case back
        /// Host: the task that called goes on.
        case resume
        /// Host: the wire form becomes a value.
        case decodeResult
    }

    /// One call.
    public struct Call: Sendable, Hashable {
        /// What each stage took, in the order of ``Stage``. Their sum is the whole call.
        public let stages: [Duration]

        /// What the whole call took.
        public var total: Duration { stages.reduce(.zero, +) }

        /// What a stage took.
        public subscript(stage: Stage) -> Duration { stages[Stage.allCases.firstIndex(of: stage)!] }

        /// - Parameter times: when the call began, and when each stage had ended, in ns. The worker's are not trusted: none counts as
        ///   earlier than the one before it, or later than the end.
        init(times: [UInt64]) {
            var (before, durations) = (times[0], [Duration]())
            let end = max(times[0], times[times.count - 1])
            for (index, time) in times.enumerated().dropFirst() {
                // A worker that was awake may have the call before the sender is back from ringing for nobody.
                let latest = index == 2 ? min(time, max(times[3], before)) : time
                let now = min(max(latest, before), end)
                durations.append(.nanoseconds(Int64(clamping: now - before)))
                before = now
            }
            stages = durations
        }
    }

    /// The function that was called.
    public let target: String
    /// The calls, in their order.
    public let calls: [Call]

    /// The duration of a stage that `percent` of the calls do not exceed.
    public func percentile(_ percent: Double, of stage: Stage) -> Duration {
        Self.percentile(percent, of: calls.map { $0[stage] })
    }

    /// The duration of the whole that `percent` of the calls do not exceed.
    public func percentileOfTotal(_ percent: Double) -> Duration { Self.percentile(percent, of: calls.map(\.total)) }

    /// The part of the time of all calls together that went into a stage: 0 to 1.
    public func share(of stage: Stage) -> Double {
        let whole = calls.reduce(Duration.zero) { $0 + $1.total }
        return whole == .zero ? 0 : calls.reduce(Duration.zero) { $0 + $1[stage] } / whole
    }

    private static func percentile(_ percent: Double, of durations: [Duration]) -> Duration {
        guard !durations.isEmpty else { return .zero }
        let rank = (percent / 100 * Double(durations.count)).rounded(.up)
        return durations.sorted()[min(max(Int(rank) - 1, 0), durations.count - 1)]
    }
}
