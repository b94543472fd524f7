import CLinux
import Testing

@testable import Marshalling

/// A ring costs a system call on one side and wakes a thread on the other, so it is rung for a sleeper and for nobody
/// else.
@Suite struct DoorbellTests {
    @Test func `A new channel has a stand-by reader on each side`() throws {
        let pair = try ChannelPair()
        #expect(pair.memory.sleeper(of: .host) == 1)
        #expect(pair.memory.sleeper(of: .worker) == 1)
    }

    @Test func `The first frame rings for the stand-by reader, those that follow do not`() throws {
        let pair = try ChannelPair()
        for number in 0..<10 as Range<UInt64> { try pair.host.send(id: number, []) }
        #expect(rings(pair.worker.descriptors.standby) == 1)
        #expect(rings(pair.worker.descriptors.direct) == 0)
        #expect(rings(pair.host.descriptors.standby) == 0)
        #expect(rings(pair.host.descriptors.direct) == 0)
    }

    @Test func `Nothing rings for a reader that is awake`() throws {
        let pair = try ChannelPair()
        #expect(pair.worker.becomeReader())
        for number in 0..<10 as Range<UInt64> { try pair.host.send(id: number, [1]) }
        #expect(rings(pair.worker.descriptors.standby) == 0)
        #expect(rings(pair.worker.descriptors.direct) == 0)
        #expect(try pair.worker.receiveAll().count == 10)
    }

    @Test func `The stand-by bell rings again when the direct reader has resigned`() throws {
        let pair = try ChannelPair()
        #expect(pair.worker.becomeReader())
        #expect(pair.worker.resignReader())
        try pair.host.send(id: 1, [])
        #expect(rings(pair.worker.descriptors.standby) == 1)
        #expect(rings(pair.worker.descriptors.direct) == 0)
    }

    @Test func `There is one reader at a time`() throws {
        let pair = try ChannelPair()
        #expect(pair.worker.becomeReader())
        #expect(!pair.worker.becomeReader())
        #expect(pair.host.becomeReader(), "the other side has a reader of its own")
        #expect(pair.worker.resignReader())
        #expect(pair.worker.becomeReader())
    }

    @Test func `Who resigns with a frame unread is the reader still`() throws {
        let pair = try ChannelPair()
        #expect(pair.worker.becomeReader())
        try pair.host.send(id: 1, [])
        #expect(!pair.worker.resignReader())
        #expect(!pair.worker.becomeReader())
        #expect(pair.memory.sleeper(of: .worker) == 0)
        #expect(try pair.worker.receiveAll().count == 1)
        #expect(pair.worker.resignReader())
        #expect(pair.memory.sleeper(of: .worker) == 1)
    }

    @Test func `Who puts off reading is rung for by itself, and the peer need not`() throws {
        let pair = try ChannelPair()
        #expect(pair.worker.becomeReader())
        try pair.host.send(id: 1, [])
        pair.worker.putOffReading()
        #expect(rings(pair.worker.descriptors.standby) == 1)
        try pair.host.send(id: 2, [])
        #expect(rings(pair.worker.descriptors.standby) == 0)
        #expect(pair.worker.becomeReader())
        #expect(try pair.worker.receiveAll().map(\.id) == [1, 2])
        #expect(pair.worker.resignReader())
    }

    @Test func `Sleep does not sleep while a frame is there`() throws {
        let pair = try ChannelPair()
        #expect(pair.worker.becomeReader())
        try pair.host.send(id: 1, [])
        #expect(try pair.worker.sleep(until: 1))
        #expect(rings(pair.worker.descriptors.direct) == 0)
        #expect(pair.memory.sleeper(of: .worker) == 0)
    }

    @Test func `Sleep ends with its deadline`() throws {
        let pair = try ChannelPair()
        #expect(pair.worker.becomeReader())
        #expect(try !pair.worker.sleep(until: 1), "a deadline that has passed")
        let end = clinux_monotonic_ns() + 2_000_000
        #expect(try !pair.worker.sleep(until: end))
        #expect(clinux_monotonic_ns() >= end)
        #expect(pair.memory.sleeper(of: .worker) == 0)
    }

    @Test func `The direct bell rings once for a direct reader that sleeps`() throws {
        let pair = try ChannelPair()
        let limit = deadline()
        Threads.run { () throws in
            #expect(pair.worker.becomeReader())
            #expect(try pair.worker.sleep(until: limit))
            #expect(try pair.worker.receive()?.id == 1)
            #expect(pair.worker.resignReader())
        } _: { () throws in
            #expect(spin(until: limit) { pair.memory.sleeper(of: .worker) == 2 })
            try pair.host.send(id: 1, [])
        }
        #expect(rings(pair.worker.descriptors.direct) == 0, "the sleeper took the ring that was for it")
        #expect(rings(pair.worker.descriptors.standby) == 0)
    }

    @Test func `A direct reader can be woken for a reason that is no frame`() throws {
        let pair = try ChannelPair()
        let limit = deadline()
        Threads.run { () throws in
            #expect(pair.worker.becomeReader())
            #expect(try pair.worker.sleep(until: limit))
            #expect(try pair.worker.receive() == nil)
        } _: { () throws in
            #expect(spin(until: limit) { pair.memory.sleeper(of: .worker) == 2 })
            pair.worker.wakeDirectReader()
        }
    }

    @Test func `The stand-by reader sleeps until it is rung for`() throws {
        let pair = try ChannelPair()
        Threads.run { () throws in
            try pair.worker.standBy()
            #expect(pair.worker.becomeReader())
            #expect(try pair.worker.receiveAll().count == 1)
            #expect(pair.worker.resignReader())
        } _: { () throws in
            try pair.host.send(id: 1, [])
        }
        #expect(rings(pair.worker.descriptors.standby) == 0)
    }

    @Test func `Nobody rings for room that nobody wants`() throws {
        let pair = try ChannelPair()
        for round in 0..<100 {
            try pair.host.send(id: UInt64(round), .pattern(8000))
            _ = try pair.worker.receive()
        }
        #expect(rings(pair.host.descriptors.standby) == 0)
    }
}
