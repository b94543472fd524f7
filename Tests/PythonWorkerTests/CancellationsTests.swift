import Testing

@testable import PythonWorker

/// Which calls are interrupted, and how often: event by event.
@Suite struct CancellationsTests {
    enum Event: Sendable {
        case begin(UInt64, on: UInt)
        case end(UInt64)
        case cancel(UInt64, waits: Bool = false)
        case takeInterrupts(at: UInt64 = 0)
        case threadToInterrupt(UInt64)
        case postpone(UInt64, until: UInt64)
        case interruptAgain(on: UInt, from: UInt64)
        case tell(UInt64, on: UInt)
        case isCancelled(UInt64)

        func happens(to cancellations: inout Cancellations) -> Outcome {
            switch self {
            case .begin(let call, let thread): return .answer(cancellations.begin(call, on: thread))
            case .end(let call): return .answer(cancellations.end(call))
            case .cancel(let call, let waits): cancellations.cancel(call) { _ in waits }
            case .takeInterrupts(let now): return .calls(cancellations.takeInterrupts(at: now))
            case .threadToInterrupt(let call): return .thread(cancellations.threadToInterrupt(for: call))
            case .postpone(let call, let earliest): cancellations.postponeInterrupt(of: call, until: earliest)
            case .interruptAgain(let thread, let earliest): cancellations.interruptAgain(on: thread, from: earliest)
            case .tell(let call, let thread): return .answer(cancellations.tell(call, on: thread))
            case .isCancelled(let call): return .answer(cancellations.isCancelled(call))
            }
            return .nothing
        }
    }

    enum Outcome: Sendable, Equatable {
        case nothing
        case answer(Bool)
        case calls([UInt64])
        case thread(UInt?)
    }

    struct Story: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let steps: [(event: Event, outcome: Outcome)]

        init(_ name: String, _ steps: [(Event, Outcome)]) {
            testDescription = name
            self.steps = steps
        }
    }

    static let stories = [
        Story(
            "a call that runs is interrupted once",
            [
                (.begin(1, on: 7), .answer(true)), (.isCancelled(1), .answer(false)), (.cancel(1), .nothing),
                (.isCancelled(1), .answer(true)), (.takeInterrupts(), .calls([1])), (.takeInterrupts(), .calls([])),
                (.threadToInterrupt(1), .thread(7)), (.tell(1, on: 7), .answer(true)),
                (.threadToInterrupt(1), .thread(nil)),
            ]),
        Story(
            "a call that cannot be interrupted yet is tried again",
            [
                (.begin(1, on: 7), .answer(true)), (.cancel(1), .nothing), (.takeInterrupts(), .calls([1])),
                (.threadToInterrupt(1), .thread(7)), (.postpone(1, until: 5), .nothing),
                (.takeInterrupts(at: 4), .calls([])), (.takeInterrupts(at: 5), .calls([1])),
                (.takeInterrupts(at: 6), .calls([])), (.threadToInterrupt(1), .thread(7)),
                (.tell(1, on: 7), .answer(true)),
                (.takeInterrupts(), .calls([])),
            ]),
        Story(
            "a call that could not be interrupted and has ended is not tried again",
            [
                (.begin(1, on: 7), .answer(true)), (.cancel(1), .nothing), (.takeInterrupts(), .calls([1])),
                (.postpone(1, until: 5), .nothing), (.end(1), .answer(false)), (.takeInterrupts(at: 5), .calls([1])),
                (.threadToInterrupt(1), .thread(nil)),
            ]),
        Story(
            "a call whose exception was lost is interrupted again, and no other thread's",
            [
                (.begin(1, on: 7), .answer(true)), (.begin(2, on: 8), .answer(true)), (.cancel(1), .nothing),
                (.cancel(2), .nothing), (.takeInterrupts(), .calls([1, 2])), (.tell(1, on: 7), .answer(true)),
                (.tell(2, on: 8), .answer(true)), (.interruptAgain(on: 7, from: 5), .nothing),
                (.takeInterrupts(at: 4), .calls([])), (.takeInterrupts(at: 5), .calls([1])),
                (.threadToInterrupt(1), .thread(7)), (.tell(1, on: 7), .answer(true)),
                (.end(1), .answer(true)), (.interruptAgain(on: 7, from: 5), .nothing),
                (.takeInterrupts(at: 9), .calls([])),
            ]),
        Story(
            "cancelling twice interrupts once",
            [
                (.begin(1, on: 7), .answer(true)), (.cancel(1), .nothing), (.cancel(1), .nothing),
                (.takeInterrupts(), .calls([1])), (.cancel(1), .nothing), (.takeInterrupts(), .calls([])),
            ]),
        Story(
            "a call whose cancellation has overtaken it does not begin",
            [
                (.cancel(1), .nothing), (.takeInterrupts(), .calls([])), (.begin(2, on: 7), .answer(true)),
                (.begin(1, on: 8), .answer(false)), (.threadToInterrupt(1), .thread(nil)),
            ]),
        Story(
            "a call that waits for the host is told by its question",
            [
                (.begin(1, on: 7), .answer(true)), (.cancel(1, waits: true), .nothing), (.takeInterrupts(), .calls([])),
                (.tell(1, on: 7), .answer(true)), (.tell(1, on: 7), .answer(false)),
                (.threadToInterrupt(1), .thread(nil)),
            ]),
        Story(
            "a call that has seen it by itself is not interrupted",
            [
                (.begin(1, on: 7), .answer(true)), (.cancel(1), .nothing), (.tell(1, on: 7), .answer(true)),
                (.takeInterrupts(), .calls([1])), (.threadToInterrupt(1), .thread(nil)),
            ]),
        Story(
            "a call that was interrupted is not told again",
            [
                (.begin(1, on: 7), .answer(true)), (.cancel(1), .nothing), (.threadToInterrupt(1), .thread(7)),
                (.tell(1, on: 7), .answer(true)),
                (.tell(1, on: 7), .answer(false)),
            ]),
        Story(
            "an interrupt that comes after the end hits nobody",
            [
                (.begin(1, on: 7), .answer(true)), (.cancel(1), .nothing), (.takeInterrupts(), .calls([1])),
                (.end(1), .answer(false)), (.threadToInterrupt(1), .thread(nil)), (.isCancelled(1), .answer(false)),
            ]),
        Story(
            "the thread's next call is none of the cancelled one's",
            [
                (.begin(1, on: 7), .answer(true)), (.cancel(1), .nothing), (.threadToInterrupt(1), .thread(7)),
                (.tell(1, on: 7), .answer(true)),
                (.end(1), .answer(true)), (.begin(2, on: 7), .answer(true)), (.tell(2, on: 7), .answer(false)),
                (.isCancelled(2), .answer(false)), (.end(2), .answer(false)),
            ]),
        Story(
            "no thread is told of another one's call",
            [
                (.begin(1, on: 7), .answer(true)), (.begin(2, on: 8), .answer(true)),
                (.cancel(1, waits: true), .nothing),
                (.tell(1, on: 8), .answer(false)), (.tell(2, on: 8), .answer(false)), (.tell(1, on: 7), .answer(true)),
            ]),
        Story(
            "calls are interrupted in the order in which they were cancelled",
            [
                (.begin(1, on: 7), .answer(true)), (.begin(2, on: 8), .answer(true)), (.begin(3, on: 9), .answer(true)),
                (.cancel(3), .nothing), (.cancel(1), .nothing), (.takeInterrupts(), .calls([3, 1])),
                (.threadToInterrupt(1), .thread(7)), (.tell(1, on: 7), .answer(true)),
                (.threadToInterrupt(3), .thread(9)), (.tell(3, on: 9), .answer(true)),
                (.isCancelled(2), .answer(false)),
            ]),
    ]

    @Test(arguments: stories)
    func `Each call is told once, and no other instead`(story: Story) {
        var cancellations = Cancellations()
        for (index, step) in story.steps.enumerated() {
            #expect(step.event.happens(to: &cancellations) == step.outcome, "step \(index): \(step.event)")
        }
    }

    @Test func `Cancellations of calls that never come are kept up to a bound, the latest of them`() {
        var cancellations = Cancellations()
        let last = UInt64(Cancellations.mostEarly)
        for call in 0...last { cancellations.cancel(call) { _ in false } }
        let (oldest, second, newest) = (
            cancellations.begin(0, on: 7), cancellations.begin(1, on: 7), cancellations.begin(last, on: 7)
        )
        #expect(oldest && !second && !newest)
    }
}
