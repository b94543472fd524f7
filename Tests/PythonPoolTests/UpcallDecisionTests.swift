import Testing

@testable import PythonPool

/// The decisions about answers to Python, as values.
@Suite struct UpcallDecisionTests {
    @Test func `What nobody holds is free`() {
        let holds = Holds()
        let unsent = holds.add()
        #expect(holds.released(unsent))
        let id = holds.add()
        holds.hold(id, by: 1)
        holds.hold(id, by: 1)
        holds.hold(id, by: 2)
        #expect(!holds.released(id))
        #expect(!holds.drop(id, by: 1))
        #expect(!holds.drop(id, by: 1))
        #expect(holds.drop(id, by: 2))
        #expect(holds.count == 0)
    }

    @Test func `What is dropped by Python first is free when it is released here`() {
        let holds = Holds()
        let id = holds.add()
        holds.hold(id, by: 1)
        #expect(!holds.drop(id, by: 1))
        #expect(holds.released(id))
    }

    @Test func `A worker's end drops what it held, and nothing of others`() {
        let holds = Holds()
        let ids = (0..<3).map { _ in holds.add() }
        holds.hold(ids[0], by: 1)
        holds.hold(ids[1], by: 1)
        holds.hold(ids[1], by: 2)
        holds.hold(ids[2], by: 1)
        for id in ids.prefix(2) { #expect(!holds.released(id)) }
        #expect(holds.ended(1) == [ids[0]], "one is held by another worker, one here")
        #expect(holds.ended(2) == [ids[1]])
        #expect(holds.released(ids[2]))
        #expect(holds.count == 0)
    }

    @Test func `A worker that lies about what it holds frees nothing of others and keeps nothing`() {
        let holds = Holds()
        let id = holds.add()
        #expect(!holds.drop(id, by: 1), "never held")
        holds.hold(id, by: 1)
        #expect(!holds.drop(id, by: 2), "held by another")
        holds.hold(99, by: 1)
        #expect(holds.count == 1)
        #expect(!holds.drop(99, by: 1))
        #expect(holds.ended(1).isEmpty)
        #expect(holds.released(id))
        #expect(!holds.released(id))
    }

    @Test func `A handler is started on the spot once it has proved short`() {
        var pace = HandlerPace()
        #expect(!pace.isImmediate)
        pace.ended(after: HandlerPace.short)
        #expect(!pace.isImmediate)
        pace.ended(after: HandlerPace.short - 1)
        #expect(pace.isImmediate)
        pace.returned(after: HandlerPace.short - 1)
        #expect(pace.isImmediate)
    }

    @Test func `One that kept the reader is an ordinary task for long`() {
        var pace = HandlerPace()
        pace.ended(after: 1)
        pace.returned(after: HandlerPace.short)
        for _ in 1..<HandlerPace.pause {
            pace.ended(after: 1)
            #expect(!pace.isImmediate)
        }
        pace.ended(after: 1)
        #expect(pace.isImmediate)
    }
}

/// The value, in a place where an expectation may change it.
private final class Holds {
    private var value = HostedHolds()

    var count: Int { value.count }
    func add() -> UInt64 { value.add() }
    func released(_ id: UInt64) -> Bool { value.released(id) }
    func hold(_ id: UInt64, by generation: Int) { value.hold(id, by: generation) }
    func drop(_ id: UInt64, by generation: Int) -> Bool { value.drop(id, by: generation) }
    func ended(_ generation: Int) -> [UInt64] { value.ended(generation) }
}
