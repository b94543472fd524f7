import CLinux
import Synchronization

/// Runs tasks on the pool's own thread, between what that reads from the workers.
final class PoolExecutor: TaskExecutor {
    private struct State {
        var jobs: [UnownedJob] = []
        /// Whose thread runs the jobs; nil before it has started and when it has ended.
        var reactor: Reactor?
        /// Whether the thread has to be woken for a job.
        var isAsleep = false
    }

    private let state = Mutex(State())
    private let thread = Atomic<UInt64>(0)

    /// Takes a job for the thread; while there is none the job runs where those of tasks without a preference do.
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let (isTaken, sleeper) = state.withLock { state -> (Bool, Reactor?) in
            guard state.reactor != nil else { return (false, nil) }
            state.jobs.append(job)
            defer { state.isAsleep = false }
            return (true, state.isAsleep ? state.reactor : nil)
        }
        if !isTaken { return globalConcurrentExecutor.enqueue(ExecutorJob(job)) }
        sleeper?.wakeUp()
    }

    /// Whether this thread is the one that runs the jobs.
    var isCurrent: Bool { thread.load(ordering: .relaxed) == clinux_thread_current() }

    // MARK: For the reactor, on its thread

    /// This thread runs the jobs from now on.
    func start(on reactor: Reactor) {
        thread.store(clinux_thread_current(), ordering: .relaxed)
        state.withLock { $0.reactor = reactor }
    }

    /// The thread is about to end: what has not run yet runs elsewhere.
    func end() {
        thread.store(0, ordering: .relaxed)
        let left = state.withLock { state in
            defer { state = State() }
            return state.jobs
        }
        for job in left { globalConcurrentExecutor.enqueue(ExecutorJob(job)) }
    }

    /// Whether the thread may sleep: there is no job, and the next one wakes it.
    func maySleep() -> Bool {
        state.withLock { state in
            state.isAsleep = state.jobs.isEmpty
            return state.isAsleep
        }
    }

    /// Runs the jobs that are there now, but none that they bring about; false when there is none.
    @discardableResult
    func run() -> Bool {
        let jobs = state.withLock { state in
            state.isAsleep = false
            defer { state.jobs = [] }
            return state.jobs
        }
        for job in jobs { unsafe job.runSynchronously(on: asUnownedTaskExecutor()) }
        return !jobs.isEmpty
    }
}
