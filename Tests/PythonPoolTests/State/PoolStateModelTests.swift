import Testing

@testable import PythonPool

/// A pool driven at random through everything that can happen to it, against a model of the world around it: processes
/// that are forked, serve, hang and die, and callers that wait and give up.
@Suite struct PoolStateModelTests {
    /// What the pool is told to be.
    enum Kind: String, CaseIterable, Sendable {
        case plain, slots, hashed, roundRobin, elastic, hooked, recycled

        func apply(to rules: inout PoolState.Rules) {
            switch self {
            case .plain: break
            case .slots: rules.slots = 4
            case .hashed:
                rules.slots = 2
                rules.strategy = .hash()
            case .roundRobin: rules.strategy = .roundRobin
            case .elastic:
                rules.minimumSize = 1
                rules.idleTime = 50_000_000
            case .hooked:
                rules.hasStartHooks = true
                rules.hasStopHooks = true
                rules.maximumAge = 200_000_000
            case .recycled:
                rules.slots = 3
                rules.maximumCalls = 10
                rules.softMemory = 800
                rules.hardMemory = 1000
            }
        }
    }

    @Test(arguments: Kind.allCases, [1, 2, 5])
    func `A random life breaks no rule and loses no call`(_ kind: Kind, _ size: Int) {
        var life = (assigned: 0, failed: 0, kills: 0, leases: 0, retried: 0)
        for seed in 0..<4 as Range<UInt64> {
            var rules = PoolState.Rules(name: "model", size: size, grace: PoolWorld.grace)
            kind.apply(to: &rules)
            var world = PoolWorld(rules, seed: seed &* 31 &+ UInt64(size))
            for step in 0..<3000 {
                world.step()
                if step % 250 == 249 { world.settle() }
                if let violation = world.violation {
                    Issue.record(
                        "seed \(seed), step \(step): \(violation)\n\(world.history.suffix(15).joined(separator: "\n"))")
                    return
                }
            }
            world.close()
            #expect(world.violation == nil)
            life.assigned += world.assigned
            life.failed += world.failed
            life.kills += world.kills
            life.leases += world.leases
            life.retried += world.retried
        }
        // A life too dull would tell nothing.
        #expect(life.assigned > 800)
        #expect(life.failed > 0)
        #expect(life.kills > 0)
        #expect(life.leases > 0)
        #expect(life.retried > 0)
    }
}

/// The world around a ``PoolState``, which carries out its actions and watches over its rules.
private struct PoolWorld {
    /// A process, as it really is.
    struct Process {
        var epoch: Int
        var isReady = false
        var isPreparing = false
        var isStopping = false
        var isKilled = false
        /// The calls that Python is in, and since when nobody waits for them.
        var serving: [UInt64: UInt64?] = [:]
        var isLeased = false
    }

    struct Call {
        var ticket: Ticket
        var isRepeatable: Bool
        var isLease: Bool
        var runs = 0
    }

    static let grace: UInt64 = 20_000_000
    private var pool: PoolState
    private var generator: SeededNumbers
    private let rules: PoolState.Rules
    private var now: UInt64 = 1
    private var nextCall: UInt64 = 1
    private var zygotes: [Int: Bool] = [:]
    private var processes: [Int: Process] = [:]
    /// Calls that have not ended, and those of them that no worker has.
    private var calls: [UInt64: Call] = [:]
    private var queued: Set<UInt64> = []
    private var newestGeneration = 0
    private var isClosed = false
    private(set) var violation: String?
    private(set) var history: [String] = []
    private(set) var assigned = 0
    private(set) var failed = 0
    private(set) var kills = 0
    private(set) var leases = 0
    private(set) var retried = 0

    init(_ rules: PoolState.Rules, seed: UInt64) {
        self.rules = rules
        pool = PoolState(rules)
        generator = SeededNumbers(seed: seed)
    }

    // MARK: What happens

    /// One thing of those that can happen now, or a report that is out of date.
    mutating func step() {
        now += UInt64(generator.below(5_000_000))
        switch generator.below(100) {
        case 0..<28: submit(lease: false)
        case 28..<31: submit(lease: true)
        case 31..<34: submitStrict()
        case 34..<60: progress()
        case 60..<68: giveUp()
        case 68..<78: tick()
        case 78..<84: someProcess { world, generation in world.exit(generation) }
        case 84..<87: abandonQueued()
        case 87..<88: loseZygote()
        case 88..<89: if let (epoch, _) = zygotes.first(where: { !$0.value }) { failZygote(epoch) }
        case 89..<90: note("start") { [now] in $0.start(now: now) }
        case 90..<91: note("refresh") { [now] in $0.refresh(now: now) }
        case 91..<92: note("rolling restart") { [now] in $0.rollingRestart(now: now) }
        case 92..<94: sampleSome()
        case 94..<95:
            note("sources changed") { [now] in
                $0.sourcesChanged(now: now)
                return []
            }
        case 95..<96: pinSome()
        default: reportOutOfDate()
        }
        check()
    }

    /// Lets everything come to rest without further faults: whoever waits must be served.
    mutating func settle() {
        for _ in 0..<(queued.count * 4 + 200) where violation == nil {
            now = max(now + 1, min(pool.nextTick ?? 0, now + 5_000_000_000))
            for generation in processes.keys.sorted() where processes[generation]?.isKilled == true {
                die(generation, .signalled(9))
            }
            tick()
            for epoch in zygotes.keys.sorted() where zygotes[epoch] == false { startZygote(epoch) }
            for generation in processes.keys.sorted() { work(generation) }
            for generation in processes.keys.sorted() {
                for call in processes[generation]?.serving.keys.sorted() ?? [] { answer(call, generation) }
                release(generation)
            }
            check()
            if queued.isEmpty, calls.isEmpty, processes.values.allSatisfy({ !$0.isKilled }) { break }
        }
        if !queued.isEmpty { violate("calls \(queued.sorted()) are never served") }
        if !pool.isQuiet { violate("at rest the pool is not quiet: \(pool)") }
        if pool.busy != processes.values.count(where: \.isLeased) { violate("at rest \(pool.busy) are busy") }
    }

    mutating func close() {
        let waiting = queued
        let failedBefore = failed
        note("close") { $0.close() }
        isClosed = true
        processes = [:]
        calls = [:]
        check()
        if failed - failedBefore != waiting.count { violate("calls that waited were not failed by the end") }
        for _ in 0..<50 {
            submit(lease: generator.below(2) == 0)
            reportOutOfDate()
            check()
        }
    }

    private mutating func newTicket(lease: Bool = false, worker: Int? = nil, onLease: Bool = false) -> Ticket {
        var ticket = Ticket(id: nextCall, isLease: lease, worker: worker, isOnLease: onLease)
        nextCall += 1
        ticket.priority = CallPriority(rawValue: generator.below(3)) ?? .normal
        ticket.caller = ["a", "b", nil][generator.below(3)]
        ticket.affinity = generator.below(2) == 0 ? UInt64(generator.below(4)) : nil
        calls[ticket.id] = Call(
            ticket: ticket, isRepeatable: !lease && worker == nil && generator.below(2) == 0, isLease: lease)
        return ticket
    }

    private mutating func submit(lease: Bool) {
        let ticket = newTicket(lease: lease)
        if !lease, let generation = pool.assignNow(call: ticket.id, affinity: ticket.affinity) {
            history.append("\(now): call \(ticket.id) → \(generation) at once")
            if !pool.queue.isEmpty { violate("call \(ticket.id) overtook others") }
            return serve(ticket.id, on: generation)
        }
        queued.insert(ticket.id)
        note("submit \(ticket)") { [now] in $0.submit(ticket, now: now) }
    }

    /// A call for one worker, through the lease on it or not.
    private mutating func submitStrict() {
        someProcess { world, generation in
            let isLeased = world.processes[generation]?.isLeased == true
            let ticket = world.newTicket(worker: generation, onLease: isLeased)
            if let taken = world.pool.assignNow(ticket, onlyTo: generation) {
                world.history.append("\(world.now): strict call \(ticket.id) → \(taken) at once")
                return world.serve(ticket.id, on: taken)
            }
            world.queued.insert(ticket.id)
            world.note("submit strict \(ticket)") { [now = world.now] in $0.submit(ticket, now: now) }
        }
    }

    /// A zygote, or a process, gets on with its work.
    private mutating func progress() {
        if let (epoch, _) = zygotes.sorted(by: { $0.key < $1.key }).first(where: { !$0.value }), generator.below(2) == 0
        {
            return startZygote(epoch)
        }
        someProcess { world, generation in world.work(generation) }
    }

    private mutating func startZygote(_ epoch: Int) {
        zygotes[epoch] = true
        note("zygote \(epoch) started") { [now] in $0.zygoteStarted(epoch, now: now) }
    }

    private mutating func work(_ generation: Int) {
        guard let process = processes[generation], !process.isKilled else { return }
        if process.isPreparing {
            processes[generation]?.isPreparing = false
            processes[generation]?.isReady = true
            return note("prepared \(generation)") { [now] in $0.prepared(generation, now: now) }
        }
        if process.isStopping { return note("stopped \(generation)") { $0.stopped(generation) } }
        if !process.isReady {
            pool.forked(generation, pid: Int32(generation))
            processes[generation]?.isReady = !rules.hasStartHooks
            return note("ready \(generation)") { [now] in $0.ready(generation, now: now) }
        }
        if let call = process.serving.keys.sorted().first {
            answer(call, generation)
        } else if process.isLeased, generator.below(3) == 0 {
            release(generation)
        }
    }

    private mutating func answer(_ call: UInt64, _ generation: Int) {
        guard processes[generation]?.serving.removeValue(forKey: call) != nil else { return }
        calls[call] = nil
        let mayRefer = generator.below(3) == 0
        note("answered \(call) by \(generation), may refer: \(mayRefer)") { [now] in
            $0.answered(call: call, by: generation, after: 1000, mayRefer: mayRefer, now: now)
        }
    }

    private mutating func release(_ generation: Int) {
        guard processes[generation]?.isLeased == true else { return }
        processes[generation]?.isLeased = false
        note("release \(generation)") { [now] in $0.released(generation, now: now) }
    }

    private mutating func giveUp() {
        someProcess { world, generation in
            guard let process = world.processes[generation],
                let call = process.serving.sorted(by: { $0.key < $1.key }).first(where: { $0.value == nil })?.key
            else { return }
            world.processes[generation]?.serving[call] = .some(world.now)
            world.calls[call] = nil
            world.note("give up \(call) on \(generation)") { [now = world.now] in
                $0.abandoned(call: call, on: generation, now: now)
            }
        }
    }

    private mutating func abandonQueued() {
        let waiting = queued.sorted()
        guard !waiting.isEmpty else { return }
        let call = waiting[generator.below(waiting.count)]
        queued.remove(call)
        calls[call] = nil
        note("give up \(call), which waits") { [now] in $0.abandoned(call: call, on: nil, now: now) }
    }

    private mutating func tick() {
        let overdue = processes.filter { _, process in
            !process.isKilled && !process.serving.isEmpty
                && process.serving.values.allSatisfy { $0 != nil }
                && process.serving.values.contains { $0.map { $0 + Self.grace <= now } ?? false }
        }.keys
        note("tick") { [now] in $0.tick(now: now) }
        for generation in overdue where processes[generation]?.isKilled == false {
            violate("\(generation) has nothing but a call that did not come back, and is not killed")
        }
        if pool.alarm < pool.nextTick ?? .max { violate("the alarm is out of date after a tick") }
    }

    private mutating func exit(_ generation: Int) {
        let causes: [WorkerDeath.Cause] = [.signalled(11), .signalled(9), .exited(code: 1), .outOfMemory]
        die(generation, processes[generation]?.isKilled == true ? .signalled(9) : causes[generator.below(4)])
    }

    private mutating func die(_ generation: Int, _ cause: WorkerDeath.Cause) {
        let end = end(of: generation, cause)
        note("exited \(generation) \(cause) with \(end.casualties.map(\.ticket.id))") { [now] in
            $0.exited(end, now: now)
        }
    }

    private mutating func end(of generation: Int, _ cause: WorkerDeath.Cause) -> WorkerEnd {
        let process = processes.removeValue(forKey: generation)
        pool.noteEnd(of: generation)
        var casualties: [Casualty] = []
        for call in (process?.serving ?? [:]).keys.sorted() {
            guard var known = calls[call] else { continue }
            known.ticket.retries = known.runs - 1
            queued.insert(call)
            casualties.append(
                Casualty(ticket: known.ticket, target: "m.f", isRepeatable: known.isRepeatable, fingerprint: call))
        }
        return WorkerEnd(
            generation: generation, death: WorkerDeath(worker: Int32(generation), cause: cause),
            casualties: casualties)
    }

    private mutating func loseZygote() {
        guard let epoch = zygotes.keys.sorted().randomElement(using: &generator) else { return }
        guard zygotes.removeValue(forKey: epoch) == true else {
            return note("zygote \(epoch) failed") {
                $0.zygoteFailed(epoch, .environment(problem: "p", remedy: "r"))
            }
        }
        let ends = processes.filter { $0.value.epoch == epoch }.keys.sorted().map { end(of: $0, .zygoteLost) }
        note("zygote \(epoch) lost with \(ends.map(\.generation))") { [now] in $0.zygoteLost(epoch, ends, now: now) }
    }

    private mutating func failZygote(_ epoch: Int) {
        zygotes[epoch] = nil
        note("zygote failed") { $0.zygoteFailed(epoch, .environment(problem: "p", remedy: "r")) }
    }

    private mutating func sampleSome() {
        someProcess { world, generation in
            guard world.processes[generation]?.isReady == true else { return }
            let bytes = UInt64(world.generator.below(1100))
            world.note("sampled \(generation): \(bytes)") { [now = world.now] in
                $0.sampled(generation, privateBytes: bytes, now: now)
            }
        }
    }

    /// Swift comes to hold objects of a worker, or lets go of them.
    private mutating func pinSome() {
        someProcess { world, generation in
            let isPinned = world.generator.below(3) == 0
            world.note("pinned \(generation): \(isPinned)") { [now = world.now] in
                $0.pinned(generation, isPinned, now: now)
            }
        }
    }

    /// What is told late, twice, or of somebody unknown must not matter.
    private mutating func reportOutOfDate() {
        let stranger = newestGeneration + 1 + generator.below(3)
        let before = pool
        switch generator.below(9) {
        case 0: note("stranger exited") { [now] in $0.exited(WorkerEnd(generation: stranger), now: now) }
        case 1: note("stranger ready") { [now] in $0.ready(stranger, now: now) }
        case 2: note("stranger answered") { [now] in $0.answered(call: 1 << 40, by: stranger, now: now) }
        case 3: note("unknown call given up") { [now] in $0.abandoned(call: 1 << 40, on: nil, now: now) }
        case 4: note("stranger released") { [now] in $0.released(stranger, now: now) }
        case 5: note("stranger's fork failed") { [now] in $0.forkFailed(stranger, reason: "", now: now) }
        case 6: note("stranger prepared") { [now] in $0.prepared(stranger, now: now) }
        case 7: note("stranger stopped") { $0.stopped(stranger) }
        default: note("stranger's call given up") { [now] in $0.abandoned(call: 1 << 40, on: stranger, now: now) }
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
        case .startZygote(let epoch):
            if zygotes[epoch] != nil { violate("zygote \(epoch) is started twice") }
            zygotes[epoch] = false
        case .endZygote(let epoch):
            if processes.values.contains(where: { $0.epoch == epoch }) { violate("zygote \(epoch) has workers") }
            zygotes[epoch] = nil
        case .fork(let generation):
            let epoch = pool.workers[generation]?.epoch ?? 0
            if zygotes[epoch] != true { violate("a fork without a zygote") }
            if generation <= newestGeneration { violate("generation \(generation) comes twice") }
            newestGeneration = max(newestGeneration, generation)
            processes[generation] = Process(epoch: epoch)
        case .prepare(let generation): processes[generation]?.isPreparing = true
        case .stop(let generation):
            if processes[generation]?.serving.isEmpty == false { violate("\(generation) is stopped in a call") }
            processes[generation]?.isStopping = true
        case .assign(let call, let generation):
            if !queued.contains(call) { violate("call \(call) is assigned and does not wait") }
            queued.remove(call)
            serve(call, on: generation)
        case .awaitReading(let generation):
            if pool.workers[generation]?.isPinned != true { violate("\(generation) is not kept until it is read") }
        case .cancel(let call, let generation):
            if processes[generation]?.serving[call] == nil { violate("call \(call) is cancelled where it is not") }
        case .kill(let generation):
            kills += 1
            if processes[generation] == nil { violate("\(generation) is killed and not there") }
            if processes[generation]?.isKilled == true { violate("\(generation) is killed twice") }
            if pool.workers[generation]?.killed == .retired, processes[generation]?.serving.isEmpty == false {
                violate("\(generation) is retired in a call")
            }
            processes[generation]?.isKilled = true
        case .fail(let call, _): end(call)
        case .quarantine(let casualty, _): end(casualty.ticket.id)
        case .startsFailed, .refreshFailed, .reloadFailed, .hold: break
        }
    }

    private mutating func end(_ call: UInt64) {
        failed += 1
        if !queued.contains(call) { violate("call \(call) is failed and does not wait") }
        queued.remove(call)
        calls[call] = nil
    }

    private mutating func serve(_ call: UInt64, on generation: Int) {
        assigned += 1
        guard !isClosed else { return violate("call \(call) is assigned after the end") }
        guard let known = calls[call] else { return violate("call \(call) is assigned, and unknown") }
        guard let process = processes[generation], process.isReady, !process.isKilled, !process.isStopping,
            process.serving.count < rules.slots, !process.isLeased || known.ticket.isOnLease
        else {
            return violate("call \(call) goes to \(generation), which is \(String(describing: processes[generation]))")
        }
        if let worker = known.ticket.worker, worker != generation { violate("call \(call) is on the wrong worker") }
        if known.runs > 0 {
            retried += 1
            if !known.isRepeatable { violate("call \(call) runs twice") }
        }
        if known.isLease {
            leases += 1
            if !process.serving.isEmpty { violate("a lease on a worker that serves others") }
            processes[generation]?.isLeased = true
            calls[call] = nil
        } else {
            calls[call]?.runs += 1
            processes[generation]?.serving[call] = .some(nil)
        }
    }

    private mutating func check() {
        let regular = pool.workers.values.count { !$0.isTrial && !$0.isLeaving && $0.phase != .ending }
        let heirs = max(1, pool.seats.count / 8)
        if regular > rules.size + heirs { violate("\(regular) workers, \(rules.size) are wanted") }
        if Set(pool.workers.keys) != Set(processes.keys) {
            violate("\(pool.workers.keys.sorted()) is not \(processes.keys.sorted())")
        }
        if pool.waitingCount != queued.count { violate("\(pool.waitingCount) wait, and should \(queued.sorted())") }
        if pool.inFlight != processes.values.reduce(0, { $0 + $1.serving.count }) { violate("in flight is wrong") }
        let room = pool.workers.filter { $0.value.takesCalls && $0.value.calls.count < rules.slots }
        if !pool.queue.isEmpty, let generation = room.keys.first { violate("calls wait while \(generation) has room") }
        if room.contains(where: { $0.value.place == nil }) { violate("a worker with room is not in the rota") }
        if pool.vacant != pool.seats.count(where: { $0 == nil }) { violate("the vacant seats are miscounted") }
        for (generation, worker) in pool.workers where worker.phase == .serving && worker.readyAt != nil {
            if let next = worker.givenUp.map(\.graceEnds).min(), worker.drainedBy == nil, pool.alarm > next {
                violate("nobody wakes for \(generation)")
            }
        }
    }

    private mutating func violate(_ text: String) { violation = violation ?? text }
}

/// A small random generator (SplitMix64) that gives the same numbers for the same seed.
private struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int {
        Int(truncatingIfNeeded: ((next() >> 32) &* UInt64(bound)) >> 32)
    }
}
