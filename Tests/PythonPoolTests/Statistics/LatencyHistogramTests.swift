import Testing

@testable import PythonPool

@Suite struct LatencyHistogramTests {
    @Test func `Every time is known within two in a hundred`() {
        var time: UInt64 = 1
        while time < 1 << 41 {
            var histogram = LatencyHistogram()
            histogram.record(time)
            histogram.record(.max >> 1)
            let found = Double(histogram.quantiles(perMille: [500])[0])
            #expect(abs(found - Double(time)) <= Double(time) * 0.02, "\(time) is told as \(found)")
            time = time &* 3 / 2 &+ 1
        }
    }

    @Test func `Percentiles are those of what was recorded`() {
        var histogram = LatencyHistogram()
        for time in 1...100_000 as ClosedRange<UInt64> { histogram.record(time) }
        let found = histogram.quantiles(perMille: [0, 500, 900, 990, 999, 1000])
        for (value, expected) in zip(found, [1, 50_000, 90_000, 99_000, 99_900, 100_000] as [Double]) {
            #expect(abs(Double(value) - expected) <= expected * 0.02)
        }
        let summary = histogram.summary
        #expect(summary.count == 100_000 && summary.maximum == .nanoseconds(100_000))
        #expect(summary.mean == .nanoseconds(50_000))
    }

    @Test func `Nothing and the largest number are times too`() {
        var histogram = LatencyHistogram()
        #expect(histogram.summary.p99 == .zero && histogram.summary.count == 0)
        histogram.record(0)
        histogram.record(.max)
        #expect(histogram.summary.p50 == .zero)
        #expect(histogram.summary.maximum == .nanoseconds(Int64.max))
    }
}
