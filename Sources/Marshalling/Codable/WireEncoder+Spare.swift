import Synchronization

/// The memory that is lent to whoever encodes next: pages that were used before cost less than fresh ones, which the kernel has to clear.
private let spare = Mutex(WireEncoder(capacity: 64))

extension WireEncoder {
    /// Encodes into memory that is used again and again, of at most a megabyte.
    ///
    /// - Parameter body: writes, and takes out what it needs.
    /// - Throws: what `body` throws.
    public static func reusing<Result, Failure: Error>(
        _ body: (inout WireEncoder) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        var encoder = WireEncoder(capacity: 64)
        spare.withLock { swap(&$0, &encoder) }
        defer {
            encoder.reset()
            // Of two that encode at once, the larger memory stays.
            spare.withLock { if $0.capacity < encoder.capacity { swap(&$0, &encoder) } }
        }
        return try body(&encoder)
    }
}

// Sound: an encoder is the one owner of its memory and cannot be copied.
extension WireEncoder: @unchecked Sendable {}
