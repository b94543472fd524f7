/// Samples by contestant and round. Everybody is measured in every round, so what the machine does meanwhile hits all of them.
struct PairedRounds: Sendable {
    /// Contestant → one batch of samples for each round.
    private(set) var batches: [String: [Samples]] = [:]
    /// The contestants in the order of their first batch.
    private(set) var names: [String] = []

    mutating func append(_ samples: Samples, of name: String) {
        if batches[name] == nil { names.append(name) }
        batches[name, default: []].append(samples)
    }

    /// All rounds of one contestant together.
    func all(_ name: String) -> Samples { Samples((batches[name] ?? []).flatMap(\.values)) }

    /// Ours ÷ peer: the p50 of each round is divided by the peer's of the same round, and the median of these quotients is given, so
    /// that neither a slow stretch of the machine nor one odd round decides.
    func ratio(_ ours: String, _ peer: String) -> Double? {
        guard let left = batches[ours], let right = batches[peer], !left.isEmpty, !right.isEmpty else { return nil }
        return Samples.median(zip(left, right).map { $0.p50 / $1.p50 })
    }
}
