/// What a pool has counted since it was made.
struct Tally: Sendable, Equatable {
    var forks = 0
    var deaths: [PythonPool.Statistics.DeathCause: Int] = [:]
    var recycles: [RecycleReason: Int] = [:]
    var retries = 0
    var quarantined = 0
    var rejected = 0
}
