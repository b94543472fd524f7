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

    init() throws {
        wires = try Wires()
        host = Channel(try wires.block(), side: .host, descriptors: try wires.host())
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
        guard raw.flags == 1 else { return frame }
        try listen()
        let (number, length) = try raw.payload.withUnsafeBytes { bytes throws in
            var decoder = WireDecoder(bytes)
            return (try decoder.value().int ?? -1, try decoder.value().int ?? -1)
        }
        notes.append(number)
        guard let buffer = buffers[number] else { throw ChannelError("no buffer \(number)") }
        frame.payload = buffer.take(length)
        return frame
    }

    private func listen() throws {
        while true {
            var number: UInt32 = 0
            var descriptors: [Int32] = [-1]
            var count: Int32 = 1
            guard clinux_receive(socket, &number, 4, &descriptors, &count, false) == 4 else { return }
            if count == 1 {
                let buffer = Buffer(try SharedMemory(adopting: descriptors[0], minimumSize: LargeBuffer.header))
                log.append("\(number) passed, \(buffer.size) bytes")
                buffers[Int(number)] = buffer
            } else {
                log.append("\(number) forgotten")
                buffers[Int(number)] = nil
            }
        }
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
