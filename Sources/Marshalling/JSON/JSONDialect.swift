/// Which JSON is read or written.
enum JSONDialect {
    /// RFC 8259 and nothing beyond it.
    case standard

    /// What Python's `json` reads and writes: `NaN`, `Infinity` and `-Infinity` too, numbers too large for a `Double` as infinite,
    /// escapes of lone surrogates; and Python's own spelling of what is written.
    case python

    /// What Python's `orjson` writes: RFC 8259, integers of 64 bits at most, and its own spelling of floats; what is not finite is `null`.
    case orjson
}
