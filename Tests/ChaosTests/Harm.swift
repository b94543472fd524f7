import Foundation
import Glibc
import PythonPool
import Synchronization

/// What is done to pools from outside while they work.
final class Harm: Sendable {
    struct Counts: Sendable {
        var killed = 0
        var stopped = 0
        var zygotes = 0
    }

    private let pools: [PythonPool]
    private let counts = Mutex(Counts())

    init(_ pools: [PythonPool]) { self.pools = pools }

    var done: Counts { counts.withLock(\.self) }

    /// Goes on until its task is cancelled.
    func go() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.kill() }
            group.addTask { await self.stop() }
            group.addTask { await self.killZygotes() }
        }
    }

    /// A SIGKILL each 100 ms, to one of all workers there are.
    private func kill() async {
        var next = ContinuousClock.now
        while await pause(ContinuousClock.now.duration(to: next)) {
            next += .milliseconds(100)
            if signal(SIGKILL, randomWorker()) { counts.withLock { $0.killed += 1 } }
        }
    }

    /// A worker is stopped every two seconds; every second one is allowed to go on after a while.
    private func stop() async {
        while await pause(.seconds(2)) {
            let worker = randomWorker()
            guard signal(SIGSTOP, worker) else { continue }
            counts.withLock { $0.stopped += 1 }
            guard done.stopped.isMultiple(of: 2), await pause(.milliseconds(300)) else { continue }
            signal(SIGCONT, worker)
        }
    }

    /// A zygote is killed every ten seconds, of each pool in turn.
    private func killZygotes() async {
        while await pause(.seconds(10)) {
            let pool = pools[done.zygotes % pools.count]
            if signal(SIGKILL, pool.statistics.zygote.map { ($0, pool) }) { counts.withLock { $0.zygotes += 1 } }
        }
    }

    private func randomWorker() -> (pid: Int32, pool: PythonPool)? {
        pools.flatMap { pool in pool.statistics.workers.map { ($0.pid, pool) } }.randomElement()
    }

    /// - Returns: whether the process was there; a number that is another process's by now is left alone.
    @discardableResult
    private func signal(_ signal: Int32, _ process: (pid: Int32, pool: PythonPool)?) -> Bool {
        guard let (pid, pool) = process, pid > 0, HostResources.isProcess(pid, of: pool.configuration.name) else {
            return false
        }
        return Glibc.kill(pid, signal) == 0
    }

    /// - Returns: false when the task has been cancelled.
    private func pause(_ time: Duration) async -> Bool { (try? await Task.sleep(for: time)) != nil }
}
