extension PoolState {
    /// What a pool is told about itself once, in numbers. Times are in nanoseconds, memory in bytes.
    struct Rules: Sendable, Equatable {
        var name: String
        /// The most workers, and the fewest.
        var size: Int
        var minimumSize: Int
        /// How many calls a worker serves at once.
        var slots = 1
        /// How long a call that was given up may take to come back, its neighbours to finish, and stop hooks to run.
        var grace: UInt64
        var strategy = CheckoutStrategy.leastOutstanding
        var queueLimit = Int.max
        var maximumAge: UInt64?
        var maximumCalls: UInt64?
        /// From which memory on a worker is replaced, and from which it is killed.
        var softMemory = UInt64.max
        var hardMemory = UInt64.max
        /// How long workers beyond the fewest must have been unneeded before they are ended.
        var idleTime: UInt64 = 30_000_000_000
        /// How long a worker may take to become ready.
        var startTimeout = UInt64.max
        var hasStartHooks = false
        var hasStopHooks = false

        init(name: String, size: Int, grace: UInt64) {
            self.name = name
            self.size = size
            minimumSize = size
            self.grace = grace
        }
    }
}
