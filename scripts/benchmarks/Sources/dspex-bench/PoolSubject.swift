import CFloor
import Foundation
import Marshalling
import PythonPool

/// Many calls in flight on one worker: how long each takes of the whole.
enum PoolSubject {
    private static let inFlight = 64
    /// From tasks on the pool's own executor, and from tasks anywhere.
    private static let ours = "echo.\(inFlight)"
    private static let elsewhere = "\(ours).elsewhere"
    static let ratios = [(ours, "\(ours)/Pipe"), (ours, "\(ours)/grpc-json"), (elsewhere, "\(ours)/grpc-json")]

    static func run(into report: inout Report, rounds: Int, peersOnly: Bool) async throws {
        let thread = BenchThread()
        note("starting the peers")
        let peers = try [
            ("\(ours)/Pipe", ["pipe"], 1000), ("\(ours)/grpc-json", ["grpc-in-flight", "\(inFlight)"], 1000),
        ]
        .map {
            name, arguments, batch in
            (name: name, process: try PeerProcess("dspex_bench.peers", arguments), batch: batch)
        }
        defer { for peer in peers { peer.process.stop() } }
        let contestants = peers.map { peer in
            Contestant(name: peer.name, batch: peer.batch) { count in
                let times: [UInt64] = try await thread.run { try peer.process.run(count) }
                return [times.reduce(0, +) / UInt64(times.count)]
            }
        }
        if peersOnly { return try await Contest.run(contestants, rounds: rounds, ratios: [], into: &report) }
        let configuration = PythonPool.Configuration(
            name: "bench-pool", size: 1, concurrency: .slots(inFlight), preload: ["dspex_bench"])
        let measured = try await withPythonPool(configuration) { pool in
            let echoes = [(ours, pool.executor), (elsewhere, globalConcurrentExecutor)].map { name, executor in
                Contestant(name: name, batch: 800 * inFlight) { count in
                    let arguments = [Values.small]
                    let start = floor_now()
                    try await withThrowingTaskGroup { group in
                        for _ in 0..<inFlight {
                            group.addTask(executorPreference: executor) {
                                for _ in 0..<(count / inFlight) {
                                    _ = try await pool.call("dspex_bench.echo", arguments)
                                }
                            }
                        }
                        try await group.waitForAll()
                    }
                    return [(floor_now() - start) / UInt64(count)]
                }
            }
            var report = report
            try await Contest.run(contestants + echoes, rounds: rounds, ratios: ratios, into: &report)
            return report
        }
        report = measured
    }
}
