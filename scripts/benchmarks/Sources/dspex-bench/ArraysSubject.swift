import CFloor
import Foundation
import Marshalling
import PythonPool

/// An array of float32 from Swift to numpy, which adds it up, and the sum back: what that takes beyond the adding itself.
enum ArraysSubject {
    private static let sizes = [(megabytes: 1, batch: 20), (64, 3)]
    /// The first is the floor: nothing travels, and there is nobody to wait but the two processes.
    private static let peers = ["eventfd", "pickle", "grpc-bytes"]

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
                    ours(megabytes, batch, on: pool, thread) + theirs, rounds: rounds,
                    ratios: peers.map { ("array-\(megabytes).shared", "array-\(megabytes)/\($0)") }, seconds: 80,
                    into: &report)
                return report
            }
            report = measured
        }
    }

    private static func ours(
        _ megabytes: Int, _ batch: Int, on pool: PythonPool, _ thread: BenchThread
    ) throws -> [Contestant] {
        let name = "array-\(megabytes)"
        let array = PythonValue.array(try SharedArray([Float](repeating: 1, count: megabytes << 18)))
        // 1.0 as little-endian float32.
        let bytes = PythonValue.bytes([UInt8]((0..<(megabytes << 20)).lazy.map { [0, 0, 0x80, 0x3f][$0 & 3] }))
        let blocking = [("shared", array), ("bytes", bytes)].map { kind, value in
            Contestant(name: "\(name).\(kind)", batch: batch) { count in
                try await thread.run {
                    try (0..<count).map { _ in
                        let start = floor_now()
                        return try beyondAdding(pool.callBlocking(target, [value]), megabytes, since: start)
                    }
                }
            }
        }
        let async = Contestant(name: "\(name).async", batch: batch) { count in
            var times: [UInt64] = []
            for _ in 0..<count {
                let start = floor_now()
                times.append(try beyondAdding(try await pool.call(target, [array]), megabytes, since: start))
            }
            return times
        }
        return blocking + [async]
    }

    private static let target = "dspex_bench.arrays.add_up"

    private static func beyondAdding(_ answer: PythonValue, _ megabytes: Int, since start: UInt64) throws -> UInt64 {
        let took = floor_now() - start
        guard answer[0] == .float(Double(megabytes << 18)), let adding = answer[1]?.int else {
            throw BenchError("the worker answers \(answer)")
        }
        return took - UInt64(adding)
    }
}
