import CLinux
import Synchronization

/// When the memory of workers is looked at, and how closely.
///
/// The cheap look (`/proc/PID/statm`, some microseconds) tells how much a worker has that is in no file: an upper bound of what is its own,
/// as pages that it shares with the zygote are counted too. Only near the limit, and once in a while for the statistics, the exact look
/// is taken (`smaps_rollup`, up to some milliseconds, as the kernel walks the page tables). Both together take at most a
/// thousandth of the time while the pool is idle, and a hundredth while it is not.
final class MemoryWatch: Sendable {
    static let busyInterval: UInt64 = 100_000_000
    static let idleInterval: UInt64 = 5_000_000_000
    /// A worker that has grown by this much is looked at exactly, however short ago it was.
    static let growth: UInt64 = 8 << 20
    /// How often a worker is looked at exactly for the statistics alone.
    static let statisticsInterval: UInt64 = 2_000_000_000

    /// Time that one look may take for exact numbers that only the statistics want.
    static let statisticsBudget: UInt64 = 2_000_000

    struct Sample: Sendable, Equatable {
        let generation: Int
        let bytes: UInt64
    }

    private struct Known {
        var anonymous: UInt64
        var notBefore: UInt64
        var at: UInt64
    }

    private struct State {
        var next = UInt64.max
        var known: [Int: Known] = [:]
    }

    let hardLimit: UInt64
    private let softLimit: UInt64
    private let resting = Atomic(true)
    private let state = Mutex(State())

    init(_ rules: PoolState.Rules) {
        softLimit = rules.softMemory
        hardLimit = rules.hardMemory
    }

    /// Whether nobody has looked for a while, as nothing was served.
    var isResting: Bool { resting.load(ordering: .relaxed) }

    /// When it is time to look next.
    var next: UInt64 { state.withLock(\.next) }

    func isDue(_ now: UInt64) -> Bool { next <= now }

    /// Calls are served again.
    ///
    /// - Returns: when to look.
    func wakeUp(now: UInt64) -> UInt64 {
        resting.store(false, ordering: .relaxed)
        return state.withLock { state in
            state.next = min(state.next, now &+ Self.busyInterval)
            return state.next
        }
    }

    /// A look begins: from now on a call that comes wakes the watch, unless ``sample(_:isIdle:now:)`` finds that it need not.
    func beginLook() {
        state.withLock { $0.next = .max }
        resting.store(true, ordering: .sequentiallyConsistent)
    }

    /// Looks at workers, and decides when to do so again.
    ///
    /// - Returns: those that were looked at exactly.
    func sample(_ workers: [(generation: Int, pid: Int32)], isIdle: Bool, now: UInt64) -> [Sample] {
        let samples = state.withLock { state in
            workers.compactMap { sample($0.generation, $0.pid, &state, now: now) }
        }
        let cost = clinux_monotonic_ns() &- now
        state.withLock { state in
            let present = Set(workers.map(\.generation))
            state.known = state.known.filter { present.contains($0.key) }
            guard !workers.isEmpty else { return }
            let pause = isIdle ? max(Self.idleInterval, cost &* 2000) : max(Self.busyInterval, cost &* 100)
            state.next = min(state.next, now &+ pause)
        }
        if !isIdle { resting.store(false, ordering: .relaxed) }
        return samples
    }

    private func sample(_ generation: Int, _ pid: Int32, _ state: inout State, now: UInt64) -> Sample? {
        guard let anonymous = ProcessMemory.anonymous(pid) else { return nil }
        let isNear = anonymous >= softLimit
        guard isNear || clinux_monotonic_ns() &- now < Self.statisticsBudget else { return nil }
        if let known = state.known[generation] {
            let hasGrown = anonymous >= known.anonymous &+ Self.growth
            let isOld = anonymous != known.anonymous && known.at &+ Self.statisticsInterval <= now
            guard isNear && (hasGrown || known.notBefore <= now) || isOld && known.notBefore <= now else { return nil }
        }
        let begun = clinux_monotonic_ns()
        guard let bytes = ProcessMemory.privateBytes(pid) else { return nil }
        let cost = clinux_monotonic_ns() &- begun
        state.known[generation] = Known(anonymous: anonymous, notBefore: now &+ cost &* 200, at: now)
        return Sample(generation: generation, bytes: bytes)
    }
}
