import CLinux

/// Where the parts of a channel's shared memory lie.
///
/// Two control blocks and two data areas, one for each direction. Every field that one side writes and the other reads has a
/// cache line of its own.
package enum RingLayout {
    /// Bytes of one data area. A power of two.
    package static let capacity = 128 << 10
    /// The largest payload that travels inside the ring; a larger one takes a buffer of its own.
    package static let inlineLimit = capacity / 4
    static let headerSize = 24
    static let control = 512
    static let data = 4096
    /// Bytes of the whole block.
    package static let size = data + 2 * capacity
}

/// The shared fields of one direction.
@safe struct RingControl: @unchecked Sendable {
    // Sound: the pointers stay within the block that the channel keeps mapped for as long as it lives; the fields are accessed
    // by atomic operations only.
    private let block: UnsafeMutableRawPointer
    let data: UnsafeMutableRawPointer

    init(block: UnsafeMutableRawPointer, direction: Int) {
        unsafe self.block = unsafe block + direction * RingLayout.control
        unsafe self.data = unsafe block + RingLayout.data + direction * RingLayout.capacity
    }

    /// Bytes ever written; the producer's.
    var head: UnsafeMutablePointer<UInt64> { unsafe block.assumingMemoryBound(to: UInt64.self) }
    /// The core on which the producer last wrote, which lies with what it writes anyway; 0 before that.
    var core: UnsafeMutablePointer<UInt32> { unsafe (block + 8).assumingMemoryBound(to: UInt32.self) }
    /// Bytes ever read; the consumer's.
    var tail: UnsafeMutablePointer<UInt64> { unsafe (block + 128).assumingMemoryBound(to: UInt64.self) }
    /// Which doorbell wakes the consumer: 0 none, it is awake.
    var sleeper: UnsafeMutablePointer<UInt32> { unsafe (block + 256).assumingMemoryBound(to: UInt32.self) }
    /// 1 when the producer found the ring full and wants to hear of room.
    var wantsRoom: UnsafeMutablePointer<UInt32> { unsafe (block + 384).assumingMemoryBound(to: UInt32.self) }
}

/// The writing end of one direction. One thread at a time.
struct RingProducer {
    private let control: RingControl
    private var head: UInt64 = 0

    init(_ control: RingControl) { self.control = control }

    /// Writes one frame; false when there is no room now.
    mutating func write(
        kind: UInt8, flags: UInt8, id: UInt64, aux: UInt64, payload: UnsafeRawBufferPointer
    ) throws(ChannelError) -> Bool {
        let length = payload.count
        let total = UInt64(RingLayout.headerSize + (length + 7) & ~7)
        // In one order with the wish for room, which is written before the second try and looked at after `tail` moved.
        let tail = unsafe clinux_load_u64(control.tail)
        // The peer owns `tail`: it is believed only while it lies within the last `capacity` bytes.
        let used = head &- tail
        guard used <= RingLayout.capacity else { throw ChannelError("the peer moved a ring index outside the ring") }
        guard UInt64(RingLayout.capacity) - used >= total else { return false }
        var header = (UInt32(length), UInt32(kind) | UInt32(flags) << 8, id, aux)
        unsafe withUnsafeBytes(of: &header) { unsafe copyIn($0, at: head) }
        unsafe copyIn(payload, at: head &+ UInt64(RingLayout.headerSize))
        head &+= total
        unsafe clinux_store_release_u32(control.core, clinux_core())
        unsafe clinux_store_u64(control.head, head)
        return true
    }

    private func copyIn(_ bytes: UnsafeRawBufferPointer, at position: UInt64) {
        guard let start = bytes.baseAddress else { return }
        let offset = Int(position & UInt64(RingLayout.capacity - 1))
        let first = min(bytes.count, RingLayout.capacity - offset)
        // Sound: both parts lie inside the data area, and `write` found that much room.
        unsafe (control.data + offset).copyMemory(from: start, byteCount: first)
        if bytes.count > first { unsafe control.data.copyMemory(from: start + first, byteCount: bytes.count - first) }
    }
}

/// The reading end of one direction. One thread at a time.
struct RingConsumer {
    private let control: RingControl
    private var tail: UInt64 = 0

    init(_ control: RingControl) { self.control = control }

    /// Whether a frame waits, by a load that takes part in the order of the sleeper's handshake.
    var isEmpty: Bool { unsafe clinux_load_u64(control.head) == tail }

    /// Reads one frame into memory of our own; nil when there is none.
    mutating func read() throws(ChannelError) -> (kind: UInt8, flags: UInt8, id: UInt64, aux: UInt64, payload: [UInt8])?
    {
        let available = unsafe clinux_load_acquire_u64(control.head) &- tail
        if available == 0 { return nil }
        guard available <= RingLayout.capacity, available >= RingLayout.headerSize else {
            throw ChannelError("the peer moved a ring index outside the ring")
        }
        // Read once into private memory, then checked: the peer can change the ring at any time.
        var header: (UInt32, UInt32, UInt64, UInt64) = (0, 0, 0, 0)
        unsafe withUnsafeMutableBytes(of: &header) { unsafe copyOut($0, at: tail) }
        let length = Int(header.0)
        let total = UInt64(RingLayout.headerSize + (length + 7) & ~7)
        guard length <= RingLayout.inlineLimit, total <= available else {
            throw ChannelError("a frame claims \(length) bytes; \(available) are in the ring")
        }
        let start = tail &+ UInt64(RingLayout.headerSize)
        let payload = unsafe [UInt8](count: length) {
            unsafe copyOut(UnsafeMutableRawBufferPointer(start: $0, count: length), at: start)
        }
        tail &+= total
        unsafe clinux_store_u64(control.tail, tail)
        return (
            UInt8(truncatingIfNeeded: header.1), UInt8(truncatingIfNeeded: header.1 >> 8), header.2, header.3, payload
        )
    }

    private func copyOut(_ bytes: UnsafeMutableRawBufferPointer, at position: UInt64) {
        guard let start = bytes.baseAddress else { return }
        let offset = Int(position & UInt64(RingLayout.capacity - 1))
        let first = min(bytes.count, RingLayout.capacity - offset)
        // Sound: both parts lie inside the data area; `bytes` is the caller's own memory.
        unsafe start.copyMemory(from: control.data + offset, byteCount: first)
        if bytes.count > first { unsafe (start + first).copyMemory(from: control.data, byteCount: bytes.count - first) }
    }
}
