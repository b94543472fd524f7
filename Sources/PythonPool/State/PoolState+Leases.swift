/// Workers that somebody holds for themselves.
extension PoolState {
    /// Whether a lease has this worker still. One that is about to be reported as ended, or to be killed, takes no calls any more.
    func isLeased(_ generation: Int) -> Bool { workers[generation]?.phase == .leased }

    /// A lease is given back. While Python is still in calls, given up or not, they stay on the worker.
    mutating func released(_ generation: Int, now: UInt64) -> [Action] {
        guard let worker = workers[generation], worker.phase == .leased else { return [] }
        update(generation) { $0.phase = .serving }
        let actions = worker.retirement == nil ? [] : wantReplacement(generation, now: now)
        return actions + freed(generation, now: now)
    }

    /// A lease is given up together with its worker, which nobody is to have after this one; another takes its place.
    mutating func discarded(_ generation: Int) -> [Action] {
        guard workers[generation]?.phase == .leased else { return [] }
        return kill(generation, .retired)
    }
}
