/// How many lines of a log may pass: a bucket that holds two seconds' worth and is filled as time goes by. What finds it empty is counted.
package struct LineBudget: Sendable, Equatable {
    /// Lines in a second, over a long time.
    package let rate: Int
    private var left: Double
    private var filledAt: UInt64
    /// Lines that did not pass since ``takeDropped()`` was last called.
    package private(set) var dropped: UInt64 = 0

    /// Starts with a full bucket.
    ///
    /// - Parameters:
    ///   - rate: lines in a second; none pass with 0.
    ///   - now: the monotonic clock, in ns.
    package init(rate: Int, now: UInt64) {
        self.rate = max(0, rate)
        left = Double(self.rate) * 2
        filledAt = now
    }

    /// Whether one more line passes.
    package mutating func spend(now: UInt64) -> Bool {
        if now > filledAt {
            left = min(Double(rate) * 2, left + Double(now - filledAt) * Double(rate) / 1e9)
            filledAt = now
        }
        guard left >= 1 else {
            drop()
            return false
        }
        left -= 1
        return true
    }

    /// A line did not pass for another reason.
    package mutating func drop(_ lines: UInt64 = 1) { dropped &+= lines }

    /// What did not pass last was no line.
    package mutating func recover() { dropped &-= 1 }

    /// The number of lines that did not pass since this was last asked.
    package mutating func takeDropped() -> UInt64 {
        defer { dropped = 0 }
        return dropped
    }
}
