import CLinux
import Glibc
import Testing

@testable import Marshalling

/// A worker runs what its user wrote and may write anything into the memory that it shares with the host: the host must
/// throw a ``ChannelError``, and neither crash, nor read what is not its own, nor leak.
@Suite struct HostilePeerTests {
    // MARK: Indices

    @Test(arguments: [
        8, 23, UInt64(RingLayout.capacity) + 1, UInt64(RingLayout.capacity) + 8, 1 << 40, 1 << 63, .max, .max - 7,
    ])
    func `A head outside the ring is refused`(_ head: UInt64) throws {
        let peer = try RawPeer()
        peer.publish(head: head)
        #expect(throws: ChannelError.self) { try peer.host.receive() }
        #expect(throws: ChannelError.self, "and is refused again") { try peer.host.receive() }
    }

    @Test func `A head that moves backwards is refused`() throws {
        let peer = try RawPeer()
        try peer.write(kind: 2)
        #expect(try peer.host.receive() != nil)
        peer.publish(head: 0)
        #expect(throws: ChannelError.self) { try peer.host.receive() }
    }

    @Test(arguments: [1, UInt64(RingLayout.capacity), 1 << 40, .max - UInt64(RingLayout.capacity)])
    func `A tail ahead of what was written, or far behind, is refused`(_ tail: UInt64) throws {
        let peer = try RawPeer()
        clinux_store_u64(peer.memory.sent(by: .host).tail, tail)
        #expect(throws: ChannelError.self) { try peer.host.send(id: 1, [1]) }
    }

    @Test func `A tail that is refused in a send is refused in a flush`() throws {
        let peer = try RawPeer()
        for number in 0..<5 { try peer.host.send(id: UInt64(number), .pattern(RingLayout.inlineLimit)) }
        clinux_store_u64(peer.memory.sent(by: .host).tail, 1 << 40)
        #expect(throws: ChannelError.self) { try peer.host.flushBacklog() }
    }

    // MARK: Frames

    @Test(arguments: [0, 99, 100, 255] as [UInt8])
    func `A frame of unknown kind is refused`(_ kind: UInt8) throws {
        let peer = try RawPeer()
        try peer.write(kind: kind)
        #expect(throws: ChannelError("a frame of unknown kind \(kind)")) { try peer.host.receive() }
    }

    @Test(arguments: [1, 40, UInt32(RingLayout.inlineLimit) + 1, .max, .max - 7, 1 << 31])
    func `A length that is larger than what is there is refused`(_ length: UInt32) throws {
        let peer = try RawPeer()
        peer.writeHeader(length: length)
        peer.publish(head: 24)
        #expect(throws: ChannelError("a frame claims \(length) bytes; 24 are in the ring")) { try peer.host.receive() }
    }

    @Test func `A length beyond the limit is refused even when the ring holds as much`() throws {
        let peer = try RawPeer()
        let length = UInt32(RingLayout.inlineLimit) + 1
        peer.writeHeader(length: length)
        peer.publish(head: UInt64(RingLayout.capacity))
        #expect(throws: ChannelError("a frame claims \(length) bytes; \(RingLayout.capacity) are in the ring")) {
            try peer.host.receive()
        }
    }

    @Test func `A header across the ring's end is read as one`() throws {
        let peer = try RawPeer()
        // 24 + 131,040 bytes bring the next header to 8 bytes before the end.
        for _ in 0..<4 {
            try peer.write(kind: 2, .pattern(RingLayout.inlineLimit - 32))
            #expect(try peer.host.receive()?.payload.count == RingLayout.inlineLimit - 32)
        }
        try peer.write(kind: 2, id: 5, aux: 6, [7])
        #expect(try peer.host.receive() == Frame(.result, id: 5, aux: 6, payload: [7]))
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `Noise in the shared fields and the data gives frames or errors`(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: 700 + seed)
        for _ in 0..<150 {
            let peer = try RawPeer()
            for _ in 0..<20 {
                let outgoing = peer.memory.sent(by: .host)
                switch generator.below(8) {
                case 0: peer.publish(head: generator.next() >> UInt64(generator.below(64)))
                case 1: clinux_store_u64(outgoing.tail, generator.next() >> UInt64(generator.below(64)))
                case 2: clinux_store_u32(outgoing.sleeper, UInt32(generator.below(5)))
                case 3: clinux_store_u32(outgoing.wantsRoom, UInt32(generator.below(3)))
                case 4: peer.memory.write(generator.bytes(64), at: generator.below(200), sentBy: .worker)
                case 5: peer.writeHeader(length: UInt32(generator.below(40)), kind: UInt32(generator.below(14)))
                case 6:
                    clinux_store_u32(
                        peer.memory.sent(by: .worker).sleeper, UInt32(truncatingIfNeeded: generator.next()))
                default: peer.publish(head: UInt64(24 + 8 * generator.below(6)))
                }
                do {
                    _ = try peer.host.receive()
                    try peer.host.send(id: 1, .pattern(generator.below(100)))
                    try peer.host.flushBacklog()
                } catch is ChannelError {}
            }
        }
    }

    // MARK: Large payloads

    @Test(arguments: [[], [0xFF], [3], [3, 1], [3, 1, 3], [11, 0, 0, 0, 0, 3, 1], [8, 1, 0x61, 3, 1]] as [[UInt8]])
    func `A note that is none is refused`(_ note: [UInt8]) throws {
        let peer = try RawPeer()
        try peer.write(kind: 2, flags: 1, note)
        #expect(throws: ChannelError("a frame names its buffer wrongly")) { try peer.host.receive() }
    }

    @Test(arguments: [(-1, 10), (1 << 32, 10), (1, -1), (1, WireLimit.frame + 1), (1, Int.max), (Int.min, Int.min)])
    func `Numbers that no buffer and no payload can have are refused`(_ number: Int, _ length: Int) throws {
        let peer = try RawPeer()
        peer.pass(number: 1, try memfd(size: 1 << 20))
        try peer.writeNote(.int(number), .int(length))
        #expect(throws: ChannelError("a frame names its buffer wrongly")) { try peer.host.receive() }
    }

    @Test func `A buffer that was never passed is refused`() throws {
        let peer = try RawPeer()
        try peer.writeNote(1, 10)
        #expect(throws: ChannelError("a frame names a buffer that was never passed")) { try peer.host.receive() }
    }

    @Test func `A buffer that was passed and forgotten is refused`() throws {
        let peer = try RawPeer()
        peer.pass(number: 1, try memfd(size: 1 << 20))
        peer.pass([1, 0, 0, 0])
        peer.pass(number: 2, try memfd(size: 1 << 20))
        try peer.writeNote(2, 10)
        #expect(try peer.host.receive()?.payload.count == 10)
        try peer.writeNote(1, 10)
        #expect(throws: ChannelError("a frame names a buffer that was never passed")) { try peer.host.receive() }
    }

    @Test(arguments: [(1 << 20) - 63, 1 << 20, 1 << 30])
    func `A payload longer than its buffer is refused`(_ length: Int) throws {
        let peer = try RawPeer()
        peer.pass(number: 1, try memfd(size: 1 << 20))
        try peer.writeNote(1, .int(length))
        #expect(throws: ChannelError("a frame claims \(length) bytes, more than its buffer holds")) {
            try peer.host.receive()
        }
    }

    @Test func `A payload that fills its buffer is taken`() throws {
        let peer = try RawPeer()
        peer.pass(number: 1, try memfd(size: 1 << 20))
        try peer.writeNote(1, .int((1 << 20) - 64))
        #expect(try peer.host.receive()?.payload.count == (1 << 20) - 64)
        try peer.writeNote(1, 0)
        #expect(try peer.host.receive()?.payload == [])
    }

    @Test(arguments: [0, 1, 63])
    func `A buffer too small for its own header is refused`(_ size: Int) throws {
        try expectRefused(try memfd(size: size))
    }

    @Test(arguments: [0, Seal.grow, Seal.write, Seal.grow | Seal.seal])
    func `A buffer that could shrink under the reader is refused`(_ seals: Int32) throws {
        try expectRefused(try memfd(size: 1 << 20, seals: seals))
    }

    @Test func `A buffer that cannot be mapped for writing is refused`() throws {
        try expectRefused(try memfd(size: 1 << 20, seals: Seal.shrink | Seal.write))
    }

    @Test func `A buffer larger than any frame is refused`() throws {
        try expectRefused(try memfd(size: WireLimit.frame * 2 + 1))
    }

    @Test func `What is no memory at all is refused, and closed`() throws {
        let peer = try RawPeer()
        let pipe = try Pipe()
        peer.pass(number: 1, pipe.takeWriteEnd())
        try peer.writeNote(1, 10)
        #expect(throws: ChannelError.self) { try peer.host.receive() }
        #expect(pipe.isWriteEndClosed)
    }

    @Test(arguments: [1, 3, 5, 100])
    func `A packet of another size is refused, and what came with it is closed`(_ size: Int) throws {
        let peer = try RawPeer()
        let pipe = try Pipe()
        peer.pass([UInt8](repeating: 1, count: size), [pipe.takeWriteEnd()])
        try peer.writeNote(1, 10)
        #expect(throws: ChannelError.self) { try peer.host.receive() }
        #expect(pipe.isWriteEndClosed, "the descriptor leaked")
    }

    @Test func `Two descriptors in one packet are refused, and both are closed`() throws {
        let peer = try RawPeer()
        let pipes = [try Pipe(), try Pipe()]
        peer.pass([1, 0, 0, 0], pipes.map { $0.takeWriteEnd() })
        try peer.writeNote(1, 10)
        #expect(throws: ChannelError.self) { try peer.host.receive() }
        #expect(pipes.allSatisfy { $0.isWriteEndClosed })
    }

    @Test func `A peer that changes a buffer while it is read changes nothing but its own payload`() throws {
        let peer = try RawPeer()
        let descriptor = try memfd(size: 1 << 20)
        let theirs = try SharedMemory(adopting: fcntl(descriptor, F_DUPFD_CLOEXEC, 3), minimumSize: 1)
        peer.pass(number: 1, descriptor)
        for byte in 1...3 as ClosedRange<UInt8> {
            (theirs.base + LargeBuffer.header).storeBytes(of: byte, as: UInt8.self)
            try peer.writeNote(1, 1)
            let frame = try peer.host.receive()
            (theirs.base + LargeBuffer.header).storeBytes(of: 0xEE, as: UInt8.self)
            #expect(frame?.payload == [byte])
        }
    }

    // MARK: Helpers

    private func expectRefused(_ descriptor: Int32) throws {
        let peer = try RawPeer()
        peer.pass(number: 1, descriptor)
        try peer.writeNote(1, 10)
        #expect(throws: ChannelError.self) { try peer.host.receive() }
    }

    private func memfd(size: Int, seals: Int32 = Seal.shrink | Seal.grow) throws -> Int32 {
        let create = try #require(Seal.createMemory)
        let descriptor = create("test", 3)
        try #require(descriptor >= 0 && ftruncate(descriptor, size) == 0 && fcntl(descriptor, Seal.add, seals) == 0)
        return descriptor
    }
}

/// What the C library shows to GNU sources only, which a Swift file is not.
private enum Seal {
    static let add: Int32 = 1033
    static let seal: Int32 = 1
    static let shrink: Int32 = 2
    static let grow: Int32 = 4
    static let write: Int32 = 8

    /// `memfd_create`; flag 1 closes it on exec, flag 2 lets it be sealed.
    static let createMemory: (@convention(c) (UnsafePointer<CChar>, UInt32) -> Int32)? = unsafeBitCast(
        dlsym(nil, "memfd_create"), to: (@convention(c) (UnsafePointer<CChar>, UInt32) -> Int32)?.self)
}

extension RawPeer {
    /// Passes a buffer as an honest worker would; the descriptor is closed here.
    fileprivate func pass(number: UInt32, _ descriptor: Int32) {
        pass(withUnsafeBytes(of: number.littleEndian, Array.init), [descriptor])
    }
}
