/// What a pool decides, as a value: which worker serves which call, when workers are forked, killed and replaced.
///
/// It takes events and returns actions; who holds it (``PoolEngine``) carries them out. It knows no process, no clock and no socket:
/// times are given to it, in nanoseconds. The events are beside this file, by what they are about.
struct PoolState: Sendable, Equatable {
    enum Action: Sendable, Equatable {
        /// Start the zygote of this epoch.
        case startZygote(Int)
        /// End a zygote that has no worker any more.
        case endZygote(Int)
        /// Fork a worker of this generation.
        case fork(Int)
        /// Run the start hooks on the worker.
        case prepare(Int)
        /// Send the call to the worker.
        case assign(call: UInt64, to: Int)
        /// Count the worker as one that Swift holds objects of until the answer that it has just given has been read: only then is it
        /// known whether it does.
        case awaitReading(from: Int)
        /// Tell the worker to stop the call.
        case cancel(call: UInt64, on: Int)
        /// Run the stop hooks on the worker.
        case stop(Int)
        /// End the worker with SIGKILL.
        case kill(Int)
        /// Give the call this error.
        case fail(call: UInt64, PythonPoolError)
        /// The call has killed two workers: save what reproduces it, and say so.
        case quarantine(Casualty, WorkerDeath)
        /// Tell who waits for the pool's start that it failed.
        case startsFailed(PythonPoolError)
        /// Tell who waits for a new zygote that it failed.
        case refreshFailed(PythonPoolError)
        /// Say that the sources, as they have been changed, do not load.
        case reloadFailed(PythonPoolError)
        /// Say that the pool starts no workers for so many nanoseconds, after so many that died.
        case hold(after: Int, UInt64)
    }

    enum ZygotePhase: Sendable, Equatable { case none, starting, running, closed }

    let rules: Rules
    // Zygotes
    var zygote = ZygotePhase.none
    /// The zygote that workers are forked from. Zygotes are numbered from 1 as they are started.
    var epoch = 0
    var newestEpoch = 0
    /// The zygote that is to take over once it has started.
    var successor: Int?
    /// What for.
    var succession = RecycleReason.refresh
    /// What has changed since the last zygote was started.
    var changes = SourceChanges()
    /// Zygotes that have been succeeded and whose workers are being replaced.
    var retiringZygotes: Set<Int> = []
    // Workers
    var workers: [Int: Worker] = [:]
    var nextGeneration = 1
    /// The worker at each place that the pool is to fill; nil where one is missing.
    var seats: [Int?]
    var vacant: Int
    /// Workers that are to be replaced, in the order in which that was decided.
    var toReplace = FIFO<Int>()
    /// Replacements that are not ready yet, by the seat that they are for.
    var heirs: [Int: Int] = [:]
    var rota: WorkerRota
    /// The seat that served last, for the round robin.
    var lastSeat = 0
    /// Regular workers that serve a call or are leased, and the most at once since sizes were looked at.
    var busy = 0
    var peakBusy = 0
    var inFlight = 0
    // Calls
    var queue = CallQueue()
    /// Calls that wait for one worker, and which.
    var waitingFor: [UInt64: Int] = [:]
    /// Leases for which a worker is being emptied.
    var reservations: [UInt64: Int] = [:]
    /// Calls that are to run alone, because they may have killed a worker.
    var suspects = FIFO<Casualty>()
    /// Those that have a worker of their own, by its generation.
    var trials: [Int: Casualty] = [:]
    var quarantine = Quarantine()
    var estimate = ServiceEstimate()
    /// Somebody waits until the pool has started.
    var isAwaited = false
    /// No more calls are taken; those that are here are served.
    var isDraining = false
    /// The last stop hooks run before the pool is closed: no more workers are started.
    var isEnding = false
    // Time
    var intensity = StartIntensity()
    /// Why the last worker refused to start, in its own words.
    var refusal: PythonPoolError?
    /// What has become of the last start that failed.
    var lastStartProblem = ""
    /// A worker has been ready: what the pool is made of can be started.
    var hasBeenReady = false
    /// When it is looked whether more workers are needed, and whether fewer.
    var growAt: UInt64?
    var shrinkAt: UInt64?
    /// Nothing was due before this when it was last set; ``tick(now:)`` finds out what really is.
    var alarm = UInt64.max
    var tally = Tally()

    init(_ rules: Rules) {
        self.rules = rules
        seats = Array(repeating: nil, count: rules.minimumSize)
        vacant = rules.minimumSize
        rota = WorkerRota(slots: rules.slots)
    }

    init(name: String, size: Int, grace: UInt64) { self.init(Rules(name: name, size: size, grace: grace)) }

    mutating func setAlarm(_ time: UInt64) { alarm = min(alarm, time) }
}
