import CLinux
import Glibc
import Testing

@testable import Marshalling

@Suite struct ChannelTests {
    @Test(arguments: [Channel.Side.host, .worker])
    func `Frames arrive whole and in order`(_ side: Channel.Side) throws {
        let pair = try ChannelPair()
        let frames: [Frame] = [
            Frame(.call, id: 1, aux: 99, payload: [1, 2, 3]), Frame(.cancel, id: .max, aux: .max),
            Frame(.reply, id: 0, payload: [0]),
            Frame(.ready), Frame(.item, id: 7, payload: .pattern(300)),
        ]
        for frame in frames { try pair.end(side).send(frame) }
        #expect(pair.peer(of: side).becomeReader())
        #expect(try pair.peer(of: side).receiveAll() == frames)
        #expect(try pair.peer(of: side).receive() == nil)
    }

    @Test func `Both directions are apart`() throws {
        let pair = try ChannelPair()
        try pair.host.send(.call, id: 1, [1])
        try pair.worker.send(.result, id: 2, [2])
        #expect(try pair.host.receiveAll() == [Frame(.result, id: 2, payload: [2])])
        #expect(try pair.worker.receiveAll() == [Frame(.call, id: 1, payload: [1])])
    }

    @Test(arguments: 1...12 as ClosedRange<UInt8>)
    func `Every kind crosses`(_ number: UInt8) throws {
        let pair = try ChannelPair()
        let kind = try #require(Frame.Kind(rawValue: number))
        try pair.host.send(Frame(kind, id: 1, aux: 2))
        #expect(try pair.worker.receive() == Frame(kind, id: 1, aux: 2))
    }

    @Test func `Payloads of every size up to the ring's limit and past it arrive unchanged`() throws {
        let pair = try ChannelPair()
        let limit = RingLayout.inlineLimit
        var generator = SeededGenerator(seed: 500)
        let sizes = Array(0...600) + (0..<300).map { _ in generator.below(limit) } + Array(limit - 20...limit + 20)
        for size in sizes {
            let payload = [UInt8].pattern(size, number: size)
            try pair.host.send(id: UInt64(size), payload)
            let frame = try #require(try pair.worker.receive())
            guard frame.id == UInt64(size), frame.payload.isSame(as: payload) else {
                Issue.record("a payload of \(size) bytes arrived changed")
                return
            }
        }
    }

    @Test func `Frames wrap around the ring's end at every offset`() throws {
        let pair = try ChannelPair()
        var generator = SeededGenerator(seed: 501)
        var sent = 0
        for number in 0..<6000 {
            let payload = [UInt8].pattern(generator.below(number % 10 == 0 ? 9000 : 200), number: number)
            try pair.host.send(id: UInt64(number), payload)
            sent += RingLayout.headerSize + payload.count
            let frame = try #require(try pair.worker.receive())
            guard frame.id == UInt64(number), frame.payload.isSame(as: payload) else {
                Issue.record("frame \(number) arrived changed after \(sent) bytes")
                return
            }
        }
        #expect(sent > 20 * RingLayout.capacity)
    }

    @Test func `Frames that fill the ring to the last byte arrive`() throws {
        let pair = try ChannelPair()
        let whole = RingLayout.capacity / 4 - RingLayout.headerSize
        for round in 0..<3 {
            for number in 0..<4 { try pair.host.send(id: UInt64(number), .pattern(whole, number: round * 4 + number)) }
            #expect(pair.memory.sent(by: .host).wantsRoom.pointee == 0)
            let frames = try pair.worker.receiveAll()
            #expect(frames.map(\.id) == [0, 1, 2, 3])
            for (number, frame) in frames.enumerated() {
                #expect(frame.payload.isSame(as: .pattern(whole, number: round * 4 + number)))
            }
        }
    }

    @Test func `A channel closes its descriptors with itself`() throws {
        var sockets: [Int32] = [-1, -1]
        try #require(clinux_socketpair(&sockets) == 0)
        defer { close(sockets[1]) }
        let memory = try SharedMemory(creating: RingLayout.size, name: "test-channel")
        let bells = (0..<4).map { _ in clinux_eventfd() }
        var channel: Channel? = Channel(
            memory, side: .host,
            descriptors: .init(
                memory: -1, socket: sockets[0], standby: bells[0], direct: bells[1], peerStandby: bells[2],
                peerDirect: bells[3]))
        var byte: UInt8 = 0
        #expect(channel?.becomeReader() == true)
        #expect(recv(sockets[1], &byte, 1, Int32(MSG_DONTWAIT)) == -1)
        channel = nil
        #expect(recv(sockets[1], &byte, 1, Int32(MSG_DONTWAIT)) == 0, "the other end of the socket is open still")
    }
}
