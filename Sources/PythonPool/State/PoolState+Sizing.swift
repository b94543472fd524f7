/// The pool grows when calls wait, and shrinks when workers have not been needed for long.
extension PoolState {
    /// So long calls wait before a worker is added: about what forking one costs.
    static let growAfter: UInt64 = 10_000_000

    /// Adds a worker for each that the calls which still wait would fill, as far as none is on its way already.
    mutating func grow(now: UInt64) -> [Action] {
        guard let growAt, growAt <= now else { return [] }
        self.growAt = nil
        guard !queue.isEmpty, seats.count < rules.size else { return [] }
        let onTheirWay = vacant + workers.values.count { $0.isStarting && !$0.isTrial }
        let needed = (queue.count + rules.slots - 1) / rules.slots - onTheirWay
        open(min(max(0, needed), rules.size - seats.count))
        if shrinkAt == nil { shrinkAt = now &+ rules.idleTime }
        if seats.count < rules.size { self.growAt = now &+ Self.growAfter }
        return revive(now: now)
    }

    private mutating func open(_ count: Int) {
        seats += Array(repeating: nil, count: count)
        vacant += count
    }

    /// Ends the workers beyond the most that were busy at once since the last look.
    mutating func shrink(now: UInt64) -> [Action] {
        guard let shrinkAt, shrinkAt <= now else { return [] }
        let needed = max(rules.minimumSize, peakBusy, queue.isEmpty ? 0 : seats.count)
        peakBusy = busy
        var actions: [Action] = []
        while seats.count > needed { actions += closeLastSeat(now: now) }
        self.shrinkAt = seats.count > rules.minimumSize ? now &+ rules.idleTime : nil
        return actions
    }

    private mutating func closeLastSeat(now: UInt64) -> [Action] {
        let seat = seats.count - 1
        let heir = heirs.removeValue(forKey: seat)
        guard let generation = seats.removeLast() else {
            vacant -= 1
            return []
        }
        workers[generation]?.retirement = .idle
        let actions = heir.map { kill($0, .retired) } ?? []
        return actions
            + (workers[generation]?.readyAt == nil ? kill(generation, .retired) : leave(generation, now: now))
    }
}
