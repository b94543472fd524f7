extension PythonPool {
    /// What a pool is doing at one moment, and what it has done since it was made.
    public struct Statistics: Sendable, Hashable {
        /// One worker that has become ready.
        public struct Worker: Sendable, Hashable {
            /// The process id.
            public var pid: Int32
            /// From the order to fork to its word that it serves calls.
            public var forkToReady: Duration
            /// Calls that it serves now.
            public var inFlight: Int
            /// Calls that it has served.
            public var served: UInt64
            /// Memory that it shares with no other process, in bytes, as of the last look; nil before the first.
            public var privateMemory: UInt64?
            /// Why it is being replaced; nil when it is not.
            public var retirement: RecycleReason?
        }

        /// Why a worker ended that was not to.
        public enum DeathCause: String, Sendable, Hashable, CaseIterable {
            /// It called `exit`.
            case exited
            /// A signal ended it that the pool did not send.
            case signalled
            /// The kernel killed it because memory ran out.
            case outOfMemory
            /// Its zygote went away.
            case zygoteLost
            /// The pool killed it: a call that was given up did not come back.
            case stuck
            /// The pool killed it: it needed more memory than it may.
            case memoryLimit
            /// The pool killed it: it said what is no frame.
            case violation
            /// The pool killed it: the host lacked the memory or the descriptors to read what it said.
            case unreadable
            /// It ended, or was killed, before it was ready.
            case start
        }

        /// From the start of the zygote to its word that everything is imported; nil before that.
        public var zygoteStart: Duration?
        /// The process id of the zygote; nil while there is none.
        public var zygote: Int32?
        /// The workers that are ready, oldest first.
        public var workers: [Worker]
        /// Calls that wait for a worker.
        public var waiting: Int
        /// Calls that workers serve now.
        public var inFlight: Int
        /// Workers that serve a call or are leased.
        public var busy: Int
        /// How long calls waited for a worker.
        public var queueWait: LatencySummary
        /// How long calls were served, from being sent to their answer. Calls that failed with their worker are not among them.
        public var service: LatencySummary
        /// Workers that have been forked.
        public var forks: Int
        /// Workers that ended without having been replaced in time, by cause.
        public var deaths: [DeathCause: Int]
        /// Workers that were replaced while they lived, by reason.
        public var recycles: [RecycleReason: Int]
        /// Times that a call was given to another worker because its own had died.
        public var retries: Int
        /// Calls that killed two workers, and calls that were refused because they had.
        public var quarantined: Int
        /// Calls that were refused because too many waited, or because they could not be served in time.
        public var rejected: Int
        /// References that Swift holds to objects in the workers.
        public var references: Int
        /// Lines of Python's log that were dropped, because there were too many; see ``Configuration/pythonLogRate``.
        public var droppedLogLines: UInt64
        /// For how long no workers are started, because too many died before they were ready; nil when that is not so.
        public var startsHeldFor: Duration?
    }
}

extension PythonPool.Statistics.DeathCause {
    init(_ cause: WorkerDeath.Cause) {
        switch cause {
        case .exited: self = .exited
        case .signalled: self = .signalled
        case .outOfMemory: self = .outOfMemory
        case .zygoteLost: self = .zygoteLost
        }
    }
}
