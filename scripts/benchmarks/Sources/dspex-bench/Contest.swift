/// One way to do what a subject measures.
struct Contestant: Sendable {
    var name: String
    /// How many in each round, so many that no contestant takes much longer than the others.
    var batch: Int
    /// Does that many and tells how many nanoseconds each took, or all of them on average.
    var run: @Sendable (Int) async throws -> [UInt64]
}

/// Contestants who take turns, round by round.
enum Contest {
    /// - Parameters:
    ///   - settling: how many at the start of each batch are not counted: the caches are the previous contestant's.
    ///   - ratios: ours and peer.
    ///   - seconds: when no further round begins.
    static func run(
        _ contestants: [Contestant], rounds: Int, settling: Int = 0, ratios: [(String, String)], seconds: Int = 200,
        into report: inout Report
    ) async throws {
        for contestant in contestants { _ = try await contestant.run(contestant.batch) }
        var paired = PairedRounds()
        let end = ContinuousClock.now + .seconds(seconds)
        for round in 0..<rounds where ContinuousClock.now < end {
            // Another one begins in every round, so that nobody always follows the same neighbour.
            for place in contestants.indices {
                let contestant = contestants[(place + round) % contestants.count]
                let times = try await contestant.run(contestant.batch + settling)
                paired.append(Samples(times.dropFirst(settling).map { Double($0) / 1000 }), of: contestant.name)
            }
            if round % 10 == 9 { note("round \(round + 1) of \(rounds)") }
        }
        for contestant in contestants { report.add(contestant.name, "µs", paired.all(contestant.name)) }
        for (ours, peer) in ratios {
            // A peer that is measured for one thing alone is named after it: `array-1/pickle`.
            let name = peer.split(separator: "/").last ?? ""
            report.addRatio("\(ours)/\(name)", paired.ratio(ours, peer))
        }
    }
}
