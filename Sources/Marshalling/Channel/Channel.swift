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

    private struct Waiting: Sendable {
        var kind: UInt8
        var flags: UInt8 = 0
        var id: UInt64
        var aux: UInt64
        var payload: [UInt8] = []
        /// What is to be passed on the socket before, which found no room there.
        var descriptor: Int32?
    }

    private struct Sending: ~Copyable, Sendable {
        var ring: RingProducer
        var buffers = OutgoingBuffers()
        var blocks = OutgoingBlocks()
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
        var buffers = IncomingBuffers()
        var blocks: IncomingBlocks
        let budget: MappingBudget
        var spin: AdaptiveSpin
    }

    /// Who rings which bell, as it stands in the shared `sleeper` field.
    private enum Bell: UInt32 { case none = 0, standby = 1, direct = 2 }

    /// The payload lies in a buffer.
    private static let large: UInt8 = 1
    /// The payload begins with the blocks that go along.
    private static let carrying: UInt8 = 2
    /// What a frame of the channel's own speaks of.
    private enum Subject { static let buffer: UInt64 = 0, block: UInt64 = 1, bufferForOne: UInt64 = 2 }
    private let side: Side
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
    /// - Parameters:
    ///   - spin: how long a reader of this side looks for a frame before it sleeps, in ns; nil for ``AdaptiveSpin``'s own judgement.
    ///   - budget: how much memory the peer may pass; nil for any amount, from a peer that is trusted.
    package init(
        _ memory: consuming SharedMemory, side: Side, descriptors: Descriptors, spin: UInt64? = nil,
        budget: MappingBudget? = nil
    ) {
        self.side = side
        let budget = budget ?? MappingBudget(bytes: .max, pieces: .max)
        outgoing = unsafe RingControl(block: memory.base, direction: side.rawValue)
        incoming = unsafe RingControl(block: memory.base, direction: 1 - side.rawValue)
        sending = Mutex(Sending(ring: RingProducer(outgoing)))
        receiving = Mutex(
            Receiving(
                ring: RingConsumer(incoming), blocks: IncomingBlocks(countedIn: budget), budget: budget,
                spin: AdaptiveSpin(fixed: spin)))
        self.memory = memory
        self.descriptors = descriptors
        unsafe clinux_store_u32(incoming.sleeper, Bell.standby.rawValue)
    }

    deinit {
        for frame in sending.withLock({ $0.backlog }) {
            if let descriptor = frame.descriptor { _ = clinux_close(descriptor) }
        }
        // The memory closes its own descriptor.
        for descriptor in descriptors.all.dropFirst() { _ = clinux_close(descriptor) }
    }

    // MARK: Sending

    /// Sends a frame and never blocks: what finds no room waits in a backlog until the peer has read.
    ///
    /// - Parameter blocks: what arrays of the payload lie in. The peer is passed those that it does not know.
    /// - Throws: ``ChannelError`` when the peer broke the ring or memory for a large payload cannot be had.
    package func send(
        _ kind: Frame.Kind, id: UInt64, aux: UInt64 = 0, payload: UnsafeRawBufferPointer, blocks: [BlockHold] = []
    ) throws(ChannelError) {
        try sending.withLock { (state) throws(ChannelError) in
            guard blocks.isEmpty else {
                let carried = unsafe try pass(blocks, in: &state) + payload
                return try unsafe carried.withUnsafeBufferPointer { (bytes) throws(ChannelError) in
                    unsafe try send(
                        kind, flags: Self.carrying, id: id, aux: aux, payload: UnsafeRawBufferPointer(bytes), in: &state
                    )
                }
            }
            unsafe try send(kind, flags: 0, id: id, aux: aux, payload: payload, in: &state)
        }
        wakePeer()
    }

    /// Sends a frame whose payload is at hand as bytes.
    package func send(_ frame: Frame) throws(ChannelError) {
        try unsafe frame.payload.withUnsafeBufferPointer { (bytes) throws(ChannelError) in
            unsafe try send(
                frame.kind, id: frame.id, aux: frame.aux, payload: UnsafeRawBufferPointer(bytes), blocks: frame.blocks)
        }
    }

    private func send(
        _ kind: Frame.Kind, flags: UInt8, id: UInt64, aux: UInt64, payload: UnsafeRawBufferPointer,
        in state: inout Sending
    ) throws(ChannelError) {
        if payload.count > RingLayout.inlineLimit {
            let (note, news) = unsafe try state.buffers.store(payload)
            for number in news.forgotten {
                try send(Waiting(kind: Frame.Kind.forget.rawValue, id: UInt64(number), aux: Subject.buffer), in: &state)
            }
            if let buffer = news.passed {
                let subject = buffer.isForOne ? Subject.bufferForOne : Subject.buffer
                try pass(UInt64(buffer.number), subject, buffer.memory.descriptor, in: &state)
            }
            return try send(
                Waiting(kind: kind.rawValue, flags: flags | Self.large, id: id, aux: aux, payload: note), in: &state)
        }
        if !state.hasBacklog,
            unsafe try state.ring.write(kind: kind.rawValue, flags: flags, id: id, aux: aux, payload: payload)
        {
            return
        }
        try wait(
            Waiting(kind: kind.rawValue, flags: flags, id: id, aux: aux, payload: unsafe [UInt8](payload)), in: &state)
    }

    private func send(_ frame: Waiting, in state: inout Sending) throws(ChannelError) {
        if !state.hasBacklog, try write(frame, to: &state.ring) { return }
        try wait(frame, in: &state)
    }

    private func wait(_ frame: Waiting, in state: inout Sending) throws(ChannelError) {
        state.backlog.append(frame)
        try flush(&state)
    }

    /// Passes the blocks that the peer does not know; what stands before the payload that they go along with.
    private func pass(_ holds: [BlockHold], in state: inout Sending) throws(ChannelError) -> [UInt8] {
        var numbers: [UInt64] = []
        for hold in holds {
            let (number, isNew) = state.blocks.number(of: hold.block)
            numbers.append(number)
            guard isNew else { continue }
            hold.block.isPassed(on: self, as: number)
            guard let descriptor = hold.block.withShared({ $0.descriptor }) else {
                throw ChannelError("an array whose memory is not shared", isPeersFault: false)
            }
            try pass(number, Subject.block, descriptor, in: &state)
        }
        return OutgoingBlocks.note(holds, numbers: numbers)
    }

    /// Passes a descriptor, and the frame that tells the peer to look for it.
    private func pass(_ number: UInt64, _ subject: UInt64, _ descriptor: Int32, in state: inout Sending)
        throws(ChannelError)
    {
        var frame = Waiting(kind: Frame.Kind.pass.rawValue, id: number, aux: subject)
        let isPassed = state.hasBacklog ? false : try hasPassed(descriptor, number)
        if !isPassed {
            // It may be closed before the peer has made room.
            let copy = clinux_duplicate(descriptor)
            guard copy >= 0 else { throw ChannelError("dup: \(linuxError(copy))", isPeersFault: false) }
            frame.descriptor = copy
            return try wait(frame, in: &state)
        }
        try send(frame, in: &state)
    }

    /// Passes a descriptor; false when the socket has no room.
    private func hasPassed(_ descriptor: Int32, _ number: UInt64) throws(ChannelError) -> Bool {
        var number = number
        var descriptor = descriptor
        let sent = unsafe clinux_send(descriptors.socket, &number, 8, &descriptor, 1, false)
        if clinux_would_block(sent) { return false }
        guard sent == 8 else {
            if clinux_peer_is_gone(sent) { throw .peerGone }
            throw ChannelError("passing memory: \(linuxError(Int32(sent)))", isPeersFault: false)
        }
        return true
    }

    /// A block is gone: the peer need not know it any more.
    func forget(_ number: UInt64, of block: ArrayBlock) {
        let block = ObjectIdentifier(block)
        let told: Void? = sending.withLock { state in
            state.blocks.forget(block)
            return try? send(Waiting(kind: Frame.Kind.forget.rawValue, id: number, aux: Subject.block), in: &state)
        }
        // A peer that broke the ring is found out by the next frame.
        if told != nil { wakePeer() }
    }

    /// The peer, which has ended, writes no array any more.
    package func revokeWriting(from holder: UInt32) {
        for block in sending.withLock({ $0.blocks.blocks }) { block.revokeWriting(from: holder) }
        for block in receiving.withLock({ $0.blocks.blocks }) {
            block.revokeWriting(from: holder)
            block.revokeWriting(from: WriteRight.maker)
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
            if try !writeNext(&state) {
                unsafe clinux_store_u32(outgoing.wantsRoom, 1)
                // The peer may have read everything before it could see the wish, and would never ring for it.
                guard try writeNext(&state) else { return }
            }
            state.written += 1
        }
    }

    private func writeNext(_ state: inout Sending) throws(ChannelError) -> Bool {
        let frame = state.backlog[state.written]
        if let descriptor = frame.descriptor {
            guard try hasPassed(descriptor, frame.id) else { return false }
            _ = clinux_close(descriptor)
            state.backlog[state.written].descriptor = nil
        }
        return try write(frame, to: &state.ring)
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

    /// Stops reading although frames may be left, and has the stand-by reader come for them soon.
    package func putOffReading() {
        reading.store(false, ordering: .sequentiallyConsistent)
        wakeStandbyReader()
    }

    /// Reads the next frame; nil when none is there. Only the reader calls it.
    package func receive() throws(ChannelError) -> Frame? {
        while true {
            // What the peer forgets is dropped outside of the lock: it may end here, and have something to say to a channel.
            let (read, forgotten) = try receiving.withLock { (state) throws(ChannelError) in try receive(&state) }
            _ = forgotten
            guard let frame = read else { return nil }
            if unsafe clinux_load_u32(incoming.wantsRoom) != 0, unsafe clinux_exchange_u32(incoming.wantsRoom, 0) != 0 {
                _ = clinux_ring(descriptors.peerStandby)
            }
            if frame.kind != .pass, frame.kind != .forget { return frame }
        }
    }

    /// Reads one frame, and does at once what only concerns the channel; what the peer forgot comes as the second part.
    private func receive(_ state: inout Receiving) throws(ChannelError) -> (Frame?, AnyObject?) {
        guard let raw = try state.ring.read() else { return (nil, nil) }
        guard let kind = Frame.Kind(rawValue: raw.kind) else {
            throw ChannelError("a frame of unknown kind \(raw.kind)")
        }
        var frame = Frame(kind, id: raw.id, aux: raw.aux, payload: raw.payload)
        var forgotten: AnyObject?
        switch (kind, raw.aux) {
        case (.pass, Subject.block): try state.blocks.add(raw.id, descriptor: try passedDescriptor(raw.id))
        case (.pass, Subject.buffer), (.pass, Subject.bufferForOne):
            try state.buffers.add(
                raw.id, try SharedMemory(adopting: passedDescriptor(raw.id), minimumSize: LargeBuffer.header),
                isForOne: raw.aux == Subject.bufferForOne, countedIn: state.budget)
        case (.forget, Subject.block): forgotten = try state.blocks.forget(raw.id)
        case (.forget, Subject.buffer): try state.buffers.forget(raw.id)
        case (.pass, _), (.forget, _): throw ChannelError("the peer passed what has no meaning")
        default:
            if raw.flags & Self.large != 0 { frame.payload = try state.buffers.load(note: raw.payload) }
            if raw.flags & Self.carrying != 0 {
                frame.blocks = try state.blocks.take(from: &frame.payload, mayWrite: side == .worker)
            }
        }
        return (frame, forgotten)
    }

    /// The descriptor that the next packet of the socket carries, which must be that of this number.
    private func passedDescriptor(_ number: UInt64) throws(ChannelError) -> Int32 {
        var found: UInt64 = 0
        var descriptors: [Int32] = [-1]
        var count: Int32 = 1
        let got = unsafe clinux_receive(self.descriptors.socket, &found, 8, &descriptors, &count, false)
        if got == 8, count == 1, found == number { return descriptors[0] }
        // What came with a packet that is none of ours would stay open for ever.
        if got >= 0, count == 1 { _ = clinux_close(descriptors[0]) }
        throw ChannelError(
            "memory that was announced did not come; its descriptor may be missing, or this process has no room for one (ulimit -n)"
        )
    }

    /// Whether the peer was last on the core on which this thread is.
    package var isBesidePeer: Bool { unsafe clinux_load_acquire_u32(incoming.core) == clinux_core() }

    /// Whether ``linger()`` would look for a frame at all.
    package var lingers: Bool { patience > 0 }

    private var patience: UInt64 {
        let besidePeer = isBesidePeer
        return receiving.withLock { $0.spin.patience(besidePeer: besidePeer) }
    }

    /// Looks for a frame for some microseconds, if that has been worth it lately. Only the reader calls it.
    ///
    /// - Returns: whether a frame is there.
    package func linger() -> Bool {
        let patience = patience
        guard patience > 0 else { return false }
        let end = clinux_monotonic_ns() + patience
        var looks = 0
        repeat {
            for _ in 0..<32 {
                if receiving.withLock({ !$0.ring.isEmpty }) { return true }
                clinux_pause()
            }
            looks += 1
            // The peer may be waiting for this very core.
            if looks > Self.looksAlone { clinux_yield() }
        } while clinux_monotonic_ns() < end
        receiving.withLock { $0.spin.spunInVain() }
        return false
    }

    /// So often it looks before it lets others have the core: for longer than the answer to a small call takes.
    private static let looksAlone = 4

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
