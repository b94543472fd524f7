extension Duration {
    /// Milliseconds, rounded up so that a sleep of this length never ends early; zero for what is past.
    var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let millisecond: Int64 = 1_000_000_000_000_000
        let rest = attoseconds / millisecond + (attoseconds % millisecond > 0 ? 1 : 0)
        return Int(clamping: min(seconds, 1 << 40) * 1000 + rest)
    }
}
