import CFloor
import Foundation
import LanguageModels
import Marshalling
import Programs
import Signatures

/// The single steps of a program, each by itself: reading a signature, writing the prompt, reading the answer, choosing the route.
enum SignaturesSubject {
    /// When no further round begins.
    private static let seconds = 200

    /// What is measured, and the peer's step and case that do the same.
    private struct Step: Sendable {
        var name: String
        var peer: (step: String, programCase: String)?
        var body: @Sendable () throws -> Void

        init(_ name: String, _ peer: (String, String)? = nil, _ body: @escaping @Sendable () throws -> Void) {
            self.name = name
            self.peer = peer
            self.body = body
        }
    }

    static func run(into report: inout Report, rounds: Int, peersOnly: Bool) async throws {
        let thread = BenchThread()
        note("starting the peer")
        let cases = try ProgramCase.json()
        let peer = try PeerProcess("dspex_bench.programs", ["plain", cases])
        defer { peer.stop() }
        let steps = try steps()
        var paired = PairedRounds()
        for step in steps where !peersOnly { for _ in 0..<100 { try step.body() } }
        let end = ContinuousClock.now + .seconds(seconds)
        for round in 0..<rounds where ContinuousClock.now < end {
            for step in steps {
                // The peer begins in every other round.
                for turn in [0, 1] {
                    if (turn + round).isMultiple(of: 2) {
                        guard !peersOnly else { continue }
                        let spent = try await thread.run { try loop(step.body) }
                        paired.append(Samples([spent]), of: step.name)
                    } else if let asked = step.peer {
                        let spent: Spent = try await thread.run { try peer.run(10, asked.step, asked.programCase) }
                        paired.append(Samples([spent.cpu / 1000]), of: "\(step.name)/dspy")
                    }
                }
            }
            if round % 10 == 9 { note("round \(round + 1) of \(rounds)") }
        }
        for step in steps {
            for name in [step.name, "\(step.name)/dspy"] { report.add(name, "µs", paired.all(name)) }
        }
        for step in steps { report.addRatio("\(step.name)/dspy", paired.ratio(step.name, "\(step.name)/dspy")) }
    }

    /// The mean processor time of a call in µs, over at least 2 ms of them: a neighbour's time would be most of that on the wall.
    private static func loop(_ body: () throws -> Void) rethrows -> Double {
        let start = floor_thread_cpu()
        var (count, now) = (0, start)
        repeat {
            // This clock costs as much as a short step does, so it is read between several of them.
            for _ in 0..<16 { try body() }
            count += 16
            now = floor_thread_cpu()
        } while now - start < 2_000_000
        return Double(now - start) / Double(count) / 1000
    }

    // MARK: The steps

    private static func steps() throws -> [Step] {
        try reading() + schemas() + prompts() + routes()
    }

    /// Thirty fields of all kinds, more than a signature should have.
    private static let long: String = {
        let types = ["str", "list[str]", "int", "Optional[float]", "dict[str, list[int]]", "Literal['a', 'b', 'c']"]
        func side(_ name: String, _ count: Int) -> String {
            (0..<count).map { "\(name)_\($0): \(types[$0 % types.count])" }.joined(separator: ", ")
        }
        return side("question", 12) + " -> " + side("answer", 18)
    }()

    private static func reading() throws -> [Step] {
        let texts = [
            ("simple", ProgramCase.simple, ("signature", "simple")),
            ("mixed", ProgramCase.mixed, ("signature", "mixed")),
            ("long", long, nil),
        ]
        return try texts.flatMap { name, text, peer in
            let signature = try Signature(text)
            return [
                Step("signature.parse.\(name)", peer) { _ = try Signature(text) },
                Step("signature.print.\(name)") { _ = signature.description },
            ]
        }
    }

    private static func schemas() throws -> [Step] {
        let signature = try Signature(ProgramCase.mixed)
        return [
            Step("schema.outputs.mixed") { _ = signature.jsonSchema(of: .outputs) },
            Step("prompt.new.mixed") { _ = Prompt(signature, adapter: .json) },
        ]
    }

    private static func prompts() throws -> [Step] {
        try ProgramCase.all.filter { $0.kind == .predict && !$0.hasSchema }.flatMap { programCase in
            let prompt = Prompt(try Signature(programCase.signature), adapter: programCase.adapter)
            let (name, answer) = (programCase.name, try programCase.answer)
            return [
                Step("prompt.\(name)", ("format", name)) {
                    _ = prompt.messages(inputs: programCase.inputs, demos: programCase.demos)
                },
                Step("answer.\(name)", ("parse", name)) { _ = try prompt.parse(answer) },
            ]
        }
    }

    /// With a full memory of how the last calls went, which a decision weighs.
    private static func routes() throws -> [Step] {
        let router = Router(
            pools: ["general", "optimizer"],
            models: ["bench": LanguageModelCapabilities()], defaultModel: "bench")
        for number in 0..<200 {
            let implementation: Route.Implementation = number.isMultiple(of: 2) ? .native : .python
            router.tracker.record(
                RouteOutcome(.predict, implementation, duration: .milliseconds(number), succeeded: number % 10 != 0))
        }
        let free = Router.Request(kind: .predict, inputSize: 300, isIdempotent: true)
        let demanding = Router.Request(
            kind: .chainOfThought,
            requirements: .init([.structuredOutput, .streaming], latency: .seconds(1)), inputSize: 300)
        let route = try router.route(free)
        return [
            Step("route.decide") { _ = try router.route(free) },
            Step("route.decide.demanding") { _ = try router.route(demanding) },
            Step("route.record") { router.record(route, duration: .milliseconds(3)) },
        ]
    }
}
