/// What a pool decides, as a value: which worker serves which call, when workers are forked, killed and replaced.
///
/// It takes events and returns actions; who holds it (``PoolEngine``) carries them out. It knows no process, no clock and no socket:
/// times are given to it, in nanoseconds.
struct PoolState: Sendable, Equatable {
    enum Action: Sendable, Equatable {
        /// Start the zygote.
        case startZygote
        /// Fork a worker of this generation.
        case fork(Int)
        /// Send the call to the worker.
        case assign(call: UInt64, to: Int)
        /// Tell the worker to stop the call.
        case cancel(call: UInt64, on: Int)
        /// End the worker with SIGKILL.
        case kill(Int)
        /// Give the call this error.
        case fail(call: UInt64, PythonPoolError)
    }

    enum ZygotePhase: Sendable, Equatable { case none, starting, running, closed }

    struct Worker: Sendable, Equatable {
        enum Phase: Sendable, Equatable {
            case forking
            case starting
            case idle
            case busy(call: UInt64)
            /// Somebody holds a lease on it: calls reach it by that alone.
            case leased
            /// It is being killed: whatever it still says, no call reaches it any more.
            case ending
        }

        var phase: Phase
        var pid: Int32 = 0
        var forkedAt: UInt64
        var readyAt: UInt64?
        /// When it is killed because a cancelled call has not come back.
        var killAt: UInt64?
        /// The call that a lease has given up and that has not come back.
        var givenUp: UInt64?
    }

    /// Deaths before "ready", of workers or of the zygote, in a row, after which the pool stops trying and says so.
    static let mostFailedStarts = 3

    let name: String
    let size: Int
    let grace: UInt64
    private(set) var zygote = ZygotePhase.none
    private(set) var workers: [Int: Worker] = [:]
    /// Generations without work, the one that worked last at the end: its caches are warm.
    private var idle: [Int] = []
    /// Calls that wait for a worker, oldest first.
    private(set) var waiting: [UInt64] = []
    /// Calls that want a worker for themselves.
    private var leases: Set<UInt64> = []
    private var nextGeneration = 1
    private var failedStarts = 0
    /// Why the last worker could not start, in its own words or in the zygote's.
    private var lastProblem: PythonPoolError?

    init(name: String, size: Int, grace: UInt64) {
        self.name = name
        self.size = size
        self.grace = grace
    }

    // MARK: Calls

    /// The common case without an array of actions: the worker that takes the call now, or nil.
    mutating func assignNow(call: UInt64) -> Int? {
        guard waiting.isEmpty, let generation = idle.popLast() else { return nil }
        workers[generation]?.phase = .busy(call: call)
        return generation
    }

    /// A call has come that no idle worker could take.
    mutating func enqueue(call: UInt64, lease: Bool, now: UInt64) -> [Action] {
        guard zygote != .closed else { return [.fail(call: call, .closed(pool: name))] }
        waiting.append(call)
        if lease { leases.insert(call) }
        var actions = serveWaiting()
        switch zygote {
        case .none: actions += start(now: now)
        case .running:
            if failedStarts >= Self.mostFailedStarts { failedStarts = 0 }
            actions += fill(now: now)
        case .starting, .closed: break
        }
        return actions
    }

    /// A worker has answered a call, in time or late.
    mutating func answered(call: UInt64, by generation: Int) -> [Action] {
        guard workers[generation]?.phase == .busy(call: call) else { return [] }
        workers[generation]?.killAt = nil
        return free(generation)
    }

    /// A call is given up: its deadline passed, or its task was cancelled.
    mutating func abandoned(call: UInt64, now: UInt64) -> [Action] {
        if let index = waiting.firstIndex(of: call) {
            waiting.remove(at: index)
            leases.remove(call)
            return []
        }
        guard let (generation, worker) = workers.first(where: { $0.value.phase == .busy(call: call) }),
            worker.killAt == nil
        else { return [] }
        workers[generation]?.killAt = now &+ grace
        return [.cancel(call: call, on: generation)]
    }

    /// A call on a leased worker is given up.
    mutating func abandoned(call: UInt64, onLeased generation: Int, now: UInt64) -> [Action] {
        guard let worker = workers[generation], worker.phase == .leased else { return [] }
        // A second one does not buy the first more time.
        workers[generation]?.killAt = worker.killAt ?? now &+ grace
        workers[generation]?.givenUp = call
        return [.cancel(call: call, on: generation)]
    }

    /// A call on a leased worker has come back.
    mutating func answeredOnLeased(_ generation: Int) {
        guard workers[generation]?.phase == .leased else { return }
        workers[generation]?.killAt = nil
        workers[generation]?.givenUp = nil
    }

    /// Whether every worker that the pool is to have is ready.
    var isComplete: Bool {
        zygote == .running && workers.count == size && workers.values.allSatisfy { $0.readyAt != nil }
    }

    /// A lease is given back.
    mutating func released(_ generation: Int) -> [Action] {
        guard let worker = workers[generation], worker.phase == .leased else { return [] }
        // While Python is still in a call that was given up, the next call would wait behind it.
        if let call = worker.givenUp {
            workers[generation]?.phase = .busy(call: call)
            return []
        }
        return free(generation)
    }

    // MARK: Time

    /// When ``tick(now:)`` has something to do next.
    var nextTick: UInt64? { workers.values.lazy.compactMap(\.killAt).min() }

    /// Kills workers whose cancelled call has outlived its grace.
    mutating func tick(now: UInt64) -> [Action] {
        let overdue = workers.filter { ($0.value.killAt ?? .max) <= now }.keys.sorted()
        for generation in overdue {
            workers[generation]?.killAt = nil
            workers[generation]?.phase = .ending
        }
        return overdue.map { .kill($0) }
    }

    // MARK: Zygote and workers

    /// The pool is wanted although nobody calls yet.
    mutating func start(now: UInt64) -> [Action] {
        switch zygote {
        case .none:
            failedStarts = 0
            zygote = .starting
            return [.startZygote]
        case .running:
            if failedStarts >= Self.mostFailedStarts { failedStarts = 0 }
            return fill(now: now)
        case .starting, .closed: return []
        }
    }

    /// Whether the pool has stopped trying to have workers, until somebody calls again.
    var hasGivenUp: Bool { zygote == .none || (zygote == .running && failedStarts >= Self.mostFailedStarts) }

    /// A worker is being killed for what it has done; its end will be reported.
    mutating func doomed(_ generation: Int) {
        guard workers[generation] != nil else { return }
        workers[generation]?.phase = .ending
        idle.removeAll { $0 == generation }
    }

    mutating func zygoteStarted(now: UInt64) -> [Action] {
        guard zygote == .starting else { return [] }
        zygote = .running
        return fill(now: now)
    }

    /// The zygote could not be started, and every worker is gone with it; the next call tries again.
    mutating func zygoteFailed(_ error: PythonPoolError) -> [Action] {
        guard zygote != .closed else { return [] }
        zygote = .none
        workers = [:]
        idle = []
        return failWaiting(error)
    }

    /// The zygote is gone, and every worker with it. It is started again when somebody waits, or else by the next call.
    mutating func zygoteLost() -> [Action] {
        guard zygote != .closed else { return [] }
        failedStarts = workers.values.contains { $0.readyAt != nil } ? 0 : failedStarts + 1
        workers = [:]
        idle = []
        zygote = waiting.isEmpty ? .none : .starting
        if waiting.isEmpty { return [] }
        guard failedStarts >= Self.mostFailedStarts else { return [.startZygote] }
        zygote = .none
        return failWaiting(startProblem("the zygote of pool '\(name)' ends before a worker is ready"))
    }

    mutating func forked(_ generation: Int, pid: Int32) {
        guard workers[generation]?.phase == .forking else { return }
        workers[generation]?.phase = .starting
        workers[generation]?.pid = pid
    }

    mutating func forkFailed(_ generation: Int, reason: String, now: UInt64) -> [Action] {
        guard workers.removeValue(forKey: generation) != nil else { return [] }
        lastProblem = nil
        return startFailed("the zygote of pool '\(name)' could not fork: \(reason)", now: now)
    }

    mutating func ready(_ generation: Int, now: UInt64) -> [Action] {
        guard let phase = workers[generation]?.phase, phase == .starting || phase == .forking else { return [] }
        failedStarts = 0
        lastProblem = nil
        workers[generation]?.readyAt = now
        return free(generation)
    }

    /// A worker has ended; its calls have been failed by who knows how it ended.
    ///
    /// - Parameter refusal: why it could not start, where it left word of that.
    mutating func exited(_ generation: Int, because refusal: PythonPoolError? = nil, now: UInt64) -> [Action] {
        guard let worker = workers.removeValue(forKey: generation) else { return [] }
        idle.removeAll { $0 == generation }
        guard worker.readyAt == nil else { return fill(now: now) }
        lastProblem = refusal
        return startFailed("workers of pool '\(name)' end before they are ready", now: now)
    }

    /// No more calls; those that wait fail.
    mutating func close() -> [Action] {
        guard zygote != .closed else { return [] }
        zygote = .closed
        workers = [:]
        idle = []
        return failWaiting(.closed(pool: name))
    }

    // MARK: Steps shared by the events

    private mutating func free(_ generation: Int) -> [Action] {
        workers[generation]?.phase = .idle
        workers[generation]?.killAt = nil
        workers[generation]?.givenUp = nil
        idle.append(generation)
        return serveWaiting()
    }

    private mutating func serveWaiting() -> [Action] {
        var actions: [Action] = []
        while let call = waiting.first, let generation = idle.popLast() {
            waiting.removeFirst()
            workers[generation]?.phase = leases.remove(call) == nil ? .busy(call: call) : .leased
            actions.append(.assign(call: call, to: generation))
        }
        return actions
    }

    private mutating func fill(now: UInt64) -> [Action] {
        guard zygote == .running, failedStarts < Self.mostFailedStarts else { return [] }
        var actions: [Action] = []
        while workers.count < size {
            workers[nextGeneration] = Worker(phase: .forking, forkedAt: now)
            actions.append(.fork(nextGeneration))
            nextGeneration += 1
        }
        return actions
    }

    private mutating func startFailed(_ problem: String, now: UInt64) -> [Action] {
        failedStarts += 1
        guard failedStarts >= Self.mostFailedStarts else { return fill(now: now) }
        let error = startProblem(problem)
        lastProblem = error
        return failWaiting(error)
    }

    func startProblem(_ problem: String) -> PythonPoolError {
        lastProblem
            ?? .environment(
                problem: "\(problem) (\(failedStarts) in a row)",
                remedy: "see the worker's own words on standard error; `dspex doctor` checks packages and limits")
    }

    private mutating func failWaiting(_ error: PythonPoolError) -> [Action] {
        defer {
            waiting = []
            leases = []
        }
        return waiting.map { .fail(call: $0, error) }
    }
}
