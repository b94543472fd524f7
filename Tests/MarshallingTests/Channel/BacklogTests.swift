import CLinux
import Synchronization
import Testing

@testable import Marshalling

/// Sending never blocks: what finds no room waits, and goes out when the other side has read.
@Suite struct BacklogTests {
    @Test func `What finds no room goes out when the peer has read`() throws {
        let pair = try ChannelPair()
        for number in 0..<200 { try pair.host.send(id: UInt64(number), .pattern(4000, number: number)) }
        #expect(pair.memory.sent(by: .host).wantsRoom.pointee == 1)
        var received: [Frame] = []
        var rounds = 0
        while received.count < 200, rounds < 200 {
            rounds += 1
            #expect(rings(pair.host.descriptors.standby) == 0)
            received += try pair.worker.receiveAll()
            if received.count < 200 {
                #expect(rings(pair.host.descriptors.standby) > 0, "the peer made room and did not say so")
            }
            try pair.host.flushBacklog()
        }
        #expect(received.map(\.id) == Array(0..<200))
        #expect(received.allSatisfy { $0.payload.isSame(as: .pattern(4000, number: Int($0.id))) })
        #expect(rounds < 20, "each flush fills the ring")
    }

    @Test func `A later frame does not overtake those that wait`() throws {
        let pair = try ChannelPair()
        for number in 0..<5 { try pair.host.send(id: UInt64(number), .pattern(RingLayout.inlineLimit)) }
        _ = try pair.worker.receive()
        // A frame this small would have found room before the one that waits.
        try pair.host.send(id: 5, [])
        #expect(try pair.worker.receiveAll().map(\.id) == [1, 2, 3])
        try pair.host.flushBacklog()
        #expect(try pair.worker.receiveAll().map(\.id) == [4, 5])
    }

    @Test func `Large payloads wait as small ones do`() throws {
        let pair = try ChannelPair()
        let sizes = (0..<60).map { $0 % 6 == 5 ? 60_000 + $0 : 8000 + $0 }
        for (number, size) in sizes.enumerated() {
            try pair.worker.send(.item, id: UInt64(number), .pattern(size, number: number))
        }
        var received: [Frame] = []
        for _ in 0..<60 where received.count < 60 {
            received += try pair.host.receiveAll()
            try pair.worker.flushBacklog()
        }
        #expect(received.map(\.id) == Array(0..<60))
        #expect(received.allSatisfy { $0.payload.isSame(as: .pattern(sizes[Int($0.id)], number: Int($0.id))) })
    }

    @Test func `The next send takes along what waits`() throws {
        let pair = try ChannelPair()
        for number in 0..<40 { try pair.host.send(id: UInt64(number), .pattern(4000)) }
        let first = try pair.worker.receiveAll().count
        #expect(first < 40)
        _ = rings(pair.worker.descriptors.standby)
        #expect(pair.worker.becomeReader() && pair.worker.resignReader())
        try pair.host.send(id: 40, [])
        #expect(rings(pair.worker.descriptors.standby) == 1)
        #expect(try pair.worker.receiveAll().count == 41 - first)
    }

    @Test func `A peer that sleeps is woken for what is flushed`() throws {
        let pair = try ChannelPair()
        for number in 0..<40 { try pair.host.send(id: UInt64(number), .pattern(4000)) }
        #expect(pair.worker.becomeReader())
        let first = try pair.worker.receiveAll().count
        #expect(pair.worker.resignReader())
        _ = rings(pair.worker.descriptors.standby)
        try pair.host.flushBacklog()
        #expect(rings(pair.worker.descriptors.standby) == 1)
        #expect(try pair.worker.receiveAll().count == 40 - first)
        try pair.host.flushBacklog()
        #expect(rings(pair.worker.descriptors.standby) == 0)
    }

    /// After the last send of a burst only the bell for room moves what waits, so one that is missed once is missed for
    /// good.
    @Test(arguments: [9000, 20_000, 32_000])
    func `A burst larger than the ring drains without another send`(_ size: Int) throws {
        let pair = try ChannelPair()
        let (bursts, each) = (3000 as UInt64, UInt64(3 * RingLayout.capacity / size))
        let limit = deadline()
        let received = Atomic<UInt64>(0)
        let done = Atomic(false)
        let payload = [UInt8].pattern(size)
        Threads.run { () throws in
            defer {
                done.store(true, ordering: .sequentiallyConsistent)
                pair.host.ringStandby()
            }
            for burst in 0..<bursts {
                for number in 0..<each { try pair.host.send(id: burst * each + number, payload) }
                let all = (burst + 1) * each
                guard spin(until: limit, { received.load(ordering: .sequentiallyConsistent) == all }) else {
                    Issue.record("burst \(burst) stands still at \(received.load(ordering: .relaxed)) of \(all)")
                    return
                }
            }
        } _: { () throws in
            while !done.load(ordering: .sequentiallyConsistent) {
                try pair.host.standBy()
                try pair.host.flushBacklog()
            }
        } _: { () throws in
            #expect(pair.worker.becomeReader())
            for expected in 0..<bursts * each {
                guard let frame = try pair.worker.next(until: limit), frame.id == expected else { return }
                received.store(expected + 1, ordering: .sequentiallyConsistent)
            }
        }
    }

    @Test(arguments: [100, 9000, 30_000])
    func `A flood gets through while both sides sleep and wake`(_ size: Int) throws {
        let pair = try ChannelPair()
        let frames = 100_000_000 / (size + 4000)
        let limit = deadline()
        let done = Atomic(false)
        let payload = [UInt8].pattern(size)
        Threads.run { () throws in
            for number in 0..<frames { try pair.host.send(id: UInt64(number), payload) }
        } _: { () throws in
            // The host's stand-by reader, which flushes when the worker says that there is room.
            while !done.load(ordering: .sequentiallyConsistent) {
                try pair.host.standBy()
                try pair.host.flushBacklog()
            }
        } _: { () throws in
            #expect(pair.worker.becomeReader())
            var expected: UInt64 = 0
            while expected < frames, let frame = try pair.worker.next(until: limit), frame.id == expected {
                expected += 1
            }
            #expect(expected == frames, "frames were lost, or nobody was woken for them")
            done.store(true, ordering: .sequentiallyConsistent)
            pair.host.ringStandby()
        }
    }
}

extension Channel {
    /// Wakes this side's stand-by reader, as the peer does.
    fileprivate func ringStandby() { _ = clinux_ring(descriptors.standby) }
}
