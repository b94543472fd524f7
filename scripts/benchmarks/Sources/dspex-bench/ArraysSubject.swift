import CFloor
import Foundation
import Marshalling
import PythonPool

/// An array of float32 from Swift to numpy, which adds it up, and the sum back: what that takes beyond the adding itself.
enum ArraysSubject {
    /// Of whoever copies, and of whoever does not.
    private static let sizes = [(megabytes: 1, copied: 20, shared: 200), (64, 3, 60)]
    /// The first is the floor: nothing travels, and there is nobody to wait but the two processes.
    private static let peers = ["eventfd", "pickle", "grpc-bytes"]

    /// Calls at the start of each batch that are not counted: the caches are the previous contestant's.
    private static let settling = 2

    static func run(into report: inout Report, rounds: Int, peersOnly: Bool) async throws {
        let thread = BenchThread()
        for (megabytes, copied, shared) in sizes {
            note("\(megabytes) MB: starting the peers")
            let processes = try peers.map { try PeerProcess("dspex_bench.arrays", [$0, "\(megabytes)"]) }
            defer { for process in processes { process.stop() } }
            let theirs = zip(peers, processes).map { name, process in
                Contestant(name: "array-\(megabytes)/\(name)", batch: name == peers[0] ? shared : copied) { count in
                    try await thread.run { try process.run(count) }
                }
            }
            if peersOnly {
                try await Contest.run(
                    theirs, rounds: rounds, settling: settling, ratios: [], seconds: 80, into: &report)
                continue
            }
            let measured = try await withPythonPool(configuration(.adaptive)) { pool in
                try await withPythonPool(configuration(.spin(.milliseconds(20)))) { spinning in
                    var report = report
                    try await Contest.run(
                        ours(megabytes, copied, shared, on: pool, spinning, thread) + theirs, rounds: rounds,
                        settling: settling,
                        ratios: peers.map { ("array-\(megabytes).shared", "array-\(megabytes)/\($0)") }, seconds: 80,
                        into: &report)
                    return report
                }
            }
            report = measured
        }
    }

    private static func configuration(_ waitStrategy: WaitStrategy) -> PythonPool.Configuration {
        .init(name: "bench-arrays", size: 1, preload: ["dspex_bench.arrays"], waitStrategy: waitStrategy)
    }

    private static func ours(
        _ megabytes: Int, _ copied: Int, _ shared: Int, on pool: PythonPool, _ spinning: PythonPool,
        _ thread: BenchThread
    ) throws -> [Contestant] {
        let name = "array-\(megabytes)"
        let array = PythonValue.array(try SharedArray([Float](repeating: 1, count: megabytes << 18)))
        // 1.0 as little-endian float32.
        let bytes = PythonValue.bytes([UInt8]((0..<(megabytes << 20)).lazy.map { [0, 0, 0x80, 0x3f][$0 & 3] }))
        let blocking = [
            ("shared", array, shared, pool), ("spin", array, shared, spinning), ("bytes", bytes, copied, pool),
        ].map { kind, value, batch, pool in
            Contestant(name: "\(name).\(kind)", batch: batch) { count in
                try await thread.run {
                    try (0..<count).map { _ in
                        let start = floor_now()
                        return try beyondAdding(pool.callBlocking(target, [value]), megabytes, since: start)
                    }
                }
            }
        }
        let async = Contestant(name: "\(name).async", batch: shared) { count in
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
