import CLinux
import Glibc
import Synchronization
import Testing

@testable import Marshalling

/// Many threads on one channel: no frame is lost, none comes twice, and nobody sleeps while one waits for it.
@Suite(.serialized) struct ChannelThreadTests {
    @Test func `Two threads play ping-pong`() throws {
        let pair = try ChannelPair()
        let rounds: UInt64 = 20_000
        let limit = deadline()
        Threads.run { () throws in
            #expect(pair.host.becomeReader())
            for round in 0..<rounds {
                try pair.host.send(id: round, [1, 2, 3])
                guard let answer = try pair.host.next(until: limit), answer.id == round else {
                    Issue.record("no answer in round \(round)")
                    return
                }
            }
            #expect(pair.host.resignReader())
        } _: { () throws in
            #expect(pair.worker.becomeReader())
            for round in 0..<rounds {
                guard let call = try pair.worker.next(until: limit), call.id == round else {
                    Issue.record("no call in round \(round)")
                    return
                }
                try pair.worker.send(.result, id: call.id, call.payload)
            }
        }
    }

    @Test func `Large payloads play ping-pong`() throws {
        let pair = try ChannelPair()
        let limit = deadline()
        let payload = [UInt8].pattern(200_000)
        Threads.run { () throws in
            #expect(pair.host.becomeReader())
            for round in 0..<300 as Range<UInt64> {
                try pair.host.send(id: round, payload)
                guard let answer = try pair.host.next(until: limit), answer.payload.isSame(as: payload) else {
                    Issue.record("no answer, or another one, in round \(round)")
                    return
                }
            }
        } _: { () throws in
            #expect(pair.worker.becomeReader())
            for _ in 0..<300 {
                guard let call = try pair.worker.next(until: limit) else { return }
                try pair.worker.send(.result, id: call.id, call.payload)
            }
        }
    }

    @Test func `Several senders keep their own order`() throws {
        let pair = try ChannelPair()
        let (senders, each) = (4, 3000 as UInt64)
        let limit = deadline()
        let sending: [@Sendable () throws -> Void] = (0..<senders).map { sender in
            {
                for number in 0..<each {
                    try pair.worker.send(.item, id: number, aux: UInt64(sender), .pattern(Int(number % 500)))
                }
            }
        }
        let done = Atomic(false)
        let flushing: @Sendable () throws -> Void = {
            while !done.load(ordering: .sequentiallyConsistent) {
                try pair.worker.standBy()
                try pair.worker.flushBacklog()
            }
        }
        let receiving: @Sendable () throws -> Void = {
            #expect(pair.host.becomeReader())
            var next = [UInt64](repeating: 0, count: senders)
            while next.reduce(0, +) < each * UInt64(senders), let frame = try pair.host.next(until: limit) {
                guard frame.id == next[Int(frame.aux)], frame.payload.count == Int(frame.id % 500) else {
                    Issue.record("sender \(frame.aux): \(frame.id) came instead of \(next[Int(frame.aux)])")
                    break
                }
                next[Int(frame.aux)] += 1
            }
            #expect(next == [UInt64](repeating: each, count: senders))
            done.store(true, ordering: .sequentiallyConsistent)
            _ = clinux_ring(pair.worker.descriptors.standby)
        }
        Threads.run(sending + [flushing, receiving])
    }

    /// A host as the pool has it: one thread stands by, another reads directly while it waits for its own answer. In
    /// each round the worker answers, and two of its other threads send a frame besides. Nothing else happens until all
    /// three have been read, so a frame for which nobody was woken would stay where it is.
    @Test(arguments: [600, 601] as [UInt64])
    func `The hand-over between direct and stand-by reader loses no frame`(_ seed: UInt64) throws {
        let table = try HandOver(rounds: 4000, senders: 2, seed: seed)
        Threads.run(table.bodies)
        #expect(table.received == 4000 * 3)
    }
}

private final class HandOver: Sendable {
    private let pair: ChannelPair
    private let rounds: UInt64
    private let senders: Int
    private let seed: UInt64
    private let limit = deadline(seconds: 30)
    private let round = Atomic<UInt64>(0)
    private let count = Atomic<UInt64>(0)
    private let answered = Atomic<UInt64>(.max)

    init(rounds: UInt64, senders: Int, seed: UInt64) throws {
        pair = try ChannelPair()
        self.rounds = rounds
        self.senders = senders
        self.seed = seed
    }

    var received: UInt64 { count.load(ordering: .sequentiallyConsistent) }

    var bodies: [@Sendable () throws -> Void] {
        let sending = (0..<senders).map { sender in { @Sendable () throws -> Void in try self.send(sender) } }
        return sending + [{ try self.standBy() }, { try self.call() }, { try self.answer() }]
    }

    private func hasAnswer(_ number: UInt64) -> Bool { answered.load(ordering: .sequentiallyConsistent) == number }

    private func drain() throws {
        while let frame = try pair.host.receive() {
            if frame.kind == .result { answered.store(frame.id, ordering: .sequentiallyConsistent) }
            count.wrappingAdd(1, ordering: .sequentiallyConsistent)
        }
    }

    /// The host's stand-by reader.
    private func standBy() throws {
        while round.load(ordering: .sequentiallyConsistent) < rounds {
            try pair.host.standBy()
            guard pair.host.becomeReader() else { continue }
            repeat { try drain() } while !pair.host.resignReader()
        }
    }

    /// The host's caller, which reads directly until it has its answer, unless the other reader is quicker.
    private func call() throws {
        defer {
            round.store(rounds, ordering: .sequentiallyConsistent)
            _ = clinux_ring(pair.host.descriptors.standby)
        }
        for number in 0..<rounds {
            try pair.host.send(id: number, [])
            while !hasAnswer(number) {
                guard pair.host.becomeReader() else {
                    if clinux_monotonic_ns() > limit { break }
                    _ = sched_yield()
                    continue
                }
                repeat {
                    try drain()
                    while !hasAnswer(number), try pair.host.sleep(until: limit) {
                        try drain()
                    }
                } while !pair.host.resignReader()
                if clinux_monotonic_ns() > limit { break }
            }
            let all = (number + 1) * UInt64(senders + 1)
            guard spin(until: limit, { received >= all }) else {
                Issue.record("round \(number): \(received) of \(all) frames were read")
                return
            }
            round.store(number + 1, ordering: .sequentiallyConsistent)
        }
    }

    /// The worker's slot.
    private func answer() throws {
        #expect(pair.worker.becomeReader())
        for _ in 0..<rounds {
            guard let call = try pair.worker.next(until: limit) else { return }
            try pair.worker.send(.result, id: call.id, [])
        }
    }

    /// Another thread of the worker.
    private func send(_ sender: Int) throws {
        var generator = SeededGenerator(seed: seed &+ UInt64(sender))
        for number in 0..<rounds {
            // The first sends as the caller has its answer and is about to hand over, the others at any time.
            guard spin(until: limit, { sender == 0 ? hasAnswer(number) : round.load(ordering: .relaxed) >= number })
            else { return }
            // A different instant in each round.
            for _ in 0..<generator.below(sender == 0 ? 20 : 400) {
                _ = clinux_load_u32(pair.memory.sent(by: .worker).sleeper)
            }
            try pair.worker.send(.upcall, id: number, aux: UInt64(sender), [])
        }
    }
}
