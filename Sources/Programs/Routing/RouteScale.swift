/// Gives points to the candidates for a call: a pure function of what is known when the call is made.
///
/// The scale is DSPex's: 50 to start with; up to ±30 for how the last calls went, 20 of them for the success rate and 10 for the time;
/// up to ±20 for the caller's requirements, in equal shares; ±10 for the task's character; and up to 20 less for a busy pool.
struct RouteScale {
    /// What each candidate begins with.
    static let start = 50.0

    private static let successWeight = 20.0
    private static let durationWeight = 10.0
    private static let requirementWeight = 20.0
    private static let complexityWeight = 10.0
    /// What Python loses for its detour when the task is none that needs it.
    private static let detourCost = 5.0
    private static let loadWeight = 20.0

    /// What the caller asks for.
    var requirements: RouteRequirements
    /// How much the call asks of the program.
    var complexity: TaskComplexity
    /// What a call is thought to take where no history tells.
    var expected: Duration

    /// Everything that speaks for one candidate or against it, the starting points first. What weighs nothing is left out.
    ///
    /// - Parameters:
    ///   - record: How its last calls went.
    ///   - rival: How those of the other candidate went; nil when there is no other.
    ///   - load: How much of the pool's capacity is taken; nil when it is not known, or there is no pool.
    func contributions(
        of implementation: Route.Implementation, capabilities: ProgramCapabilities, record: RouteRecord,
        rival: RouteRecord?, pool: String?, load: Double?
    ) -> [RouteContribution] {
        var all = [RouteContribution]()
        all.reserveCapacity(6)
        all.append(RouteContribution(.start, points: Self.start))
        addHistory(record, rival, to: &all)
        addRequirements(capabilities, record, to: &all)
        let character = characterPoints(implementation)
        if character != 0 { all.append(RouteContribution(.complexity(complexity), points: character)) }
        if let pool, let load, load > 0 {
            let share = min(load, 1)
            all.append(RouteContribution(.load(pool: pool, share), points: -Self.loadWeight * share))
        }
        return all
    }

    private func addHistory(_ record: RouteRecord, _ rival: RouteRecord?, to all: inout [RouteContribution]) {
        if let rate = record.successRate {
            all.append(
                RouteContribution(
                    .successRate(rate, of: record.count), points: Self.successWeight * (2 * rate - 1)))
        }
        if let own = record.meanDuration, let other = rival?.meanDuration, own != other {
            let share = (other - own) / max(own, other)
            all.append(RouteContribution(.duration(own: own, other: other), points: Self.durationWeight * share))
        }
    }

    private func addRequirements(
        _ capabilities: ProgramCapabilities, _ record: RouteRecord, to all: inout [RouteContribution]
    ) {
        let count = requirements.count
        guard count > 0 else { return }
        let share = Self.requirementWeight / Double(count)
        for (_, capability) in ProgramCapabilities.named where requirements.capabilities.contains(capability) {
            let isMet = capabilities.contains(capability)
            all.append(RouteContribution(.capability(capability, isMet: isMet), points: isMet ? share : -share))
        }
        if let limit = requirements.latency {
            let expected = record.meanDuration ?? self.expected
            all.append(
                RouteContribution(
                    .latency(expected: expected, limit: limit), points: expected <= limit ? share : -share))
        }
    }

    private func characterPoints(_ implementation: Route.Implementation) -> Double {
        switch (implementation, complexity) {
        case (.native, .low): Self.complexityWeight
        case (.native, _): 0
        case (.python, .high), (.python, .veryHigh): Self.complexityWeight
        case (.python, _): -Self.detourCost
        }
    }
}
