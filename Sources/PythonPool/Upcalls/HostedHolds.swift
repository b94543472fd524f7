/// Who holds the closures and sequences that Python has been given: the decisions, as a value.
///
/// One is free when nobody here and no worker holds it. A call that carries one holds it on the host's side; by the time the call ends
/// the worker has said what it keeps.
struct HostedHolds: Sendable {
    private struct Entry {
        var isHeldHere = true
        /// Objects made of it, by the worker's generation.
        var objects: [Int: Int] = [:]

        var isFree: Bool { !isHeldHere && objects.isEmpty }
    }

    private var entries: [UInt64: Entry] = [:]
    private var next: UInt64 = 1

    /// How many there are.
    var count: Int { entries.count }

    /// One more, held here.
    mutating func add() -> UInt64 {
        defer { next += 1 }
        entries[next] = Entry()
        return next
    }

    /// Nobody here holds it any more; whether it is free.
    mutating func released(_ id: UInt64) -> Bool {
        entries[id]?.isHeldHere = false
        return free(id)
    }

    /// A worker has made an object of it. What is not there (any more) cannot be held.
    mutating func hold(_ id: UInt64, by generation: Int) { entries[id]?.objects[generation, default: 0] += 1 }

    /// A worker has dropped an object; whether it is free. One that was never held is not dropped.
    mutating func drop(_ id: UInt64, by generation: Int) -> Bool {
        guard let held = entries[id]?.objects[generation] else { return false }
        entries[id]?.objects[generation] = held > 1 ? held - 1 : nil
        return free(id)
    }

    /// A worker has ended: what is free now.
    mutating func ended(_ generation: Int) -> [UInt64] {
        let held = entries.filter { $0.value.objects[generation] != nil }.map(\.key)
        return held.filter { id in
            entries[id]?.objects[generation] = nil
            return free(id)
        }
    }

    private mutating func free(_ id: UInt64) -> Bool {
        guard entries[id]?.isFree == true else { return false }
        entries[id] = nil
        return true
    }
}
