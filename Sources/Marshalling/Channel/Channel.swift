import CLinux
import Synchronization

/// One end of the pair of rings between a host and a worker.
///
/// Any thread may send. One thread at a time reads: either the one that always stands by (the host's reactor, the worker's
/// watcher), or one that waits for its own answer and so saves a thread switch. Each has a doorbell of its own; the peer rings the one
/// that the sleeper asked for, and none while somebody is awake.
package final class Channel: Sendable {
    package enum Side: Int { case host = 0, worker = 1 }

    /// The descriptors of a channel, in the order in which they are passed to a worker.
    package struct Descriptors: Sendable {
        package var memory: Int32
        /// The socket of this side that passes large buffers.
        package var socket: Int32
        /// Wakes this side's stand-by reader.
        package var standby: Int32
        /// Wakes this side's direct reader.
        package var direct: Int32
        /// Wakes the peer's stand-by reader.
        package var peerStandby: Int32
        /// Wakes the peer's direct reader.
        package var peerDirect: Int32

        package init(memory: Int32, socket: Int32, standby: Int32, direct: Int32, peerStandby: Int32, peerDirect: Int32)
        {
            self.memory = memory
            self.socket = socket
            self.standby = standby
            self.direct = direct
            self.peerStandby = peerStandby
            self.peerDirect = peerDirect
        }

        var all: [Int32] { [memory, socket, standby, direct, peerStandby, peerDirect] }
    }

    private typealias Waiting = (kind: UInt8, flags: UInt8, id: UInt64, aux: UInt64, payload: [UInt8])

    private struct Sending: ~Copyable, Sendable {
        var ring: RingProducer
        var buffers: OutgoingBuffers
        var backlog: [Waiting] = []
        /// Frames at the start of the backlog that have been written already.
        var written = 0

        var hasBacklog: Bool { written < backlog.count }

        /// Drops what has been written, once it is half of the backlog: each frame is moved once at most on average.
        mutating func compact() {
            guard written * 2 >= backlog.count else { return }
            backlog.removeFirst(written)
            written = 0
        }
    }

    private struct Receiving: ~Copyable, Sendable {
        var ring: RingConsumer
        var buffers: IncomingBuffers
        var spin: AdaptiveSpin
    }

    /// Who rings which bell, as it stands in the shared `sleeper` field.
    private enum Bell: UInt32 { case none = 0, standby = 1, direct = 2 }

    private static let large: UInt8 = 1
    private let memory: SharedMemory
    private let outgoing: RingControl
    private let incoming: RingControl
    package let descriptors: Descriptors
    private let sending: Mutex<Sending>
    private let receiving: Mutex<Receiving>
    /// Whether some thread is the reader now.
    private let reading = Atomic(false)

    /// Takes over the descriptors; they are closed with the channel.
    ///
    /// - Parameter spin: how long a reader of this side looks for a frame before it sleeps, in ns; nil for ``AdaptiveSpin``'s own judgement.
    package init(_ memory: consuming SharedMemory, side: Side, descriptors: Descriptors, spin: UInt64? = nil) {
        outgoing = unsafe RingControl(block: memory.base, direction: side.rawValue)
        incoming = unsafe RingControl(block: memory.base, direction: 1 - side.rawValue)
        sending = Mutex(
            Sending(ring: RingProducer(outgoing), buffers: OutgoingBuffers(socket: descriptors.socket)))
        receiving = Mutex(
            Receiving(
                ring: RingConsumer(incoming), buffers: IncomingBuffers(socket: descriptors.socket),
                spin: AdaptiveSpin(fixed: spin)))
        self.memory = memory
        self.descriptors = descriptors
        unsafe clinux_store_u32(incoming.sleeper, Bell.standby.rawValue)
    }

    deinit {
        // The memory closes its own descriptor.
        for descriptor in descriptors.all.dropFirst() { _ = clinux_close(descriptor) }
    }

    // MARK: Sending

    /// Sends a frame and never blocks: what finds no room waits in a backlog until the peer has read.
    ///
    /// - Throws: ``ChannelError`` when the peer broke the ring or memory for a large payload cannot be had.
    package func send(
        _ kind: Frame.Kind, id: UInt64, aux: UInt64 = 0, payload: UnsafeRawBufferPointer
    ) throws(ChannelError) {
        try sending.withLock { (state) throws(ChannelError) in
            var note: [UInt8]?
            if payload.count > RingLayout.inlineLimit { note = unsafe try state.buffers.store(payload) }
            let flags = note == nil ? 0 : Self.large
            if !state.hasBacklog {
                let written: Bool
                if let note {
                    written = unsafe try note.withUnsafeBufferPointer { (bytes) throws(ChannelError) in
                        unsafe try state.ring.write(
                            kind: kind.rawValue, flags: flags, id: id, aux: aux, payload: UnsafeRawBufferPointer(bytes))
                    }
                } else {
                    written = unsafe try state.ring.write(
                        kind: kind.rawValue, flags: flags, id: id, aux: aux, payload: payload)
                }
                if written { return }
            }
            state.backlog.append((kind.rawValue, flags, id, aux, unsafe note ?? [UInt8](payload)))
            try flush(&state)
        }
        wakePeer()
    }

    /// Sends a frame whose payload is at hand as bytes.
    package func send(_ frame: Frame) throws(ChannelError) {
        try unsafe frame.payload.withUnsafeBufferPointer { (bytes) throws(ChannelError) in
            unsafe try send(frame.kind, id: frame.id, aux: frame.aux, payload: UnsafeRawBufferPointer(bytes))
        }
    }

    /// Frames that wait for room.
    package var backlog: Int { sending.withLock { $0.backlog.count - $0.written } }

    /// Writes what waits for room. The stand-by reader calls it each time it wakes.
    package func flushBacklog() throws(ChannelError) {
        let moved = try sending.withLock { (state) throws(ChannelError) -> Bool in
            if !state.hasBacklog { return false }
            try flush(&state)
            return true
        }
        if moved { wakePeer() }
    }

    private func flush(_ state: inout Sending) throws(ChannelError) {
        defer { state.compact() }
        while state.hasBacklog {
            let frame = state.backlog[state.written]
            if try !write(frame, to: &state.ring) {
                unsafe clinux_store_u32(outgoing.wantsRoom, 1)
                // The peer may have read everything before it could see the wish, and would never ring for it.
                guard try write(frame, to: &state.ring) else { return }
            }
            state.written += 1
        }
    }

    private func write(_ frame: Waiting, to ring: inout RingProducer) throws(ChannelError) -> Bool {
        unsafe try frame.payload.withUnsafeBufferPointer { (bytes) throws(ChannelError) in
            unsafe try ring.write(
                kind: frame.kind, flags: frame.flags, id: frame.id, aux: frame.aux,
                payload: UnsafeRawBufferPointer(bytes))
        }
    }

    private func wakePeer() {
        // Cheap look first: while the peer is awake nobody writes the field, and its cache line stays shared.
        guard unsafe clinux_load_u32(outgoing.sleeper) != 0 else { return }
        switch Bell(rawValue: unsafe clinux_exchange_u32(outgoing.sleeper, 0)) {
        case .standby: _ = clinux_ring(descriptors.peerStandby)
        case .direct: _ = clinux_ring(descriptors.peerDirect)
        case .some(.none), nil: break
        }
    }

    // MARK: Receiving

    /// Becomes the reader, if nobody is. Every success is paired with ``resignReader()``.
    package func becomeReader() -> Bool {
        guard reading.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged else {
            return false
        }
        unsafe clinux_store_u32(incoming.sleeper, Bell.none.rawValue)
        return true
    }

    /// Gives the reading back to the stand-by reader.
    ///
    /// - Parameter silently: the caller looks again soon by itself, and the peer need not ring until then.
    /// - Returns: false when a frame has come meanwhile and the caller is the reader still: it reads on, and resigns again.
    package func resignReader(silently: Bool = false) -> Bool {
        unsafe clinux_store_u32(incoming.sleeper, silently ? Bell.none.rawValue : Bell.standby.rawValue)
        reading.store(false, ordering: .sequentiallyConsistent)
        // A frame that was written before the peer could see the bell is read by whoever gets here first.
        let missed = receiving.withLock { !$0.ring.isEmpty }
        return !(missed && becomeReader())
    }

    /// Reads the next frame; nil when none is there. Only the reader calls it.
    package func receive() throws(ChannelError) -> Frame? {
        let (raw, isLarge) = try receiving.withLock {
            (state) throws(ChannelError) -> (Frame?, Bool) in
            guard let raw = try state.ring.read() else { return (nil, false) }
            guard let kind = Frame.Kind(rawValue: raw.kind) else {
                throw ChannelError("a frame of unknown kind \(raw.kind)")
            }
            var frame = Frame(kind, id: raw.id, aux: raw.aux, payload: raw.payload)
            if raw.flags & Self.large != 0 { frame.payload = try state.buffers.load(note: raw.payload) }
            return (frame, true)
        }
        guard isLarge else { return nil }
        if unsafe clinux_load_u32(incoming.wantsRoom) != 0, unsafe clinux_exchange_u32(incoming.wantsRoom, 0) != 0 {
            _ = clinux_ring(descriptors.peerStandby)
        }
        return raw
    }

    /// Looks for a frame for some microseconds, if that has been worth it lately. Only the reader calls it.
    ///
    /// - Returns: whether a frame is there.
    package func linger() -> Bool {
        let duration = receiving.withLock { $0.spin.isWorthwhile ? $0.spin.duration : 0 }
        guard duration > 0 else { return false }
        let end = clinux_monotonic_ns() + duration
        repeat {
            for _ in 0..<32 {
                if receiving.withLock({ !$0.ring.isEmpty }) { return true }
                clinux_pause()
            }
        } while clinux_monotonic_ns() < end
        receiving.withLock { $0.spin.spunInVain() }
        return false
    }

    /// Tells how long a wait took that was not spent in ``sleep(until:)``, in ns.
    package func waited(_ nanoseconds: UInt64) { receiving.withLock { $0.spin.waited(nanoseconds) } }

    /// Sleeps as the direct reader until a frame may be there. Only the reader calls it.
    ///
    /// - Parameter deadline: on the monotonic clock in ns; 0 for none.
    /// - Returns: false when the deadline passed.
    /// - Throws: ``ChannelError`` when there is no doorbell any more, because somebody has closed the descriptor.
    package func sleep(until deadline: UInt64 = 0) throws(ChannelError) -> Bool {
        if linger() { return true }
        let begun = clinux_monotonic_ns()
        unsafe clinux_store_u32(incoming.sleeper, Bell.direct.rawValue)
        defer {
            unsafe clinux_store_u32(incoming.sleeper, Bell.none.rawValue)
            waited(clinux_monotonic_ns() &- begun)
        }
        if receiving.withLock({ !$0.ring.isEmpty }) { return true }
        var timeout: Int64 = -1
        if deadline > 0 {
            let now = clinux_monotonic_ns()
            if now >= deadline { return false }
            timeout = Int64(deadline - now)
        }
        return try Self.awaitRing(descriptors.direct, timeout)
    }

    private static func awaitRing(_ bell: Int32, _ timeout: Int64) throws(ChannelError) -> Bool {
        let rung = clinux_await_ring(bell, timeout)
        guard rung >= 0 else {
            throw ChannelError("waiting for the doorbell: \(linuxError(rung))", isPeersFault: false)
        }
        return rung > 0
    }

    /// Wakes the direct reader for a reason that is no frame.
    package func wakeDirectReader() { _ = clinux_ring(descriptors.direct) }

    /// Sleeps as the stand-by reader until it is rung for.
    ///
    /// - Parameter limit: ns after which it wakes at the latest; nil for never.
    /// - Throws: as ``sleep(until:)`` does.
    package func standBy(atMost limit: Int64? = nil) throws(ChannelError) {
        _ = try Self.awaitRing(descriptors.standby, limit ?? -1)
    }

    /// Wakes this side's own stand-by reader.
    package func wakeStandbyReader() { _ = clinux_ring(descriptors.standby) }
}
