import CFloor
import Foundation
import Marshalling
import PythonPool

/// An array of float32 from Swift to numpy, which adds it up, and the sum back: what that takes beyond the adding itself.
enum ArraysSubject {
    private static let sizes = [(megabytes: 1, batch: 20), (64, 3)]
    private static let peers = ["pickle", "grpc-bytes"]

    static func run(into report: inout Report, rounds: Int, peersOnly: Bool) async throws {
        let thread = BenchThread()
        for (megabytes, batch) in sizes {
            note("\(megabytes) MB: starting the peers")
            let processes = try peers.map { try PeerProcess("dspex_bench.arrays", [$0, "\(megabytes)"]) }
            defer { for process in processes { process.stop() } }
            let theirs = zip(peers, processes).map { name, process in
                Contestant(name: "array-\(megabytes)/\(name)", batch: batch) { count in
                    try await thread.run { try process.run(count) }
                }
            }
            if peersOnly {
                try await Contest.run(theirs, rounds: rounds, ratios: [], seconds: 80, into: &report)
                continue
            }
            let measured = try await withPythonPool(
                .init(name: "bench-arrays", size: 1, preload: ["dspex_bench.arrays"])
            ) { pool in
                var report = report
                try await Contest.run(
                    ours(megabytes, batch, on: pool) + theirs, rounds: rounds,
                    ratios: peers.map { ("array-\(megabytes).bytes", "array-\(megabytes)/\($0)") }, seconds: 80,
                    into: &report)
                return report
            }
            report = measured
        }
    }

    private static func ours(_ megabytes: Int, _ batch: Int, on pool: PythonPool) -> [Contestant] {
        // 1.0 as little-endian float32.
        let bytes = [UInt8]((0..<(megabytes << 20)).lazy.map { [0, 0, 0x80, 0x3f][$0 & 3] })
        return [
            Contestant(name: "array-\(megabytes).bytes", batch: batch) { count in
                var times: [UInt64] = []
                for _ in 0..<count {
                    let start = floor_now()
                    let answer = try await pool.call("dspex_bench.arrays.add_up", [.bytes(bytes)])
                    let took = floor_now() - start
                    guard answer[0] == .float(Double(megabytes << 18)), let adding = answer[1]?.int else {
                        throw BenchError("the worker answers \(answer)")
                    }
                    times.append(took - UInt64(adding))
                }
                return times
            }
        ]
    }
}
