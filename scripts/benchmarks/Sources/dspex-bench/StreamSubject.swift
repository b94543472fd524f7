import CFloor
import Foundation
import PythonPool

/// Small items from a Python generator to Swift, one after the other.
enum StreamSubject {
    private static let items = 1_000_000

    static func run(into report: inout Report, rounds: Int, peersOnly: Bool) async throws {
        let thread = BenchThread()
        note("starting the peer")
        let peer = try PeerProcess("dspex_bench.peers", ["stream"])
        defer { peer.stop() }
        let pipe = Contestant(name: "stream.item/Pipe", batch: items / 10) { count in
            try await thread.run { try peer.run(count) }
        }
        if peersOnly { return try await Contest.run([pipe], rounds: rounds, ratios: [], into: &report) }
        let measured = try await withPythonPool(.init(name: "bench-stream", size: 1, preload: ["dspex_bench"])) {
            pool in
            let ours = Contestant(name: "stream.item", batch: items) { count in
                let start = floor_now()
                var (received, letters) = (0, 0)
                for try await item in pool.stream("dspex_bench.tokens", [.int(count)]) {
                    received += 1
                    letters += item.string?.utf8.count ?? 0
                }
                let took = floor_now() - start
                guard received == count, letters == 8 * count else {
                    throw BenchError("\(received) of \(count) items came, of \(letters) letters")
                }
                return [took / UInt64(count)]
            }
            var report = report
            try await Contest.run(
                [ours, pipe], rounds: rounds, ratios: [("stream.item", "stream.item/Pipe")], into: &report)
            return report
        }
        report = measured
        if let item = report.results.first(where: { $0.name == "stream.item" }) {
            report.add("stream.items-per-second", "1/s", Samples([1e6 / item.p50]))
        }
    }
}
