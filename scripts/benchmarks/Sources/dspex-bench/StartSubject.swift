import CFloor
import Foundation
import Marshalling
import PythonPool

/// How soon workers are there and what they weigh, against a new Python process that imports DSPy.
enum StartSubject {
    /// What `dspex_bench.processes` answers.
    private struct Processes: Decodable {
        var total: Double
        var each: [Double]
        var `private`: [Double]
    }

    /// The samples of one kind of start, in ms and MB.
    private struct Starts {
        var zygote = Samples()
        var forkReady = Samples()
        var firstPredict = Samples()
        var warmPredict = Samples()
        var allReady = Samples()
        var memory = Samples()
        var allAnswered = Samples()
        var proportional = Samples()
        var total = Samples()
    }

    /// How often each number of workers is started, and each number of processes. A hundred of the latter take a minute of two
    /// cores, or two where others compute as well; all must end within five. A thousand of them would take 60 GB: there is no peer.
    private static let plan: [(workers: Int, pools: Int, peers: Int)] = [
        (workers: 1, pools: 20, peers: 5), (8, 8, 2), (100, 3, 1), (crowd, 1, 0),
    ]
    /// So many workers that what they take together is the question.
    private static let crowd = 1000

    static func run(into report: inout Report, workers only: Int?, peersOnly: Bool) async throws {
        let plan = plan.filter { only == nil || $0.workers == only }
        guard !plan.isEmpty else { throw BenchError("start measures 1, 8, 100 and \(crowd) workers") }
        let thread = BenchThread()
        note("starting the peer")
        let peer = try await thread.run { try PeerProcess("dspex_bench.processes") }
        defer { peer.stop() }
        var (ours, theirs): ([Int: PairedRounds], [Int: Processes]) = ([:], [:])
        for (workers, pools, runs) in plan {
            var (starts, paired, total) = (Starts(), PairedRounds(), Samples())
            var processes = Processes(total: 0, each: [], private: [])
            // Pools and processes take turns: so many pools to one run of processes.
            for run in 0..<max(runs, 1) {
                if runs > 0 {
                    note("\(workers) new Python process(es): run \(run + 1) of \(runs)")
                    let answer: Processes = try await thread.run { try peer.run(workers) }
                    processes.each += answer.each
                    processes.private += answer.private
                    total.append([answer.total / 1e6])
                    paired.append(Samples([answer.total / 1e6]), of: "process")
                }
                guard !peersOnly else { continue }
                note("\(workers) worker(s): \(pools / max(runs, 1)) pool(s)")
                var batch = Samples()
                for _ in 0..<(pools / max(runs, 1)) {
                    let before = starts.allReady.values.count
                    try await start(workers, into: &starts)
                    batch.append(starts.allReady.values[before...])
                }
                paired.append(batch, of: "worker")
            }
            ours[workers] = paired
            theirs[workers] = processes
            add(starts, workers: workers, to: &report)
            report.add("process.ready-\(workers)", "ms", total)
            report.add("process.each-\(workers)", "ms", Samples(processes.each.map { $0 / 1e6 }))
            report.add("memory.process-\(workers)", "MB", Samples(processes.private.map { $0 * 1024 / 1e6 }))
        }
        for (workers, _, _) in plan {
            report.addRatio("start.ready-\(workers)/process", ours[workers]?.ratio("worker", "process"))
        }
    }

    /// Starts one pool of DSPy workers, notes how long everything took, and ends it.
    private static func start(_ workers: Int, into starts: inout Starts) async throws {
        var configuration = PythonPool.Configuration.general
        configuration.name = "bench-start"
        configuration.size = workers
        configuration.preload.append("dspex_bench")
        let pool = PythonPool(configuration)
        pool.onUpcall("lm.complete") { _ in reply }
        do {
            let available = try Kernel.availableMB()
            let begun = floor_now()
            try await pool.start()
            let elapsed = Double(floor_now() - begun) / 1e6
            let statistics = pool.statistics
            guard let zygote = statistics.zygoteStart, statistics.workers.count == workers else {
                throw BenchError("the pool started \(statistics.workers.count) of \(workers) workers")
            }
            starts.zygote.append([zygote.milliseconds])
            starts.allReady.append([elapsed - zygote.milliseconds])
            starts.forkReady.append(statistics.workers.map(\.forkToReady.milliseconds))
            starts.memory.append(try statistics.workers.map { try Kernel.memoryMB("Private_Dirty", of: $0.pid) })
            if workers == crowd {
                let begun = floor_now()
                try await predictOnEach(of: workers, on: pool)
                starts.allAnswered.append([Double(floor_now() - begun) / 1e6])
                starts.total.append([available - (try Kernel.availableMB())])
                let processes = statistics.workers.map(\.pid) + [statistics.zygote].compactMap(\.self)
                starts.proportional.append([try processes.map { try Kernel.memoryMB("Pss", of: $0) }.reduce(0, +)])
            }
            if workers == 1, let worker = statistics.workers.first {
                let begun = floor_now()
                try await predict(on: pool)
                let took = Double(floor_now() - begun) / 1e6
                starts.firstPredict.append([worker.forkToReady.milliseconds + took])
                for _ in 0..<100 {
                    let begun = floor_now()
                    try await predict(on: pool)
                    starts.warmPredict.append([Double(floor_now() - begun) / 1e6])
                }
            }
        } catch {
            await pool.shutdown()
            throw error
        }
        await pool.shutdown()
    }

    /// One DSPy Predict the whole way, with a model that answers at once.
    private static func predict(on pool: PythonPool) async throws {
        let outputs = try await pool.call("dspex_bench.predict")
        guard outputs["answer"] == "yes" else { throw BenchError("the Predict answers \(outputs)") }
    }

    /// One Predict on each of all workers, all at once.
    private static func predictOnEach(of workers: Int, on pool: PythonPool) async throws {
        var leases: [WorkerLease] = []
        for _ in 0..<workers { leases.append(try await pool.lease { _ in }) }
        guard Set(leases.map(\.worker)).count == workers else { throw BenchError("a worker was leased twice") }
        try await withThrowingTaskGroup { group in
            for lease in leases {
                group.addTask {
                    let outputs = try await lease.call("dspex_bench.predict")
                    guard outputs["answer"] == "yes" else { throw BenchError("the Predict answers \(outputs)") }
                }
            }
            try await group.waitForAll()
        }
        for lease in leases { lease.release() }
    }

    private static func add(_ starts: Starts, workers: Int, to report: inout Report) {
        if workers == 1 {
            report.add("start.zygote", "ms", starts.zygote)
            report.add("start.fork-ready", "ms", starts.forkReady)
            report.add("start.first-predict", "ms", starts.firstPredict)
            report.add("predict.warm", "ms", starts.warmPredict)
        } else {
            report.add("start.fork-ready-\(workers)", "ms", starts.forkReady)
        }
        report.add("start.ready-\(workers)", "ms", starts.allReady)
        // The result that the bar speaks of is the pool's usual size; the others show that it does not depend on it.
        report.add("start.answered-\(workers)", "ms", starts.allAnswered)
        report.add("memory.total-\(workers)", "MB", starts.total)
        report.add("memory.pss-\(workers)", "MB", starts.proportional)
        report.add(workers == 8 ? "memory.idle-worker" : "memory.idle-worker-\(workers)", "MB", starts.memory)
    }

    /// What a model answers to the one question, in the form of DSPy's ChatAdapter.
    private static let reply: PythonValue = [
        "id": "bench", "model": "bench", "finish_reason": "stop",
        "message": [
            "role": "assistant",
            "parts": [["type": "text", "text": "[[ ## answer ## ]]\nyes\n\n[[ ## completed ## ]]"]],
        ],
        "usage": ["input_tokens": 10, "output_tokens": 5, "total_tokens": 15],
    ]
}

extension Duration {
    /// The duration in milliseconds, with fractions.
    var milliseconds: Double { self / .milliseconds(1) }
}
