/// The calls that wait for a worker: by priority, within a priority by turns of their callers, and for a caller in the order in which they
/// came. Every step costs the same however many wait.
struct CallQueue: Sendable, Equatable {
    /// The calls of one caller and priority.
    private struct Lane: Sendable, Equatable {
        /// Those that have been given up are still in it until they would be next.
        var tickets = FIFO<Ticket>()
        /// How many wait, without those that have been given up.
        var count = 0
    }

    /// The calls of one priority.
    private struct Level: Sendable, Equatable {
        /// By caller.
        var lanes: [String?: Lane] = [:]
        /// Whose turn it is, and then whose.
        var turns = FIFO<String?>()
        /// How many wait, without those that have been given up.
        var count = 0
        /// How many calls of higher priority have left the queue while these waited.
        var overtaken = 0
    }

    private struct Place: Sendable, Equatable {
        var level: Int
        var caller: String?
    }

    /// How many calls of one caller and priority wait.
    struct LaneLength: Sendable {
        fileprivate var level: Int
        fileprivate var caller: String?
        fileprivate var count: Int

        /// Whether a call of this lane is refused rather than one of the other, when no more may wait.
        func yields(to other: Self) -> Bool { level == other.level ? count > other.count : level < other.level }
    }

    /// So many calls of higher priority go before it is the turn of a lower one.
    static let mostOvertaken = 8

    private var levels = [Level](repeating: Level(), count: CallPriority.allCases.count)
    /// The calls that wait, and in which lane.
    private var known: [UInt64: Place] = [:]
    private var givenUp = 0

    var count: Int { known.count }
    var isEmpty: Bool { known.isEmpty }

    /// How many of those that wait go before a call that comes now, at most: all of higher priority, and of its own those of its caller, and
    /// of each other caller as many and one more.
    func ahead(of ticket: Ticket) -> Int {
        let level = levels[ticket.priority.rawValue]
        let own = level.lanes[ticket.caller]
        let ofCaller = own?.count ?? 0
        let others = level.lanes.count - (own == nil ? 0 : 1)
        return levels[(ticket.priority.rawValue + 1)...].reduce(0) { $0 + $1.count }
            + min(level.count, ofCaller + others * (ofCaller + 1))
    }

    /// What waits, in the order in which it would leave.
    var all: [Ticket] {
        var queue = self
        return queue.removeAll()
    }

    mutating func append(_ ticket: Ticket) { insert(ticket) { $0.append(ticket) } }

    /// Puts back a call that had left the queue: it is the next of its caller.
    mutating func prepend(_ ticket: Ticket) { insert(ticket) { $0.prepend(ticket) } }

    private mutating func insert(_ ticket: Ticket, _ into: (inout FIFO<Ticket>) -> Void) {
        let level = ticket.priority.rawValue
        known[ticket.id] = Place(level: level, caller: ticket.caller)
        if levels[level].lanes[ticket.caller] == nil {
            levels[level].lanes[ticket.caller] = Lane()
            levels[level].turns.append(ticket.caller)
        }
        into(&levels[level].lanes[ticket.caller]!.tickets)
        levels[level].lanes[ticket.caller]!.count += 1
        levels[level].count += 1
    }

    /// Takes out a call wherever it stands; false when it does not wait here.
    mutating func remove(_ id: UInt64) -> Bool {
        guard let place = known.removeValue(forKey: id) else { return false }
        levels[place.level].count -= 1
        levels[place.level].lanes[place.caller]?.count -= 1
        givenUp += 1
        if givenUp > 64, givenUp > count { sweep() }
        return true
    }

    /// Takes out all that fit, wherever they stand.
    mutating func removeAll(where fits: (Ticket) -> Bool) -> [Ticket] {
        let lanes = levels.flatMap(\.lanes.values)
        return lanes.flatMap(\.tickets.all).filter { fits($0) && remove($0.id) }
    }

    /// The lane of a call that comes now, with it.
    func lane(with ticket: Ticket) -> LaneLength {
        let level = ticket.priority.rawValue
        return LaneLength(
            level: level, caller: ticket.caller, count: 1 + (levels[level].lanes[ticket.caller]?.count ?? 0))
    }

    /// The longest lane of the lowest priority.
    var longest: LaneLength? {
        guard let level = levels.firstIndex(where: { $0.count > 0 }),
            let (caller, lane) = levels[level].lanes.max(by: { $0.value.count < $1.value.count })
        else { return nil }
        return LaneLength(level: level, caller: caller, count: lane.count)
    }

    /// The call that came last of this lane.
    mutating func newest(of lane: LaneLength) -> UInt64? {
        while let ticket = levels[lane.level].lanes[lane.caller]?.tickets.last {
            if known[ticket.id] != nil { return ticket.id }
            levels[lane.level].lanes[lane.caller]?.tickets.popLast()
            givenUp -= 1
        }
        return nil
    }

    /// The call that is next.
    mutating func first() -> Ticket? {
        guard let level = nextLevel() else { return nil }
        while let caller = levels[level].turns.first {
            while let ticket = levels[level].lanes[caller]?.tickets.first {
                if known[ticket.id] != nil { return ticket }
                levels[level].lanes[caller]?.tickets.popFirst()
                givenUp -= 1
            }
            levels[level].lanes[caller] = nil
            levels[level].turns.popFirst()
        }
        return nil
    }

    /// Takes the call that is next, after which it is the turn of another caller.
    @discardableResult
    mutating func popFirst() -> Ticket? {
        guard let ticket = first() else { return nil }
        let level = ticket.priority.rawValue
        known[ticket.id] = nil
        levels[level].lanes[ticket.caller]?.tickets.popFirst()
        levels[level].lanes[ticket.caller]?.count -= 1
        levels[level].turns.popFirst()
        if levels[level].lanes[ticket.caller]?.tickets.isEmpty == true {
            levels[level].lanes[ticket.caller] = nil
        } else {
            levels[level].turns.append(ticket.caller)
        }
        levels[level].count -= 1
        levels[level].overtaken = 0
        for lower in 0..<level where levels[lower].count > 0 { levels[lower].overtaken += 1 }
        return ticket
    }

    /// Takes out everything, in the order in which it would have left.
    mutating func removeAll() -> [Ticket] {
        var tickets: [Ticket] = []
        while let ticket = popFirst() { tickets.append(ticket) }
        return tickets
    }

    private func nextLevel() -> Int? {
        var highest: Int?
        for level in levels.indices.reversed() where levels[level].count > 0 {
            if levels[level].overtaken >= Self.mostOvertaken { return level }
            highest = highest ?? level
        }
        return highest
    }

    /// Drops what has been given up.
    private mutating func sweep() {
        for level in levels.indices {
            for caller in Array(levels[level].lanes.keys) {
                levels[level].lanes[caller]?.tickets.removeAll { known[$0.id] == nil }
            }
            let lanes = levels[level].lanes
            levels[level].turns.removeAll { lanes[$0]?.count == 0 }
            levels[level].lanes = lanes.filter { $0.value.count > 0 }
        }
        givenUp = 0
    }
}
