import Programs
import Testing

@Suite struct RouteTrackerTests {
    private let tracker = RouteTracker()

    private func record(_ times: some Sequence<Int>, succeeded: Bool = true) {
        for time in times {
            tracker.record(RouteOutcome(.predict, .python, duration: .milliseconds(time), succeeded: succeeded))
        }
    }

    private var found: RouteRecord { tracker.record(of: .predict, by: .python) }

    @Test func `what never ran has no record`() {
        #expect(found.count == 0)
        #expect(found.successes == 0)
        #expect(found.successRate == nil)
        #expect(found.meanDuration == nil)
        #expect(tracker.percentile95(of: .predict, by: .python) == nil)
    }

    @Test func `figures need five outcomes`() {
        record(1...4)
        #expect(found.count == 4)
        #expect(found.successRate == nil)
        #expect(found.meanDuration == nil)
        #expect(tracker.percentile95(of: .predict, by: .python) == nil)
        record(5...5)
        #expect(found.successRate == 1)
        #expect(found.meanDuration == .milliseconds(3))
        #expect(tracker.percentile95(of: .predict, by: .python) == .milliseconds(5))
    }

    @Test func `failures count in the rate, and not in the times`() {
        record(1...5)
        record([10_000, 20_000, 30_000], succeeded: false)
        #expect(found.count == 8)
        #expect(found.successes == 5)
        #expect(found.successRate == 0.625)
        #expect(found.meanDuration == .milliseconds(3))
        #expect(tracker.percentile95(of: .predict, by: .python) == .milliseconds(5))
    }

    @Test func `only the last hundred are remembered`() {
        record(repeatElement(9_000, count: 70), succeeded: false)
        record(1...100)
        #expect(found.count == 100)
        #expect(found.successRate == 1)
        #expect(found.meanDuration == .microseconds(50_500))
        #expect(tracker.percentile95(of: .predict, by: .python) == .milliseconds(95))
        record(1...30, succeeded: false)
        #expect(found.successes == 70)
        #expect(found.meanDuration == .microseconds(65_500))
        #expect(tracker.percentile95(of: .predict, by: .python) == .milliseconds(97))
    }

    @Test func `sides and programs are kept apart`() {
        record(1...10)
        #expect(tracker.record(of: .predict, by: .native).count == 0)
        #expect(tracker.record(of: .chainOfThought, by: .python).count == 0)
    }

    @Test func `the sums agree with a plain count of the last hundred`() {
        var generator = SeededGenerator(5)
        var all: [RouteOutcome] = []
        for _ in 0..<1_000 {
            let outcome = RouteOutcome(
                .predict, .python, duration: .nanoseconds(Int64.random(in: 0...9_000_000_000, using: &generator)),
                succeeded: .random(using: &generator))
            tracker.record(outcome)
            all.append(outcome)
            let last = all.suffix(100)
            let times = last.filter(\.succeeded).map(\.duration).sorted()
            #expect(found.count == last.count)
            #expect(found.successes == times.count)
            guard times.count >= 5, let mean = found.meanDuration else { continue }
            let expected = times.reduce(.zero, +) / times.count
            #expect(abs((mean - expected) / .nanoseconds(1)) <= 1)
            let rank = Int((Double(times.count) * 0.95).rounded(.up))
            #expect(tracker.percentile95(of: .predict, by: .python) == times[rank - 1])
        }
    }

    @Test func `absurd times do not overflow the sums`() {
        for duration in [Duration.seconds(Int64.max), .seconds(-1), .zero, .seconds(1_000_000)] {
            for _ in 0..<150 { tracker.record(RouteOutcome(.predict, .python, duration: duration)) }
            #expect(found.count == 100)
            #expect(found.meanDuration.map { $0 >= .zero && $0 <= .seconds(1_000_000) } == true)
        }
    }

    @Test func `many may record and ask at the same time`() async {
        let tracker = self.tracker
        await withTaskGroup { group in
            for task in 0..<16 {
                group.addTask {
                    let kind = ProgramKind("P\(task % 4)")
                    for index in 0..<500 {
                        tracker.record(
                            RouteOutcome(
                                kind, task < 8 ? .native : .python, duration: .milliseconds(10),
                                succeeded: index % 2 == 0))
                        let record = tracker.record(of: kind, by: .native)
                        #expect(record.successes <= record.count && record.count <= 100)
                        if index % 50 == 0 { _ = tracker.percentile95(of: kind, by: .python) }
                    }
                }
            }
        }
        for index in 0..<4 {
            for side in Route.Implementation.allCases {
                let record = tracker.record(of: ProgramKind("P\(index)"), by: side)
                #expect(record.count == 100)
                // Two tasks alternate, so that the last hundred are half and half, however they were interleaved, but for the ends.
                #expect((49...51).contains(record.successes))
                #expect(record.meanDuration == .milliseconds(10))
            }
        }
    }
}
