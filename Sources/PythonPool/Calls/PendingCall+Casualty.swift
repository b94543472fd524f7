import Synchronization

extension PendingCall {
    /// What the pool's state must know when the call's worker has died.
    var casualty: Casualty {
        var ticket = ticket
        ticket.retries = retries.load(ordering: .relaxed)
        return Casualty(
            ticket: ticket, target: target, isRepeatable: isRepeatable, fingerprint: isRepeatable ? fingerprint : 0)
    }

    /// The same for calls of this process with the same target and arguments, which are all in the payload.
    var fingerprint: UInt64 {
        var hasher = Hasher()
        hasher.combine(payload.standalone)
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }
}
