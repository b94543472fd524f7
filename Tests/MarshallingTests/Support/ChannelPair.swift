import CLinux
import Glibc

@testable import Marshalling

/// Both ends of a channel in one process, wired as a pool wires its workers, and a view of the memory between them.
///
/// The descriptors are doubled, as passing them to another process would, so each end closes its own.
final class ChannelPair: Sendable {
    let host: Channel
    let worker: Channel
    let memory: Memory

    init() throws {
        let wires = try Wires()
        host = Channel(try wires.block(), side: .host, descriptors: try wires.host())
        worker = Channel(try wires.block(), side: .worker, descriptors: try wires.worker())
        memory = Memory(try wires.block())
    }

    func end(_ side: Channel.Side) -> Channel { side == .host ? host : worker }
    func peer(of side: Channel.Side) -> Channel { side == .host ? worker : host }
}

/// What one channel is made of, with descriptors of its own that end with it.
final class Wires {
    private let memory: SharedMemory
    private var sockets: [Int32] = [-1, -1]
    private let bells: [Int32]

    init() throws {
        memory = try SharedMemory(creating: RingLayout.size, name: "test-channel")
        guard clinux_socketpair(&sockets) == 0 else { throw ChannelError("socketpair") }
        bells = (0..<4).map { _ in clinux_eventfd() }
    }

    deinit { for descriptor in sockets + bells { close(descriptor) } }

    /// One more mapping of the memory.
    func block() throws -> SharedMemory {
        try SharedMemory(adopting: try double(memory.descriptor), minimumSize: RingLayout.size)
    }

    /// The socket at which the host's peer passes and receives buffers.
    func peerSocket() throws -> Int32 { try double(sockets[1]) }

    func host() throws -> Channel.Descriptors {
        .init(
            memory: memory.descriptor, socket: try double(sockets[0]), standby: try double(bells[0]),
            direct: try double(bells[1]),
            peerStandby: try double(bells[2]), peerDirect: try double(bells[3]))
    }

    func worker() throws -> Channel.Descriptors {
        .init(
            memory: memory.descriptor, socket: try double(sockets[1]), standby: try double(bells[2]),
            direct: try double(bells[3]),
            peerStandby: try double(bells[0]), peerDirect: try double(bells[1]))
    }

    private func double(_ descriptor: Int32) throws -> Int32 {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
        guard copy >= 0 else { throw ChannelError("dup: \(linuxError(errno))") }
        return copy
    }
}

/// A mapping of a channel's memory beside those of its ends, to look into and to write what no end would.
final class Memory: Sendable {
    private let block: SharedMemory

    init(_ block: consuming SharedMemory) { self.block = block }

    /// The control fields and the data of the direction in which this side sends.
    func sent(by side: Channel.Side) -> RingControl { RingControl(block: block.base, direction: side.rawValue) }

    /// Which bell the peer of this side is to ring when it sends: 0 none, 1 stand-by, 2 direct.
    func sleeper(of side: Channel.Side) -> UInt32 { clinux_load_u32(sent(by: side == .host ? .worker : .host).sleeper) }

    /// Overwrites bytes of the data that this side sends.
    func write(_ bytes: [UInt8], at offset: Int, sentBy side: Channel.Side) {
        bytes.withUnsafeBytes { source in
            guard let start = source.baseAddress else { return }
            (sent(by: side).data + offset).copyMemory(from: start, byteCount: source.count)
        }
    }
}

/// How often a doorbell was rung since it was last asked. It does not wait.
func rings(_ bell: Int32) -> UInt64 {
    var entry = pollfd(fd: bell, events: Int16(POLLIN), revents: 0)
    guard poll(&entry, 1, 0) == 1 else { return 0 }
    var count: UInt64 = 0
    return read(bell, &count, 8) == 8 ? count : 0
}

extension Channel {
    /// Sends bytes.
    func send(_ kind: Frame.Kind = .call, id: UInt64, aux: UInt64 = 0, _ payload: [UInt8]) throws {
        try send(Frame(kind, id: id, aux: aux, payload: payload))
    }

    /// Reads all that is there.
    func receiveAll() throws -> [Frame] {
        var frames: [Frame] = []
        while let frame = try receive() { frames.append(frame) }
        return frames
    }

    /// As the reader that it is, waits for the next frame; nil when the deadline passes first.
    func next(until deadline: UInt64) throws -> Frame? {
        while true {
            if let frame = try receive() { return frame }
            if try !sleep(until: deadline) { return nil }
        }
    }
}

extension [UInt8] {
    /// Bytes that differ from those of other numbers and show where they were cut.
    static func pattern(_ count: Int, number: Int = 0) -> [UInt8] {
        // No bytes at all are the one empty array that all threads share, into which the initialiser would write.
        if count == 0 { return [] }
        let start: [UInt8] = [
            UInt8(truncatingIfNeeded: number), 0x5A, 0xC3, 0x11, 0x7E, UInt8(truncatingIfNeeded: number >> 8), 1,
        ]
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
            defer { written = count }
            guard let base = buffer.baseAddress else { return }
            memcpy(base, start, Swift.min(count, start.count))
            var done = Swift.min(count, start.count)
            // Doubling keeps it quick in an unoptimised build; the marks keep one part from looking like another.
            while done < count {
                let more = Swift.min(done, count - done)
                memcpy(base + done, base, more)
                base[done] = UInt8(truncatingIfNeeded: done >> 3)
                done += more
            }
        }
    }

    /// Equality at the machine's speed, also in an unoptimised build.
    func isSame(as other: [UInt8]) -> Bool { count == other.count && (isEmpty || memcmp(self, other, count) == 0) }
}
