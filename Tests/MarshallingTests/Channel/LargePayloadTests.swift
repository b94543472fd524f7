import Glibc
import Testing

@testable import Marshalling

/// Payloads that do not fit the ring and travel in memory of their own.
@Suite struct LargePayloadTests {
    static let edges = [
        RingLayout.inlineLimit + 1, LargeBuffer.smallest - LargeBuffer.header,
        LargeBuffer.smallest - LargeBuffer.header + 1,
        1 << 20, 50 << 20,
    ]

    @Test(arguments: edges)
    func `A large payload arrives unchanged`(_ size: Int) throws {
        let pair = try ChannelPair()
        let payload = [UInt8].pattern(size)
        try pair.worker.send(.result, id: 1, aux: 2, payload)
        let frame = try #require(try pair.host.receive())
        #expect(frame.kind == .result && frame.id == 1 && frame.aux == 2)
        #expect(frame.payload.isSame(as: payload))
    }

    @Test func `Large and small payloads keep their order`() throws {
        let pair = try ChannelPair()
        let sizes = [10, 100_000, 20, 300_000, 0, 40_000, 700_000, 30]
        for (number, size) in sizes.enumerated() {
            try pair.host.send(id: UInt64(number), .pattern(size, number: number))
        }
        for (number, size) in sizes.enumerated() {
            let frame = try #require(try pair.worker.receive())
            #expect(frame.id == UInt64(number) && frame.payload.isSame(as: .pattern(size, number: number)))
        }
    }

    @Test func `Fifty large payloads may be on their way at once`() throws {
        let pair = try ChannelPair()
        for number in 0..<50 { try pair.host.send(id: UInt64(number), .pattern(100_000, number: number)) }
        for number in 0..<50 {
            let frame = try #require(try pair.worker.receive())
            #expect(frame.payload.isSame(as: .pattern(100_000, number: number)))
        }
    }

    // MARK: What the peer is passed

    @Test func `One buffer serves all payloads that it is free for`() throws {
        let peer = try RawPeer()
        for number in 1...20 {
            try peer.host.send(id: UInt64(number), .pattern(50_000 + number, number: number))
            #expect(try peer.read()?.payload.isSame(as: .pattern(50_000 + number, number: number)) == true)
        }
        #expect(peer.log == ["1 passed, 262144 bytes"])
    }

    @Test func `A buffer that is not read yet is not written to`() throws {
        let peer = try RawPeer()
        for number in 1...3 { try peer.host.send(id: UInt64(number), .pattern(50_000, number: number)) }
        for number in 1...3 {
            #expect(try peer.read()?.payload.isSame(as: .pattern(50_000, number: number)) == true)
        }
        for number in 4...6 { try peer.host.send(id: UInt64(number), .pattern(50_000, number: number)) }
        for _ in 4...6 { _ = try peer.read() }
        #expect(peer.log == ["1 passed, 262144 bytes", "2 passed, 262144 bytes", "3 passed, 262144 bytes"])
    }

    @Test func `A larger payload gets a larger buffer, and the smallest that fits is used`() throws {
        let peer = try RawPeer()
        for size in [50_000, 1 << 20, 50_000, 300_000, 1 << 20] {
            try peer.host.send(id: 1, .pattern(size))
            #expect(try peer.read()?.payload.count == size)
        }
        #expect(peer.log == ["1 passed, 262144 bytes", "2 passed, 2097152 bytes"])
        #expect(peer.notes == [1, 2, 1, 2, 2])
    }

    @Test func `Free buffers beyond 64 MB are given back`() throws {
        let peer = try RawPeer()
        for size in [30 << 20, 60 << 20, 100_000, 30 << 20] {
            try peer.host.send(id: 1, .pattern(size))
            #expect(try peer.read()?.payload.count == size)
        }
        // The second passes the limit, so the first is given back; the later ones find room in what is left.
        #expect(peer.log == ["1 passed, 33554432 bytes", "1 forgotten", "2 passed, 67108864 bytes"])
        #expect(peer.notes == [1, 2, 2, 2])
    }

    @Test func `A buffer in use is kept, however much is held`() throws {
        let peer = try RawPeer()
        try peer.host.send(id: 1, .pattern(60 << 20, number: 1))
        try peer.host.send(id: 2, .pattern(60 << 20, number: 2))
        #expect(try peer.read()?.payload.isSame(as: .pattern(60 << 20, number: 1)) == true)
        #expect(try peer.read()?.payload.isSame(as: .pattern(60 << 20, number: 2)) == true)
        #expect(peer.log == ["1 passed, 67108864 bytes", "2 passed, 67108864 bytes for one"])
    }

    @Test func `What the socket has no room for waits until the peer has read`() throws {
        let pair = try ChannelPair()
        let count = 700
        for number in 0..<count { try pair.host.send(id: UInt64(number), .pattern(40_000, number: number)) }
        var got = 0
        while let frame = try pair.worker.receive() {
            #expect(frame.id == UInt64(got) && frame.payload.isSame(as: .pattern(40_000, number: got)))
            got += 1
            // The bell, which the stand-by reader would hear.
            if rings(pair.host.descriptors.standby) > 0 { try pair.host.flushBacklog() }
        }
        #expect(got == count)
    }

    @Test func `What is beyond the memory that is kept carries one payload`() throws {
        let peer = try RawPeer()
        for number in 1...10 { try peer.host.send(id: UInt64(number), .pattern(5 << 20, number: number)) }
        for number in 1...10 { #expect(try peer.read()?.payload.isSame(as: .pattern(5 << 20, number: number)) == true) }
        #expect(peer.log.count == 10 && peer.log.count { $0.hasSuffix("for one") } == 2)
        try peer.host.send(id: 11, .pattern(5 << 20))
        _ = try peer.read()
        #expect(peer.notes.last == 1 && peer.log.count == 10)
    }

    @Test func `A buffer for one payload is dropped when it was read`() throws {
        let peer = try RawPeer(budget: MappingBudget(bytes: 3 << 20, pieces: 3))
        for number in 1...20 as ClosedRange<UInt64> {
            try peer.pass(number: number, subject: 2, try memfd(size: 2 << 20))
            try peer.writeNote(.int(Int(number)), 10)
            #expect(try peer.host.receive()?.payload.count == 10)
        }
    }

    @Test func `What is forgotten is forgotten by the receiver too`() throws {
        let pair = try ChannelPair()
        for (number, size) in [30 << 20, 60 << 20, 120 << 20, 100_000, 50 << 20].enumerated() {
            try pair.host.send(id: 1, .pattern(size, number: number))
            #expect(try pair.worker.receive()?.payload.isSame(as: .pattern(size, number: number)) == true)
        }
    }
}
