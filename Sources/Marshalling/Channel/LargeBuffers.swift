import CLinux

/// Memory for payloads that do not fit the ring: each lies in a sealed memfd that is passed to the peer once and used again.
///
/// The first 64 bytes of a buffer are its state: 1 while a frame lies in it, set back to 0 by the reader. What is beyond the memory that
/// is kept for the next payloads carries one and is dropped by both sides.
enum LargeBuffer {
    static let header = 64
    static let smallest = 256 << 10
    /// Bytes that are kept.
    static let kept = 64 << 20

    static func state(_ memory: borrowing SharedMemory) -> UnsafeMutablePointer<UInt32> {
        unsafe memory.base.assumingMemoryBound(to: UInt32.self)
    }
}

/// The sender's buffers. One thread at a time.
struct OutgoingBuffers: ~Copyable, Sendable {
    final class Buffer: Sendable {
        let number: UInt32
        /// Whether it is dropped after one payload.
        let isForOne: Bool
        let memory: SharedMemory

        init(number: UInt32, isForOne: Bool, memory: consuming SharedMemory) {
            self.number = number
            self.isForOne = isForOne
            self.memory = memory
        }

        var isFree: Bool { unsafe clinux_load_acquire_u32(LargeBuffer.state(memory)) == 0 }
    }

    /// What the peer is to be told before it gets the frame.
    struct News {
        var forgotten: [UInt32] = []
        var passed: Buffer?
    }

    private var buffers: [Buffer] = []
    private var held = 0
    private var nextNumber: UInt32 = 1

    /// Copies a payload into a free buffer, or a new one, and returns what the frame in the ring says of it.
    mutating func store(_ payload: UnsafeRawBufferPointer) throws(ChannelError) -> (note: [UInt8], news: News) {
        let needed = payload.count + LargeBuffer.header
        let fitting = buffers.filter { $0.memory.size >= needed && $0.isFree }
        var news = News()
        let buffer: Buffer
        if let smallest = fitting.min(by: { $0.memory.size < $1.memory.size }) {
            buffer = smallest
        } else {
            buffer = try make(needed, &news)
        }
        if let start = payload.baseAddress {
            // Sound: the buffer is free, so the peer reads nothing of it, and it holds `needed` bytes.
            unsafe (buffer.memory.base + LargeBuffer.header).copyMemory(from: start, byteCount: payload.count)
        }
        unsafe clinux_store_release_u32(LargeBuffer.state(buffer.memory), 1)
        var note = WireEncoder(capacity: 64)
        note.int(Int(buffer.number))
        note.int(payload.count)
        return (note.bytes, news)
    }

    private mutating func make(_ needed: Int, _ news: inout News) throws(ChannelError) -> Buffer {
        var size = LargeBuffer.smallest
        while size < needed { size *= 2 }
        for buffer in buffers where held + size > LargeBuffer.kept && buffer.isFree {
            news.forgotten.append(buffer.number)
            buffers.removeAll { $0 === buffer }
            held -= buffer.memory.size
        }
        let isForOne = held + size > LargeBuffer.kept
        let buffer = Buffer(
            number: nextNumber, isForOne: isForOne, memory: try SharedMemory(creating: size, name: "dspex-frame"))
        nextNumber &+= 1
        news.passed = buffer
        if !isForOne {
            buffers.append(buffer)
            held += size
        }
        return buffer
    }
}

/// The receiver's view of the peer's buffers. One thread at a time.
struct IncomingBuffers: ~Copyable, Sendable {
    private final class Buffer: Sendable {
        let isForOne: Bool
        let memory: SharedMemory
        private let budget: MappingBudget

        init(_ memory: consuming SharedMemory, isForOne: Bool, countedIn budget: MappingBudget) {
            self.isForOne = isForOne
            self.memory = memory
            self.budget = budget
        }

        deinit { budget.giveBack(bytes: memory.size) }
    }

    private var buffers: [UInt32: Buffer] = [:]

    /// Takes over a buffer that was passed.
    mutating func add(
        _ number: UInt64, _ memory: consuming SharedMemory, isForOne: Bool, countedIn budget: MappingBudget
    ) throws(ChannelError) {
        guard let number = UInt32(exactly: number), buffers[number] == nil else {
            throw ChannelError("the peer passed a second buffer of the number \(number)")
        }
        try budget.take(bytes: memory.size)
        buffers[number] = Buffer(memory, isForOne: isForOne, countedIn: budget)
    }

    mutating func forget(_ number: UInt64) throws(ChannelError) {
        guard let number = UInt32(exactly: number), buffers.removeValue(forKey: number) != nil else {
            throw ChannelError("the peer forgot a buffer that it never passed")
        }
    }

    /// Copies the payload that a frame's note points at into memory of our own, and frees the buffer.
    mutating func load(note: [UInt8]) throws(ChannelError) -> [UInt8] {
        guard let (number, length) = Self.read(note) else { throw ChannelError("a frame names its buffer wrongly") }
        guard let buffer = buffers[number] else { throw ChannelError("a frame names a buffer that was never passed") }
        guard length <= buffer.memory.size - LargeBuffer.header else {
            throw ChannelError("a frame claims \(length) bytes, more than its buffer holds")
        }
        let payload = unsafe [UInt8](count: length) {
            // Sound: the mapping is sealed against shrinking and holds `length` bytes after its header.
            unsafe UnsafeMutableRawPointer($0)
                .copyMemory(from: buffer.memory.base + LargeBuffer.header, byteCount: length)
        }
        unsafe clinux_store_release_u32(LargeBuffer.state(buffer.memory), 0)
        if buffer.isForOne { buffers[number] = nil }
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
}
