/// Requests that have killed a worker of their own: refused for ten minutes, by their fingerprint.
struct Quarantine: Sendable, Equatable {
    static let duration: UInt64 = 600_000_000_000

    private var until: [UInt64: UInt64] = [:]

    var isEmpty: Bool { until.isEmpty }

    mutating func add(_ fingerprint: UInt64, now: UInt64) {
        until = until.filter { $0.value > now }
        until[fingerprint] = now &+ Self.duration
    }

    /// When the request may come again; nil when it may now.
    mutating func end(of fingerprint: UInt64, now: UInt64) -> UInt64? {
        guard let end = until[fingerprint] else { return nil }
        if end > now { return end }
        until[fingerprint] = nil
        return nil
    }

    func count(now: UInt64) -> Int { until.values.count { $0 > now } }
}
