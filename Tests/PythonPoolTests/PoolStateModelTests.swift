import Testing

@testable import PythonPool

/// A pool driven at random through everything that can happen to it, against a model of the world around it: processes
/// that are forked, serve, hang and die, and callers that wait and give up.
@Suite struct PoolStateModelTests {
    @Test(arguments: [1, 2, 3, 5], 0..<5 as Range<UInt64>)
    func `A random life breaks no rule and loses no call`(_ size: Int, _ seed: UInt64) {
        var world = PoolWorld(size: size, seed: seed &* 31 &+ UInt64(size))
        for step in 0..<5000 {
            world.step()
            if step % 250 == 249 { world.settle() }
            if let violation = world.violation {
                Issue.record(
                    "seed \(seed), step \(step): \(violation)\n\(world.history.suffix(12).joined(separator: "\n"))")
                return
            }
        }
        world.close()
        #expect(world.violation == nil)
        // A life too dull would tell nothing.
        #expect(world.assigned > 200)
        #expect(world.failed > 0)
        #expect(world.kills > 0)
        #expect(world.leases > 0)
    }
}

/// The world around a ``PoolState``, which carries out its actions and watches over its rules.
private struct PoolWorld {
    /// A process, as it really is.
    struct Process {
        var isReady = false
        var isKilled = false
        /// The call that Python is in, and whether its caller has given up.
        var serving: UInt64?
        var givenUpAt: UInt64?
        var isLeased = false
    }

    enum Zygote { case none, starting, running, closed }

    static let grace: UInt64 = 20
    private var pool: PoolState
    private var generator: SeededNumbers
    private let size: Int
    private var now: UInt64 = 1
    private var nextCall: UInt64 = 1
    private var zygote = Zygote.none
    private var processes: [Int: Process] = [:]
    /// Calls that no worker has, in the order in which they came; those that are leases.
    private var queue: [UInt64] = []
    private var leaseCalls: Set<UInt64> = []
    private var newestGeneration = 0
    private(set) var violation: String?
    private(set) var history: [String] = []
    private(set) var assigned = 0
    private(set) var failed = 0
    private(set) var kills = 0
    private(set) var leases = 0

    init(size: Int, seed: UInt64) {
        self.size = size
        pool = PoolState(name: "model", size: size, grace: Self.grace)
        generator = SeededNumbers(seed: seed)
    }

    // MARK: What happens

    /// One thing of those that can happen now, or a report that is out of date.
    mutating func step() {
        now += UInt64(generator.below(10))
        switch generator.below(100) {
        case 0..<30: submit(lease: false)
        case 30..<35: submit(lease: true)
        case 35..<60: progress()
        case 60..<70: giveUp()
        case 70..<80: tick()
        case 80..<85: someProcess { world, generation in world.exit(generation) }
        case 85..<88: abandonQueued()
        case 88..<90: loseZygote()
        case 90..<91: if zygote == .starting { failZygote() }
        case 91..<92: note("start") { $0.start(now: 0) }
        default: reportOutOfDate()
        }
        check()
    }

    /// Lets everything come to rest without further faults: whoever waits must be served.
    mutating func settle() {
        for _ in 0..<(queue.count + size) * 20 where violation == nil {
            now += 1
            for generation in processes.keys.sorted() where processes[generation]?.givenUpAt != nil {
                answer(generation)
            }
            for generation in processes.keys.sorted() where processes[generation]?.isKilled == true { exit(generation) }
            progress()
            for generation in processes.keys.sorted() { release(generation) }
            check()
            if queue.isEmpty, processes.values.allSatisfy({ $0.serving == nil }) { return }
        }
        if !queue.isEmpty { violate("calls \(queue) are never served") }
    }

    mutating func close() {
        let waiting = queue
        let failedBefore = failed
        note("close") { $0.close() }
        zygote = .closed
        processes = [:]
        check()
        if failed - failedBefore != waiting.count { violate("calls that waited were not failed by the end") }
        for _ in 0..<50 {
            submit(lease: generator.below(2) == 0)
            reportOutOfDate()
            check()
        }
    }

    private mutating func submit(lease: Bool) {
        let call = nextCall
        nextCall += 1
        if !lease, let generation = pool.assignNow(call: call) {
            history.append("\(now): call \(call) → \(generation) at once")
            if !queue.isEmpty { violate("call \(call) overtook \(queue)") }
            serve(call, on: generation)
            return
        }
        queue.append(call)
        if lease { leaseCalls.insert(call) }
        note("enqueue \(call)\(lease ? " as a lease" : "")") { [now] in $0.enqueue(call: call, lease: lease, now: now) }
    }

    /// The zygote, or a process, gets on with its work.
    private mutating func progress() {
        if zygote == .starting {
            zygote = .running
            return note("zygote started") { [now] in $0.zygoteStarted(now: now) }
        }
        someProcess { world, generation in
            guard let process = world.processes[generation], !process.isKilled else { return }
            if !process.isReady {
                if world.generator.below(2) == 0 {
                    world.pool.forked(generation, pid: Int32(generation))
                } else {
                    world.processes[generation]?.isReady = true
                    world.note("ready \(generation)") { [now = world.now] in $0.ready(generation, now: now) }
                }
            } else if process.serving != nil {
                world.answer(generation)
            } else if process.isLeased {
                world.workOnLease(generation)
            }
        }
    }

    private mutating func workOnLease(_ generation: Int) {
        guard generator.below(3) > 0 else { return release(generation) }
        processes[generation]?.serving = nextCall
        nextCall += 1
    }

    private mutating func answer(_ generation: Int) {
        guard let process = processes[generation], let call = process.serving else { return }
        processes[generation]?.serving = nil
        processes[generation]?.givenUpAt = nil
        // The engine tells both, as it does not know which it is.
        pool.answeredOnLeased(generation)
        note("answered \(call) by \(generation)") { $0.answered(call: call, by: generation) }
    }

    /// A lease ends when none of its calls is awaited any more; Python may still be in one that was given up.
    private mutating func release(_ generation: Int) {
        guard let process = processes[generation], process.isLeased, process.serving == nil || process.givenUpAt != nil
        else { return }
        processes[generation]?.isLeased = false
        note("release \(generation)") { $0.released(generation) }
    }

    private mutating func giveUp() {
        someProcess { world, generation in
            guard let process = world.processes[generation], let call = process.serving, process.givenUpAt == nil else {
                return
            }
            world.processes[generation]?.givenUpAt = world.now
            if process.isLeased {
                world.note("give up \(call) on lease \(generation)") { [now = world.now] in
                    $0.abandoned(call: call, onLeased: generation, now: now)
                }
            } else {
                world.note("give up \(call) on \(generation)") { [now = world.now] in $0.abandoned(call: call, now: now)
                }
            }
        }
    }

    private mutating func abandonQueued() {
        guard !queue.isEmpty else { return }
        let call = queue.remove(at: generator.below(queue.count))
        leaseCalls.remove(call)
        note("give up \(call), which waits") { [now] in $0.abandoned(call: call, now: now) }
    }

    private mutating func tick() {
        let overdue = Set(
            processes.filter { _, process in
                guard !process.isKilled, let givenUp = process.givenUpAt else { return false }
                return givenUp + Self.grace <= now
            }.keys)
        let before = Set(processes.filter(\.value.isKilled).map(\.key))
        note("tick") { [now] in $0.tick(now: now) }
        let killed = Set(processes.filter(\.value.isKilled).map(\.key)).subtracting(before)
        if killed != overdue { violate("killed \(killed.sorted()), overdue were \(overdue.sorted())") }
    }

    private mutating func exit(_ generation: Int) {
        processes[generation] = nil
        note("exited \(generation)") { [now] in $0.exited(generation, now: now) }
    }

    private mutating func loseZygote() {
        guard zygote == .running else { return }
        zygote = .none
        processes = [:]
        note("zygote lost") { $0.zygoteLost() }
    }

    private mutating func failZygote() {
        zygote = .none
        note("zygote failed") { $0.zygoteFailed(.environment(problem: "p", remedy: "r")) }
    }

    /// What is told late, twice, or of somebody unknown must not matter.
    private mutating func reportOutOfDate() {
        let stranger = newestGeneration + 1 + generator.below(3)
        let before = pool
        switch generator.below(7) {
        case 0: note("stranger exited") { [now] in $0.exited(stranger, now: now) }
        case 1: note("stranger ready") { [now] in $0.ready(stranger, now: now) }
        case 2: note("stranger answered") { $0.answered(call: 1 << 40, by: stranger) }
        case 3: note("unknown call given up") { [now] in $0.abandoned(call: 1 << 40, now: now) }
        case 4: note("stranger released") { $0.released(stranger) }
        case 5: note("stranger's fork failed") { [now] in $0.forkFailed(stranger, reason: "", now: now) }
        default: note("stranger's call given up") { [now] in $0.abandoned(call: 1 << 40, onLeased: stranger, now: now) }
        }
        if pool != before { violate("a report of what is unknown changed the pool") }
    }

    private mutating func someProcess(_ body: (inout PoolWorld, Int) -> Void) {
        let generations = processes.keys.sorted()
        guard !generations.isEmpty else { return }
        body(&self, generations[generator.below(generations.count)])
    }

    // MARK: What the pool has done

    private mutating func note(_ event: String, _ body: (inout PoolState) -> [PoolState.Action]) {
        let actions = body(&pool)
        history.append("\(now): \(event) → \(actions)")
        if history.count > 100 { history.removeFirst(50) }
        for action in actions { carryOut(action) }
    }

    private mutating func carryOut(_ action: PoolState.Action) {
        switch action {
        case .startZygote:
            if zygote != .none { violate("a zygote is started although one is \(zygote)") }
            zygote = .starting
        case .fork(let generation):
            if zygote != .running { violate("a fork without a zygote") }
            if generation <= newestGeneration { violate("generation \(generation) comes twice") }
            newestGeneration = max(newestGeneration, generation)
            processes[generation] = Process()
        case .assign(let call, let generation):
            if queue.first != call { violate("call \(call) is assigned, and \(queue) wait") }
            queue.removeAll { $0 == call }
            serve(call, on: generation)
        case .cancel(let call, let generation):
            if processes[generation]?.serving != call { violate("call \(call) is cancelled where it is not") }
        case .kill(let generation):
            kills += 1
            if processes[generation] == nil { violate("\(generation) is killed and not there") }
            processes[generation]?.isKilled = true
        case .fail(let call, _):
            failed += 1
            if !queue.contains(call) { violate("call \(call) is failed and does not wait") }
            queue.removeAll { $0 == call }
            leaseCalls.remove(call)
        }
    }

    private mutating func serve(_ call: UInt64, on generation: Int) {
        assigned += 1
        guard zygote != .closed else { return violate("call \(call) is assigned after the end") }
        guard let process = processes[generation], process.isReady, !process.isKilled, process.serving == nil,
            !process.isLeased
        else {
            return violate("call \(call) goes to \(generation), which is \(String(describing: processes[generation]))")
        }
        if leaseCalls.remove(call) != nil {
            leases += 1
            processes[generation]?.isLeased = true
        } else {
            processes[generation]?.serving = call
        }
    }

    private mutating func check() {
        if pool.workers.count > size { violate("\(pool.workers.count) workers, \(size) are wanted") }
        if Set(pool.workers.keys) != Set(processes.keys) {
            violate("\(pool.workers.keys.sorted()) is not \(processes.keys.sorted())")
        }
        if pool.waiting != queue { violate("\(pool.waiting) wait, and should \(queue)") }
        let isIdle = processes.values.contains { $0.isReady && !$0.isKilled && $0.serving == nil && !$0.isLeased }
        if isIdle, !queue.isEmpty { violate("\(queue) wait while a worker is idle") }
    }

    private mutating func violate(_ text: String) { violation = violation ?? text }
}

/// A small random generator (SplitMix64) that gives the same numbers for the same seed.
private struct SeededNumbers {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func below(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int(truncatingIfNeeded: (((mixed ^ (mixed >> 31)) >> 32) &* UInt64(bound)) >> 32)
    }
}
