extension PoolState {
    /// One worker, from the order to fork it to the report of its end.
    struct Worker: Sendable, Equatable {
        enum Phase: Sendable, Equatable {
            case forking
            case starting
            /// Its start hooks run.
            case preparing
            case serving
            /// Somebody holds a lease on it: calls reach it by that alone.
            case leased
            /// Its stop hooks run.
            case stopping
            /// It is being killed: whatever it still says, no call reaches it any more.
            case ending
        }

        enum Role: Sendable, Equatable {
            /// It is one of those that the pool is to have.
            case regular(seat: Int)
            /// It replaces the worker of a seat as soon as it is ready.
            case heir(seat: Int)
            /// It serves this one call, which may kill it, and is ended afterwards. Nil when the call has been given up meanwhile.
            case trial(call: UInt64?)
            /// It has survived its trial, and stays for the objects that Swift holds of it.
            case survivor
        }

        /// A call that nobody waits for any more and that has not come back.
        struct GivenUp: Sendable, Equatable {
            let call: UInt64
            let graceEnds: UInt64
        }

        var role: Role
        /// The zygote it was forked from.
        let epoch: Int
        let forkedAt: UInt64
        var phase = Phase.forking
        var pid: Int32 = 0
        var readyAt: UInt64?
        /// The calls that it serves now.
        var calls: [UInt64] = []
        var givenUp: [GivenUp] = []
        /// Set while it takes no calls because it is killed at this time at the latest, for a call that does not come back.
        var drainedBy: UInt64?
        /// When its stop hooks must have run.
        var stoppedBy: UInt64?
        /// Why it is to be replaced.
        var retirement: RecycleReason?
        /// It takes no calls of the pool's any more, and goes when it has none.
        var isLeaving = false
        /// Swift holds references to objects of its: it stays for those, unless somebody asked for its end.
        var isPinned = false
        /// The lease that gets it when its calls have ended.
        var reservedFor: Ticket?
        /// Calls that want this worker and no other.
        var waiting = CallQueue()
        var served: UInt64 = 0
        var killed: KillReason?
        /// What its start hook said when it failed.
        var problem: String?
        /// Why it refused to start, where it left word of that.
        var refusal: PythonPoolError?
        var privateBytes: UInt64?
        /// Its place in the rota; nil when it is not in it.
        var place: Int?

        init(role: Role, epoch: Int, forkedAt: UInt64) {
            self.role = role
            self.epoch = epoch
            self.forkedAt = forkedAt
        }

        /// Whether the pool's calls may go to it, if it has room.
        var takesCalls: Bool {
            phase == .serving && drainedBy == nil && !isLeaving && reservedFor == nil && !isTrial
        }

        var isTrial: Bool { if case .trial = role { true } else { false } }

        /// Whether it stays although it is to be replaced, for the objects in it.
        var isSpared: Bool { isPinned && (retirement?.sparesReferences ?? (role == .survivor)) }

        /// Whether it may have served its last call, and would stay for objects of its.
        var goesUnlessPinned: Bool {
            phase == .serving && (isTrial || isLeaving && retirement?.sparesReferences != false)
        }

        /// Whether it is not even replaced as long as it stays for them.
        var keepsSeat: Bool { isPinned && retirement?.waitsForReferences == true }

        /// Whether it serves calls, or may come to, or ends a hold of starts when it is ready.
        var givesHope: Bool {
            switch phase {
            case .forking, .starting, .preparing: true
            case .serving, .leased: !isTrial && !isLeaving
            case .stopping, .ending: false
            }
        }

        /// Whether nobody waits for any of its calls.
        var isForsaken: Bool { calls.allSatisfy { call in givenUp.contains { $0.call == call } } }

        /// Whether it counts when the pool looks how many workers it needs.
        var countsAsBusy: Bool { !calls.isEmpty && phase == .serving || phase == .leased }
    }
}

/// Steps of every call. They change a worker where it lies, as a copy of it would cost more than they do.
extension PoolState.Worker {
    /// Takes a call on; true when that makes the worker a busy one.
    mutating func begin(_ call: UInt64) -> Bool {
        calls.append(call)
        return calls.count == 1 && phase == .serving
    }

    /// Ends a call; nil when it is not here. Says whether that makes the worker an idle one, and whether the pool has more to do with it
    /// than to give it the next call.
    mutating func finish(_ call: UInt64, _ rules: PoolState.Rules) -> (isIdleNow: Bool, needsAttention: Bool)? {
        guard let position = calls.lastIndex(of: call) else { return nil }
        calls.remove(at: position)
        served += 1
        if !givenUp.isEmpty { comesBack(call) }
        let isPlain =
            phase == .serving && !isTrial && !isLeaving && reservedFor == nil && waiting.isEmpty
            && drainedBy == nil
        return (calls.isEmpty && phase == .serving, !isPlain || rules.maximumCalls.map { served >= $0 } ?? false)
    }

    /// A call has come back that may have been given up. It serves on when all that were have.
    mutating func comesBack(_ call: UInt64) {
        givenUp.removeAll { $0.call == call }
        if givenUp.isEmpty, phase != .ending { drainedBy = nil }
    }

    /// Gives up its place in the rota, if it has one.
    mutating func leavePlace(ifServing call: UInt64?) -> (place: Int, load: Int)? {
        guard let place = self.place else { return nil }
        if let call, !calls.contains(call) { return nil }
        self.place = nil
        return (place, calls.count)
    }

    /// How many calls it serves, when it is to be put into the rota.
    mutating func loadWithRoom(_ slots: Int) -> Int? {
        calls.count < slots && place == nil && takesCalls ? calls.count : nil
    }

    /// Whether it can take a call that wants it and no other.
    func accepts(_ ticket: Ticket, _ slots: Int) -> Bool {
        guard calls.count < slots, drainedBy == nil, !isTrial else { return false }
        switch phase {
        case .leased: return ticket.isOnLease
        case .serving: return reservedFor == nil
        case .forking, .starting, .preparing, .stopping, .ending: return false
        }
    }

    /// Takes the next of the calls that want it, if it has room and no other call is to go first.
    mutating func takeWaiting(_ slots: Int, ifBefore other: Ticket?) -> Ticket? {
        guard let first = waiting.first(), calls.count < slots else { return nil }
        if accepts(first, slots) {
            if takesCalls, let other, !first.precedes(other) { return nil }
            return waiting.popFirst()
        }
        // While it is leased, calls of others stand aside.
        guard phase == .leased, let ticket = waiting.all.first(where: { accepts($0, slots) }) else { return nil }
        _ = waiting.remove(ticket.id)
        return ticket
    }
}
