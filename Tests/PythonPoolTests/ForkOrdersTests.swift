import Testing

@testable import PythonPool

/// How many orders to fork are out at once.
@Suite struct ForkOrdersTests {
    @Test func `As many orders as the window holds go out, each answer lets out the next one, in their order`() {
        let orders = ForkOrders()
        let wanted = (0..<100).map { ($0, orders.want($0)) }
        #expect(wanted.filter(\.1).map(\.0) == Array(0..<ForkOrders.window))
        var ordered = Array(0..<ForkOrders.window)
        var answered = 0
        while answered < ordered.count {
            if let next = orders.answered() { ordered.append(next) }
            answered += 1
        }
        #expect(ordered == Array(0..<100))
    }

    @Test func `When all has been answered the window is open again`() {
        let orders = ForkOrders()
        for generation in 0..<3 { #expect(orders.want(generation)) }
        // One answer too many is no room for one order more.
        for _ in 0..<4 { #expect(orders.answered() == nil) }
        #expect((0..<(ForkOrders.window + 1)).filter { orders.want($0) }.count == ForkOrders.window)
    }

    @Test func `More workers than orders fit into a socket are all started`() async throws {
        // A socket of 208 kB, the kernel's default, holds 278 messages.
        try await withFixturePool(size: 300, preload: []) { (python: PythonPool) async throws in
            try await python.start()
            #expect(python.statistics.workers.count == 300)
            #expect(Set(python.statistics.workers.map(\.pid)).count == 300)
        }
    }
}
