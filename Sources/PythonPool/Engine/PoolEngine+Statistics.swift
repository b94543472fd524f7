import CLinux
import Synchronization

extension PoolEngine {
    /// How much of what the workers can serve at once is taken, calls that wait included: 1 is full.
    var load: Double {
        let capacity = Double(max(1, configuration.size * configuration.concurrency.slots))
        return core.withLock { Double($0.state.inFlight + $0.state.waitingCount) / capacity }
    }

    var statistics: PythonPool.Statistics {
        let now = clinux_monotonic_ns()
        let references = references.count.load(ordering: .relaxed)
        let dropped = logs.dropped
        return core.withLock { core in
            let state = core.state
            return PythonPool.Statistics(
                zygoteStart: core.zygoteStart, zygote: core.zygotes[state.epoch]?.pid,
                workers: state.workers.sorted { $0.key < $1.key }.compactMap { generation, worker in
                    worker.readyAt.map {
                        .init(
                            pid: core.connections[generation]?.pid ?? worker.pid,
                            forkToReady: .nanoseconds(Int64($0 &- worker.forkedAt)), inFlight: worker.calls.count,
                            served: worker.served, privateMemory: worker.privateBytes, retirement: worker.retirement)
                    }
                },
                waiting: state.waitingCount, inFlight: state.inFlight, busy: state.busy,
                queueWait: core.queueWait.summary, service: core.service.summary, forks: state.tally.forks,
                deaths: state.tally.deaths, recycles: state.tally.recycles, retries: state.tally.retries,
                quarantined: state.tally.quarantined, rejected: state.tally.rejected, references: references,
                droppedLogLines: dropped,
                startsHeldFor: state.intensity.heldUntil.map { .nanoseconds(Int64(max($0, now) - now)) })
        }
    }
}
