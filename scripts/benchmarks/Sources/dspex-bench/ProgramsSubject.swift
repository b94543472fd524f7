import Foundation
import LanguageModels
import Marshalling
import Programs
import PythonPool
import Signatures

/// What a program costs beyond its model: in Swift, in DSPy in a worker, and in DSPy in a process of its own.
enum ProgramsSubject {
    /// Who takes part, and how many calls are one batch of theirs: so many that all batches take about as long.
    private static let peers = [(name: "dspy", argument: "plain"), (name: "dspy-lean", argument: "lean")]
    private static let (native, worker) = ("native", "worker")
    private static let batches = [native: 400, worker: 60, "dspy": 40, "dspy-lean": 40]
    private static let pool = "general"
    /// When no further round begins.
    private static let seconds = 200

    static func run(into report: inout Report, rounds: Int, peersOnly: Bool) async throws {
        let thread = BenchThread()
        note("starting the peers")
        let cases = try ProgramCase.json()
        let processes = try peers.map { peer in
            (name: peer.name, process: try PeerProcess("dspex_bench.programs", [peer.argument, cases]))
        }
        defer { for peer in processes { peer.process.stop() } }
        let theirs = processes.map { peer in
            Measured(name: peer.name) { programCase, count in
                try await thread.run { try peer.process.run(count, "predict", programCase.name) }
            }
        }
        if peersOnly { return try await measure(theirs, rounds: rounds, into: &report) }
        var configuration = PythonPool.Configuration.general
        configuration.size = 1
        let measured = try await withPythonPool(configuration) { pool in
            try await pool.start()
            let runtime = try runtime(on: pool)
            guard let process = pool.statistics.workers.first?.pid else { throw BenchError("the pool has no worker") }
            let ours = [
                Measured(name: native) { programCase, count in
                    let call = try await caller(of: programCase, by: .native, on: runtime)
                    return try await Spent.measuring(count, call)
                },
                // The worker's time counts as well as this process's.
                Measured(name: worker) { programCase, count in
                    let call = try await caller(of: programCase, by: .python, on: runtime)
                    return try await Spent.measuring(count, withProcess: process, call)
                },
            ]
            var report = report
            try await measure(ours + theirs, rounds: rounds, into: &report)
            return report
        }
        report = measured
    }

    /// One who takes part, and how it measures so many calls of a case.
    private struct Measured: Sendable {
        var name: String
        var run: @Sendable (ProgramCase, Int) async throws -> Spent
    }

    private static func measure(_ contestants: [Measured], rounds: Int, into report: inout Report) async throws {
        var paired = PairedRounds()
        for contestant in contestants {
            for programCase in ProgramCase.all { _ = try await contestant.run(programCase, 20) }
        }
        let end = ContinuousClock.now + .seconds(seconds)
        for round in 0..<rounds where ContinuousClock.now < end {
            for programCase in ProgramCase.all {
                for place in contestants.indices {
                    // Another one begins in every round.
                    let contestant = contestants[(place + round) % contestants.count]
                    let spent = try await contestant.run(programCase, batches[contestant.name] ?? 1)
                    let name = "\(contestant.name).\(programCase.name)"
                    paired.append(Samples([spent.cpu / 1000]), of: "\(name).cpu")
                    paired.append(Samples([spent.wall / 1000]), of: "\(name).wall")
                }
            }
            if round % 5 == 4 { note("round \(round + 1) of \(rounds)") }
        }
        let names = ProgramCase.all.flatMap { ["\($0.name).cpu", "\($0.name).wall"] }
        for name in names {
            for contestant in contestants {
                let full = "\(contestant.name).\(name)"
                report.add(full, "µs", paired.all(full))
            }
        }
        for name in names {
            for ours in [native, worker] {
                for (peer, _) in peers {
                    report.addRatio("\(ours).\(name)/\(peer)", paired.ratio("\(ours).\(name)", "\(peer).\(name)"))
                }
            }
        }
    }

    /// What programs run on: one pool, and for each case a model of its name.
    private static func runtime(on pool: PythonPool) throws -> ProgramRuntime {
        let known = try ProgramCase.all.map { try InstantModel($0) }
        let models = LanguageModels(known)
        serve(models, on: pool)
        let router = Router(
            pools: [Self.pool], models: Dictionary(known.map { ($0.name, $0.capabilities) }) { first, _ in first },
            defaultModel: known[0].name)
        return ProgramRuntime(router: router, executors: [Self.pool: pool], models: models)
    }

    /// What calls the program once, after a first call whose outputs are compared.
    private static func caller(
        of programCase: ProgramCase, by implementation: Route.Implementation, on runtime: ProgramRuntime
    ) async throws -> () async throws -> Void {
        let signature = try Signature(programCase.signature)
        let program: any Program =
            programCase.kind == .chainOfThought
            ? ChainOfThought(signature, on: runtime) : Predict(signature, on: runtime)
        return try await caller(program, programCase, implementation)
    }

    private static func caller(
        _ program: some Program, _ programCase: ProgramCase, _ implementation: Route.Implementation
    ) async throws -> () async throws -> Void {
        var program = program
        program.model = programCase.name
        program.adapter = programCase.adapter
        program.demos = programCase.demos
        program.implementation = implementation
        let (asked, inputs) = (program, programCase.inputs)
        let outputs = try await asked(inputs).outputs
        guard outputs == programCase.outputs else {
            throw BenchError("\(programCase.name) answers \(outputs), not \(programCase.outputs)")
        }
        return { _ = try await asked(inputs) }
    }
}
