import CLinux
import Logging
import Synchronization

/// The workers' memory is looked at, on the pool's thread.
extension PoolEngine {
    /// Has memory looked at soon, because calls are served again.
    func watchMemory() {
        guard let reactor = core.withLock(\.reactor) else { return }
        reactor.wake(by: memory.wakeUp(now: clinux_monotonic_ns()))
    }

    /// Looks at the memory of all workers if it is time to.
    ///
    /// - Returns: when it is time next.
    func sampleMemory(now: UInt64) -> UInt64 {
        guard memory.isDue(now) else { return memory.next }
        memory.beginLook()
        let (workers, isIdle) = core.withLock { core in
            (
                core.state.workers.compactMap { generation, worker -> (generation: Int, pid: Int32)? in
                    guard worker.readyAt != nil, worker.phase != .ending else { return nil }
                    return (generation, core.connections[generation]?.pid ?? worker.pid)
                }, core.state.inFlight == 0
            )
        }
        for sample in memory.sample(workers, isIdle: isIdle, now: now) {
            decide { $0.state.sampled(sample.generation, privateBytes: sample.bytes, now: now) }
            if sample.bytes >= memory.hardLimit {
                logger.error(
                    "a worker needs more memory than it may, and is killed",
                    metadata: [
                        "pool": "\(configuration.name)", "MB": "\(sample.bytes >> 20)",
                        "limitMB": "\(configuration.memoryMB)",
                    ])
            }
        }
        return memory.next
    }
}
