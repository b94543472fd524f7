import CLinux
import Synchronization

/// When the host was done with the steps of a call that others do for who calls: the sending thread, the reader of the channel.
final class CallClock: Sendable {
    private let sent = Atomic<UInt64>(0)
    private let read = Atomic<UInt64>(0)

    func markSent() { sent.store(clinux_monotonic_ns(), ordering: .releasing) }
    func markRead() { read.store(clinux_monotonic_ns(), ordering: .releasing) }

    var sentAt: UInt64 { sent.load(ordering: .acquiring) }
    var readAt: UInt64 { read.load(ordering: .acquiring) }
}
