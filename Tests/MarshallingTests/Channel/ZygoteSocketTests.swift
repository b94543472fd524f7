import CLinux
import Glibc
import Testing

@testable import Marshalling

/// Messages between host and zygote over a socket as they really use it.
@Suite struct ZygoteSocketTests {
    /// The two ends of a socket pair.
    final class Line {
        private var ends: [Int32] = [-1, -1]
        var host: Int32 { ends[0] }
        var zygote: Int32 { ends[1] }

        init() throws { try #require(clinux_socketpair(&ends) == 0) }
        deinit { for end in ends where end >= 0 { close(end) } }

        func hangUp() {
            close(ends[1])
            ends[1] = -1
        }

        /// Sends what may be no message; the descriptors are closed here.
        func inject(_ packet: [UInt8], _ descriptors: [Int32] = []) {
            let sent = clinux_send(zygote, packet, UInt64(packet.count), descriptors, Int32(descriptors.count), false)
            precondition(sent == Int64(packet.count))
            for descriptor in descriptors { close(descriptor) }
        }
    }

    @Test(arguments: ZygoteMessageTests.messages)
    func `A message crosses`(_ message: ZygoteMessage) throws {
        let line = try Line()
        try message.send(on: line.host)
        let received = try #require(try ZygoteMessage.receive(on: line.zygote, waiting: true))
        #expect(received.message == message)
        #expect(received.descriptors == [])
    }

    @Test func `Messages keep apart and in order`() throws {
        let line = try Line()
        for generation in 0..<50 {
            try ZygoteMessage.fork(generation: generation, settings: WorkerSettings()).send(on: line.host)
        }
        for generation in 0..<50 {
            #expect(
                try ZygoteMessage.receive(on: line.zygote, waiting: false)?.message
                    == .fork(generation: generation, settings: WorkerSettings()))
        }
    }

    @Test func `Descriptors go along, in their order, and are the receiver's own`() throws {
        let line = try Line()
        let bells = (0..<7).map { _ in clinux_eventfd() }
        try ZygoteMessage.fork(generation: 1, settings: WorkerSettings()).send(on: line.host, descriptors: bells)
        let received = try #require(try ZygoteMessage.receive(on: line.zygote, waiting: true)).descriptors
        #expect(received.count == 7 && Set(received).isDisjoint(with: bells))
        for (number, descriptor) in received.enumerated() {
            for _ in 0...number { _ = clinux_ring(descriptor) }
            #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0)
        }
        #expect(bells.map { rings($0) } == [1, 2, 3, 4, 5, 6, 7])
        for descriptor in bells + received { close(descriptor) }
    }

    @Test func `A worker's descriptors keep their places`() throws {
        let descriptors = try #require(WorkerDescriptors([1, 2, 3, 4, 5, 6, 7]))
        #expect(descriptors.channel.memory == 1 && descriptors.channel.socket == 2)
        #expect(descriptors.channel.standby == 3 && descriptors.channel.direct == 4)
        #expect(descriptors.channel.peerStandby == 5 && descriptors.channel.peerDirect == 6)
        #expect(descriptors.crashText == 7)
        #expect(descriptors.all == [1, 2, 3, 4, 5, 6, 7])
        #expect(WorkerDescriptors([1, 2, 3, 4, 5, 6]) == nil)
        #expect(WorkerDescriptors([1, 2, 3, 4, 5, 6, 7, 8]) == nil)
    }

    @Test func `The end of the other side is nil`() throws {
        let line = try Line()
        try ZygoteMessage.exited(generation: 1, pid: 2, status: 3).send(on: line.zygote)
        line.hangUp()
        #expect(try ZygoteMessage.receive(on: line.host, waiting: true) != nil, "what was said before still counts")
        #expect(try ZygoteMessage.receive(on: line.host, waiting: true) == nil)
        #expect(throws: ChannelError.self) {
            try ZygoteMessage.fork(generation: 1, settings: WorkerSettings()).send(on: line.host)
        }
    }

    @Test func `Not waiting for what is not there is an error`() throws {
        let line = try Line()
        #expect(throws: ChannelError.self) { try ZygoteMessage.receive(on: line.host, waiting: false) }
    }

    @Test func `The largest message crosses, a larger one is refused before it is sent`() throws {
        let line = try Line()
        let text = String(repeating: "a", count: ZygoteMessage.largest - 64)
        let message = ZygoteMessage.forkFailed(generation: 1, reason: text)
        try message.send(on: line.host)
        #expect(try ZygoteMessage.receive(on: line.zygote, waiting: true)?.message == message)
        #expect(throws: ChannelError("a message to the zygote is too large")) {
            try ZygoteMessage.forkFailed(generation: 1, reason: text + text).send(on: line.host)
        }
        #expect(throws: ChannelError.self) { try ZygoteMessage.receive(on: line.zygote, waiting: false) }
    }

    static let garbage: [[UInt8]] = [
        [0], [0xFF], [13, 1, 0, 0, 0], [13, 0xFF, 0xFF, 0xFF, 0xFF], [8, 4, 0x66, 0x6F, 0x72, 0x6B],
        // ("fork", 1) with a byte too many
        [13, 2, 0, 0, 0, 8, 4, 0x66, 0x6F, 0x72, 0x6B, 3, 1, 0],
        // ("fork", 1, 1)
        [13, 3, 0, 0, 0, 8, 4, 0x66, 0x6F, 0x72, 0x6B, 3, 1, 3, 1],
        [UInt8](repeating: 17, count: 5000),
    ]

    @Test(arguments: garbage)
    func `A packet that is no message is refused, and what came with it is closed`(_ packet: [UInt8]) throws {
        let line = try Line()
        let pipe = try Pipe()
        line.inject(packet, [pipe.takeWriteEnd()])
        #expect(throws: ChannelError.self) { try ZygoteMessage.receive(on: line.host, waiting: true) }
        #expect(pipe.isWriteEndClosed, "the descriptor leaked")
    }

    @Test func `More descriptors than any message has are refused and closed`() throws {
        let line = try Line()
        let pipes = try (0..<12).map { _ in try Pipe() }
        line.inject(
            try ZygoteMessage.fork(generation: 1, settings: WorkerSettings()).value.wireForm(),
            pipes.map { $0.takeWriteEnd() })
        #expect(throws: ChannelError.self) { try ZygoteMessage.receive(on: line.host, waiting: true) }
        #expect(pipes.allSatisfy { $0.isWriteEndClosed })
    }

    @Test func `A packet larger than any message is refused`() throws {
        let line = try Line()
        line.inject([UInt8](repeating: 0, count: ZygoteMessage.largest + 1))
        #expect(throws: ChannelError.self) { try ZygoteMessage.receive(on: line.host, waiting: true) }
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `Messages with flipped bytes are read or refused`(_ seed: UInt64) throws {
        let line = try Line()
        var generator = SeededGenerator(seed: 800 + seed)
        let packets = try ZygoteMessageTests.messages.map { try $0.value.wireForm() }
        for _ in 0..<200 {
            var packet = packets[generator.below(packets.count)]
            packet[generator.below(packet.count)] = UInt8(truncatingIfNeeded: generator.next())
            line.inject(packet)
            do { _ = try ZygoteMessage.receive(on: line.host, waiting: true) } catch {
                let version = ZygoteMessage.protocolVersion
                #expect(error == ChannelError("a packet that is no message of version \(version)"))
            }
        }
    }
}
