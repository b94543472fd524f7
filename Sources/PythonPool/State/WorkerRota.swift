/// The workers that have room for a call, by how many they serve; each step costs the same however many there are.
struct WorkerRota: Sendable, Equatable {
    /// At `n` the generations that serve `n` calls, the one that was put there last at the end.
    private var levels: [[Int]]
    /// No worker serves fewer.
    private var lowest = 0

    init(slots: Int) { levels = Array(repeating: [], count: slots) }

    static func == (left: WorkerRota, right: WorkerRota) -> Bool { left.levels == right.levels }

    /// The worker with the fewest calls, among equals the one that worked last.
    var leastLoaded: Int? {
        mutating get {
            while lowest < levels.count {
                if let generation = levels[lowest].last { return generation }
                lowest += 1
            }
            return nil
        }
    }

    /// A worker without any call.
    var idle: Int? { levels[0].last }

    /// Takes in a worker that serves so many calls.
    ///
    /// - Returns: its place there, which the worker keeps for ``remove(place:load:)``.
    mutating func insert(_ generation: Int, load: Int) -> Int {
        levels[load].append(generation)
        lowest = min(lowest, load)
        return levels[load].count - 1
    }

    /// Takes out the worker at a place.
    ///
    /// - Returns: the generation that has moved there, if one has.
    mutating func remove(place: Int, load: Int) -> Int? {
        let last = levels[load].removeLast()
        guard place < levels[load].count else { return nil }
        levels[load][place] = last
        return last
    }
}
