/// Which of the workers with room takes a call.
extension PoolState {
    mutating func choose(affinity: UInt64?) -> Int? {
        switch rules.strategy.kind {
        case .leastOutstanding: return rota.leastLoaded
        case .roundRobin: return nextInTurn()
        case .hash(let bound): return affinity.map { favourite(of: $0, bound: bound) } ?? rota.leastLoaded
        }
    }

    /// The worker after the one that served last.
    private mutating func nextInTurn() -> Int? {
        for step in 1...max(1, seats.count) {
            let seat = (lastSeat + step) % seats.count
            guard let generation = seats[seat], workers[generation]?.place != nil else { continue }
            lastSeat = seat
            return generation
        }
        return nil
    }

    /// The first worker in the affinity's own order of seats whose load is within the bound; if none is, the one with the least.
    private mutating func favourite(of affinity: UInt64, bound: Double) -> Int? {
        let share = Double(inFlight + 1) / Double(max(1, seats.count)) * max(1, bound)
        var best: (generation: Int, weight: UInt64)?
        for (seat, generation) in seats.enumerated() {
            guard let generation, let worker = workers[generation], worker.place != nil,
                Double(worker.calls.count) < share.rounded(.up)
            else { continue }
            let weight = Self.mixed(affinity ^ Self.mixed(UInt64(seat)))
            if best.map({ weight > $0.weight }) ?? true { best = (generation, weight) }
        }
        return best?.generation ?? rota.leastLoaded
    }

    /// Spreads the bits of a number evenly (SplitMix64).
    private static func mixed(_ number: UInt64) -> UInt64 {
        var mixed = number &+ 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
