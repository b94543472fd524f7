/// Sources change, and a zygote that has read them takes over.
extension PoolState {
    /// A file that the zygote has read, or may have, is not what it was.
    mutating func sourcesChanged(now: UInt64) {
        // A zygote that is started later reads them as they are then.
        guard zygote == .running || zygote == .starting else { return }
        changes.add(now: now)
        awaitReload()
    }

    /// When another zygote is to be started for what has changed.
    ///
    /// One that is starting is waited for, although it may have read the old sources: else changes that go on would let none succeed.
    var reloadDue: UInt64? { zygote == .running && successor == nil && !isDraining ? changes.due : nil }

    /// Whether this zygote is to take over because sources have changed.
    func isReloading(_ epoch: Int) -> Bool { successor == epoch && succession == .sources }

    mutating func awaitReload() { if let due = reloadDue { setAlarm(due) } }

    mutating func reload(now: UInt64) -> [Action] {
        guard let due = reloadDue, due <= now else { return [] }
        return startSuccessor(.sources)
    }
}
