extension PoolState.Rules {
    /// From this share of the hard limit on a worker is replaced: late enough to use what it has been given, and early enough that it is gone
    /// before most leaks reach the limit.
    static let softShare: (numerator: UInt64, denominator: UInt64) = (4, 5)

    init(_ configuration: PythonPool.Configuration) {
        self.init(
            name: configuration.name, size: max(1, configuration.size),
            grace: configuration.cancellationGrace.nanoseconds)
        minimumSize = min(size, max(1, configuration.minimumSize ?? size))
        slots = configuration.concurrency.slots
        strategy = configuration.strategy
        queueLimit = max(0, configuration.queueLimit)
        maximumAge = configuration.maximumAge?.nanoseconds
        maximumCalls = configuration.maximumCalls.map { UInt64(max(1, $0)) }
        hardMemory = UInt64(max(1, configuration.memoryMB)) << 20
        softMemory = hardMemory / Self.softShare.denominator * Self.softShare.numerator
        idleTime = configuration.idleTime.nanoseconds
        startTimeout = configuration.startTimeout.nanoseconds
        hasStartHooks = !configuration.hooks.onStart.isEmpty
        hasStopHooks = !configuration.hooks.onStop.isEmpty
    }
}
