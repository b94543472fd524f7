import Marshalling
import Testing

@testable import PythonWorker

/// Which slots are woken and started for the calls that wait: event by event.
@Suite struct SlotsTests {
    enum Event: Sendable {
        case comes(UInt64)
        case takes
        /// A slot takes a call that has yet to get the interpreter lock, or has got that.
        case takesToEnter
        case entered
        case finished
        case sleeps(Int32)
        case wakes(Int32)
        /// A call that runs begins to wait for the host, or has its answer.
        case asks
        case answered
        /// Somebody who reads the channel asks.
        case wanted
        /// The watcher asks, who had found so many calls taken when it looked before.
        case watched(since: UInt64)
        /// The same while Python code runs.
        case watchedComputing(since: UInt64)

        func happens(to slots: inout Slots) -> Outcome {
            switch self {
            case .comes(let call): slots.waiting.append(Frame(.call, id: call))
            case .takes: return .call(slots.take()?.id)
            case .takesToEnter: return .call(slots.takeToEnter()?.id)
            case .entered: return .watcherNeeded(slots.entered())
            case .finished: slots.finished()
            case .sleeps(let bell): slots.sleeps(bell)
            case .wakes(let bell): slots.wakes(bell)
            case .asks: slots.blocked += 1
            case .answered: slots.blocked -= 1
            case .wanted: return .wanted(slots.wanted(watching: false, stalledSince: nil))
            case .watched(let before): return .wanted(slots.wanted(watching: true, stalledSince: before))
            case .watchedComputing(let before):
                return .wanted(slots.wanted(watching: true, stalledSince: before, isComputing: true))
            }
            return .nothing
        }
    }

    enum Outcome: Sendable, Equatable {
        case nothing
        case call(UInt64?)
        case watcherNeeded(Bool)
        case wanted(Slots.Wanted)

        static let nobody = wanted(.init())
        static let watcher = wanted(.init(watch: true))
        static func woken(_ bells: [Int32], starts: Int = 0, watch: Bool = false) -> Outcome {
            wanted(.init(bells: bells, starts: starts, watch: watch))
        }
    }

    struct Story: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let limit: Int
        let steps: [(event: Event, outcome: Outcome)]

        init(_ name: String, limit: Int, _ steps: [(Event, Outcome)]) {
            testDescription = name
            self.limit = limit
            self.steps = steps
        }
    }

    static let stories = [
        Story(
            "calls are taken in the order in which they came", limit: 1,
            [
                (.takes, .call(nil)), (.comes(1), .nothing), (.comes(2), .nothing), (.takes, .call(1)),
                (.finished, .nothing), (.comes(3), .nothing), (.takes, .call(2)), (.finished, .nothing),
                (.takes, .call(3)), (.finished, .nothing), (.takes, .call(nil)),
            ]),
        Story(
            "an only slot is not helped", limit: 1,
            [
                (.comes(1), .nothing), (.takes, .call(1)), (.comes(2), .nothing), (.wanted, .nobody),
                (.watched(since: 1), .nobody),
            ]),
        Story(
            "a call that comes while a slot works has the watcher look, who starts one more slot when none comes back, then twice as many",
            limit: 4,
            [
                (.comes(1), .nothing), (.takes, .call(1)), (.comes(2), .nothing), (.wanted, .watcher),
                (.comes(3), .nothing), (.comes(4), .nothing), (.comes(5), .nothing), (.comes(6), .nothing),
                (.watched(since: 0), .nobody), (.watched(since: 1), .woken([], starts: 1)),
                (.watched(since: 1), .woken([], starts: 2)), (.watched(since: 1), .nobody),
            ]),
        Story(
            "calls that the slots just started have taken are no sign that the others come back", limit: 8,
            [
                (.comes(1), .nothing), (.takes, .call(1)), (.comes(2), .nothing), (.comes(3), .nothing),
                (.comes(4), .nothing), (.comes(5), .nothing), (.watched(since: 1), .woken([], starts: 1)),
                (.takes, .call(2)), (.watched(since: 1), .woken([], starts: 2)), (.takes, .call(3)),
                (.finished, .nothing), (.takes, .call(4)), (.comes(6), .nothing), (.finished, .nothing),
                (.takes, .call(5)), (.watched(since: 2), .nobody),
            ]),
        Story(
            "nobody is woken to wait for the interpreter, until it would be shared", limit: 3,
            [(.comes(1), .nothing), (.takes, .call(1)), (.comes(2), .nothing), (.comes(3), .nothing)]
                + Array(repeating: (.watchedComputing(since: 1), .nobody), count: Slots.switchInterval - 1) + [
                    (.watchedComputing(since: 1), .woken([], starts: 1)), (.takes, .call(2)), (.finished, .nothing),
                    (.takes, .call(3)), (.comes(4), .nothing), (.watchedComputing(since: 1), .nobody),
                    (.watchedComputing(since: 3), .nobody),
                ]),
        Story(
            "while one waits for the interpreter lock no other joins it, and nobody is woken for that", limit: 3,
            [
                (.comes(1), .nothing), (.takesToEnter, .call(1)), (.comes(2), .nothing), (.comes(3), .nothing),
                (.takesToEnter, .call(nil)), (.sleeps(10), .nothing), (.wanted, .watcher),
                (.watched(since: 1), .nobody),
                (.takes, .call(2)), (.finished, .nothing), (.entered, .watcherNeeded(true)),
                (.watched(since: 2), .woken([10])), (.takesToEnter, .call(3)), (.entered, .watcherNeeded(false)),
            ]),
        Story(
            "a slot that comes back as another one waits for the interpreter lock is not forgotten", limit: 2,
            [
                (.comes(1), .nothing), (.watched(since: 0), .woken([], starts: 1)), (.takesToEnter, .call(1)),
                (.comes(2), .nothing), (.wanted, .nobody), (.takesToEnter, .call(nil)), (.sleeps(10), .nothing),
                (.entered, .watcherNeeded(true)), (.watched(since: 1), .woken([10])),
            ]),
        Story(
            "a slot that comes back in time serves the next call, and nobody is woken", limit: 2,
            [
                (.comes(1), .nothing), (.takes, .call(1)), (.comes(2), .nothing), (.wanted, .watcher),
                (.finished, .nothing), (.takes, .call(2)), (.wanted, .nobody), (.watched(since: 1), .nobody),
            ]),
        Story(
            "when all that are busy wait for the host another is started at once", limit: 3,
            [
                (.comes(1), .nothing), (.takes, .call(1)), (.asks, .nothing), (.comes(2), .nothing),
                (.wanted, .woken([], starts: 1, watch: true)), (.takes, .call(2)), (.comes(3), .nothing),
                (.wanted, .watcher), (.asks, .nothing), (.wanted, .woken([], starts: 1)),
            ]),
        Story(
            "a slot whose answer has come is no reason to start another", limit: 2,
            [
                (.comes(1), .nothing), (.takes, .call(1)), (.asks, .nothing), (.answered, .nothing),
                (.comes(2), .nothing), (.wanted, .watcher),
            ]),
        Story(
            "a slot that is awake and has no call takes the one that comes, and nobody is woken beside it", limit: 3,
            [
                (.sleeps(10), .nothing), (.comes(1), .nothing), (.wanted, .woken([10], watch: true)),
                (.comes(2), .nothing), (.wanted, .watcher), (.takes, .call(1)), (.finished, .nothing),
                (.wanted, .watcher), (.takes, .call(2)),
            ]),
        Story(
            "the slot that worked last is woken first", limit: 3,
            [
                (.sleeps(10), .nothing), (.sleeps(11), .nothing), (.comes(1), .nothing),
                (.wanted, .woken([11], watch: true)), (.takes, .call(1)), (.asks, .nothing), (.comes(2), .nothing),
                (.wanted, .woken([10], watch: true)),
            ]),
        Story(
            "a slot is rung for once, and not when it woke by itself", limit: 1,
            [
                (.sleeps(10), .nothing), (.comes(1), .nothing), (.wanted, .woken([10])), (.wanted, .nobody),
                (.takes, .call(1)), (.finished, .nothing), (.sleeps(10), .nothing), (.wakes(10), .nothing),
                (.comes(2), .nothing), (.wanted, .nobody),
            ]),
        Story(
            "sleepers are woken before others are started, and never more than the limit", limit: 3,
            [
                (.sleeps(10), .nothing), (.comes(1), .nothing), (.comes(2), .nothing), (.comes(3), .nothing),
                (.comes(4), .nothing), (.watched(since: 0), .woken([10])), (.watched(since: 0), .woken([], starts: 2)),
                (.watched(since: 0), .nobody),
            ]),
        Story(
            "who has no call to serve is left asleep", limit: 2,
            [
                (.sleeps(10), .nothing), (.wanted, .nobody), (.watched(since: 0), .nobody), (.comes(1), .nothing),
                (.wanted, .woken([10], watch: true)),
            ]),
    ]

    @Test(arguments: stories)
    func `No slot is woken that is not needed, and none is missing`(story: Story) {
        var slots = Slots(limit: story.limit)
        for (index, step) in story.steps.enumerated() {
            #expect(step.event.happens(to: &slots) == step.outcome, "step \(index): \(step.event)")
        }
    }
}
