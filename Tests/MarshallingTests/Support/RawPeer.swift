import CLinux
import Glibc

@testable import Marshalling

/// A worker that is none: it holds the worker's half of a channel, and reads and writes it by hand, rightly or wrongly.
final class RawPeer {
    /// The end under test.
    let host: Channel
    let memory: Memory
    private let socket: Int32
    private let wires: Wires
    private var consumer: RingConsumer
    private var producer: RingProducer
    private var buffers: [Int: Buffer] = [:]
    /// What came over the socket.
    private(set) var log: [String] = []
    /// The buffers that frames named.
    private(set) var notes: [Int] = []

    private final class Buffer {
        private let memory: SharedMemory
        init(_ memory: consuming SharedMemory) { self.memory = memory }

        var size: Int { memory.size }

        /// Copies the payload and says that the buffer is free.
        func take(_ length: Int) -> [UInt8] {
            defer { clinux_store_release_u32(LargeBuffer.state(memory), 0) }
            return Array(UnsafeRawBufferPointer(start: memory.base + LargeBuffer.header, count: length))
        }
    }

    init(budget: MappingBudget? = nil) throws {
        wires = try Wires()
        host = Channel(try wires.block(), side: .host, descriptors: try wires.host(), budget: budget)
        memory = Memory(try wires.block())
        socket = try wires.peerSocket()
        consumer = RingConsumer(memory.sent(by: .host))
        producer = RingProducer(memory.sent(by: .worker))
    }

    deinit { close(socket) }

    // MARK: As an honest worker

    /// Reads a frame as a worker does, and frees its buffer.
    func read() throws -> Frame? {
        guard let raw = try consumer.read(), let kind = Frame.Kind(rawValue: raw.kind) else { return nil }
        var frame = Frame(kind, id: raw.id, aux: raw.aux, payload: raw.payload)
        if kind == .pass || kind == .forget {
            try listen(frame)
            return try read()
        }
        guard raw.flags & 1 != 0 else { return frame }
        let (number, length) = try raw.payload.withUnsafeBytes { bytes throws in
            var decoder = WireDecoder(bytes)
            return (try decoder.value().int ?? -1, try decoder.value().int ?? -1)
        }
        notes.append(number)
        guard let buffer = buffers[number] else { throw ChannelError("no buffer \(number)") }
        frame.payload = buffer.take(length)
        return frame
    }

    private func listen(_ frame: Frame) throws {
        let what = frame.aux == 1 ? "block " : ""
        guard frame.kind == .pass else {
            log.append("\(what)\(frame.id) forgotten")
            if frame.aux != 1 { buffers[Int(frame.id)] = nil }
            return
        }
        var number: UInt64 = 0
        var descriptors: [Int32] = [-1]
        var count: Int32 = 1
        guard clinux_receive(socket, &number, 8, &descriptors, &count, false) == 8, count == 1, number == frame.id
        else {
            throw ChannelError("no descriptor came for \(frame.id)")
        }
        let buffer = Buffer(try SharedMemory(adopting: descriptors[0], minimumSize: LargeBuffer.header))
        log.append("\(what)\(number) passed, \(buffer.size) bytes\(frame.aux == 2 ? " for one" : "")")
        if frame.aux != 1 { buffers[Int(number)] = buffer }
    }

    // MARK: As anything else

    /// Writes a frame of any kind and flags.
    func write(kind: UInt8, flags: UInt8 = 0, id: UInt64 = 0, aux: UInt64 = 0, _ payload: [UInt8] = []) throws {
        let written = try payload.withUnsafeBytes {
            try producer.write(kind: kind, flags: flags, id: id, aux: aux, payload: $0)
        }
        precondition(written)
    }

    /// Writes a frame whose payload lies, as it says, in a buffer.
    func writeNote(_ values: PythonValue...) throws {
        try write(kind: Frame.Kind.result.rawValue, flags: 1, values.flatMap { try $0.wireForm() })
    }

    /// Passes memory as an honest worker would; the descriptor is closed here.
    ///
    /// - Parameter subject: 0 a buffer, 1 a block of arrays, 2 a buffer for one payload.
    func pass(number: UInt64, subject: UInt64 = 0, _ descriptor: Int32) throws {
        pass(withUnsafeBytes(of: number.littleEndian, Array.init), [descriptor])
        try write(kind: Frame.Kind.pass.rawValue, id: number, aux: subject)
    }

    /// Says that a number is not used any more.
    func forget(_ number: UInt64, subject: UInt64 = 0) throws {
        try write(kind: Frame.Kind.forget.rawValue, id: number, aux: subject)
    }

    /// Writes a result in front of whose payload blocks are named, each by its number times four and two flags.
    func write(blocks notes: [UInt64], _ payload: [UInt8]) throws {
        let count = withUnsafeBytes(of: UInt32(notes.count).littleEndian, Array.init)
        let named = notes.flatMap { withUnsafeBytes(of: $0.littleEndian, Array.init) }
        try write(kind: Frame.Kind.result.rawValue, flags: 2, count + named + payload)
    }

    /// Writes the four numbers that stand before a payload.
    func writeHeader(length: UInt32, kind: UInt32 = 2, at offset: Int = 0) {
        memory.write(
            withUnsafeBytes(of: length.littleEndian, Array.init) + withUnsafeBytes(of: kind.littleEndian, Array.init)
                + [UInt8](repeating: 0, count: 16), at: offset, sentBy: .worker)
    }

    /// Says how many bytes were written, in all.
    func publish(head: UInt64) { clinux_store_u64(memory.sent(by: .worker).head, head) }

    /// Sends a packet on the socket for buffers; the descriptors are closed here.
    func pass(_ packet: [UInt8], _ descriptors: [Int32] = []) {
        let sent = clinux_send(socket, packet, UInt64(packet.count), descriptors, Int32(descriptors.count), false)
        precondition(sent == Int64(packet.count))
        for descriptor in descriptors { close(descriptor) }
    }
}
