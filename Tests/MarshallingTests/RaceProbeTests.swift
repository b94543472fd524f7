import Synchronization
import Testing

@testable import Marshalling

final class Probe: Sendable {
    let mutex = Mutex(0)
    nonisolated(unsafe) var guarded = 0
    nonisolated(unsafe) var racy = 0
}

@Suite struct RaceProbeTests {
    @Test func `guarded by a contended mutex`() {
        let probe = Probe()
        Threads.run(
            (0..<4).map { _ in
                {
                    for _ in 0..<50_000 {
                        probe.mutex.withLock {
                            $0 += 1; probe.guarded += 1
                        }
                    }
                }
            })
        #expect(probe.guarded == 200_000)
    }
    @Test func `racy`() {
        let probe = Probe()
        Threads.run((0..<4).map { _ in { for _ in 0..<50_000 { probe.racy += 1 } } })
        #expect(probe.racy > 0)
    }
    @Test func `racy in the product`() throws {
        // Two threads read one ring without the channel's lock.
        let wires = try Wires()
        let memory = Memory(try wires.block())
        nonisolated(unsafe) var consumer = RingConsumer(memory.sent(by: .worker))
        nonisolated(unsafe) var producer = RingProducer(memory.sent(by: .worker))
        Threads.run(
            (0..<2).map { _ in
                {
                    for _ in 0..<5_000 {
                        _ = try? producer.write(kind: 1, flags: 0, id: 1, aux: 1, payload: .init(start: nil, count: 0));
                        _ = try? consumer.read()
                    }
                }
            })
    }
}
