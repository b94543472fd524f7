import CLinux

/// Memory for payloads that do not fit the ring: each lies in a sealed memfd that is passed to the peer once and used again.
///
/// The first 64 bytes of a buffer are its state: 1 while a frame lies in it, set back to 0 by the reader.
enum LargeBuffer {
    static let header = 64
    static let smallest = 256 << 10

    static func state(_ memory: borrowing SharedMemory) -> UnsafeMutablePointer<UInt32> {
        unsafe memory.base.assumingMemoryBound(to: UInt32.self)
    }
}

/// The sender's buffers. One thread at a time.
struct OutgoingBuffers: ~Copyable, Sendable {
    private final class Buffer: Sendable {
        let number: UInt32
        let memory: SharedMemory

        init(number: UInt32, memory: consuming SharedMemory) {
            self.number = number
            self.memory = memory
        }

        var isFree: Bool { unsafe clinux_load_acquire_u32(LargeBuffer.state(memory)) == 0 }
    }

    /// Free buffers beyond this many bytes are given back.
    private static let kept = 64 << 20
    private var buffers: [Buffer] = []
    private var nextNumber: UInt32 = 1
    private let socket: Int32

    init(socket: Int32) { self.socket = socket }

    /// Copies a payload into a free buffer, or a new one that is passed to the peer at once, and returns what the frame in
    /// the ring says of it.
    mutating func store(_ payload: UnsafeRawBufferPointer) throws(ChannelError) -> [UInt8] {
        let needed = payload.count + LargeBuffer.header
        let fitting = buffers.filter { $0.memory.size >= needed && $0.isFree }
        let buffer: Buffer
        if let smallest = fitting.min(by: { $0.memory.size < $1.memory.size }) {
            buffer = smallest
        } else {
            try forgetFree(toHold: needed)
            var size = LargeBuffer.smallest
            while size < needed { size *= 2 }
            buffer = Buffer(number: nextNumber, memory: try SharedMemory(creating: size, name: "dspex-frame"))
            try tell(number: nextNumber, descriptor: buffer.memory.descriptor)
            nextNumber &+= 1
            buffers.append(buffer)
        }
        if let start = payload.baseAddress {
            // Sound: the buffer is free, so the peer reads nothing of it, and it holds `needed` bytes.
            unsafe (buffer.memory.base + LargeBuffer.header).copyMemory(from: start, byteCount: payload.count)
        }
        unsafe clinux_store_release_u32(LargeBuffer.state(buffer.memory), 1)
        var note = WireEncoder(capacity: 64)
        note.int(Int(buffer.number))
        note.int(payload.count)
        return note.bytes
    }

    private mutating func forgetFree(toHold needed: Int) throws(ChannelError) {
        var held = buffers.reduce(needed) { $0 + $1.memory.size }
        for buffer in buffers where held > Self.kept && buffer.isFree {
            try tell(number: buffer.number, descriptor: nil)
            buffers.removeAll { $0 === buffer }
            held -= buffer.memory.size
        }
    }

    private func tell(number: UInt32, descriptor: Int32?) throws(ChannelError) {
        var number = number
        var descriptors = descriptor.map { [$0] } ?? []
        let sent = unsafe clinux_send(socket, &number, 4, &descriptors, Int32(descriptors.count), false)
        guard sent == 4 else {
            // EPIPE and ECONNRESET
            if sent == -32 || sent == -104 { throw .peerGone }
            throw ChannelError("passing a buffer: \(linuxError(Int32(sent)))", isPeersFault: false)
        }
    }
}

/// The receiver's view of the peer's buffers. One thread at a time.
struct IncomingBuffers: ~Copyable, Sendable {
    private final class Buffer: Sendable {
        let memory: SharedMemory
        init(_ memory: consuming SharedMemory) { self.memory = memory }
    }

    private var buffers: [UInt32: Buffer] = [:]
    private let socket: Int32

    init(socket: Int32) { self.socket = socket }

    /// Copies the payload that a frame's note points at into memory of our own, and frees the buffer.
    mutating func load(note: [UInt8]) throws(ChannelError) -> [UInt8] {
        guard let (number, length) = Self.read(note) else { throw ChannelError("a frame names its buffer wrongly") }
        while buffers[number] == nil { try learn() }
        guard let buffer = buffers[number], length <= buffer.memory.size - LargeBuffer.header else {
            throw ChannelError("a frame claims \(length) bytes, more than its buffer holds")
        }
        var payload: [UInt8] = []
        if length > 0 {
            payload = unsafe [UInt8](unsafeUninitializedCapacity: length) { bytes, count in
                if let start = bytes.baseAddress {
                    // Sound: the mapping is sealed against shrinking and holds `length` bytes after its header.
                    unsafe UnsafeMutableRawPointer(start)
                        .copyMemory(from: buffer.memory.base + LargeBuffer.header, byteCount: length)
                }
                count = length
            }
        }
        unsafe clinux_store_release_u32(LargeBuffer.state(buffer.memory), 0)
        return payload
    }

    private static func read(_ note: [UInt8]) -> (number: UInt32, length: Int)? {
        unsafe note.withUnsafeBytes { bytes in
            var decoder = unsafe WireDecoder(bytes)
            guard let number = try? decoder.value().int, let length = try? decoder.value().int, length >= 0,
                length <= WireLimit.frame
            else { return nil }
            return UInt32(exactly: number).map { ($0, length) }
        }
    }

    /// Takes the next packet of the socket: a buffer's number with its descriptor, or without: forget it.
    private mutating func learn() throws(ChannelError) {
        var number: UInt32 = 0
        var descriptors: [Int32] = [-1]
        var count: Int32 = 1
        let got = unsafe clinux_receive(socket, &number, 4, &descriptors, &count, false)
        guard got == 4 else {
            // What came with a packet that is none of ours would stay open in the host for ever.
            if got >= 0, count == 1 { _ = clinux_close(descriptors[0]) }
            throw ChannelError("a frame names a buffer that was never passed")
        }
        buffers[number] = nil
        if count == 1 {
            buffers[number] = Buffer(try SharedMemory(adopting: descriptors[0], minimumSize: LargeBuffer.header))
        }
    }
}
