/// What the pool's state knows of a call.
struct Ticket: Sendable, Equatable {
    let id: UInt64
    /// Whether it asks for a worker of its own rather than for an answer.
    var isLease = false
    var priority = CallPriority.normal
    var caller: String?
    /// The hash of its affinity.
    var affinity: UInt64?
    /// The one worker that may serve it.
    var worker: Int?
    /// Whether it comes from who holds the lease on that worker.
    var isOnLease = false
    /// On the monotonic clock in ns; 0 for none.
    var deadline: UInt64 = 0
    /// How often it has been given to another worker because its own died through no fault of the call.
    var retries = 0

    /// Whether it goes before another one that came through another queue.
    func precedes(_ other: Ticket) -> Bool { priority == other.priority ? id < other.id : priority > other.priority }
}

/// A call that was in flight on a worker that has died.
struct Casualty: Sendable, Equatable {
    var ticket: Ticket
    var target: String
    /// Whether it may run again.
    var isRepeatable: Bool
    /// The same for calls of the same target and arguments.
    var fingerprint: UInt64
}
