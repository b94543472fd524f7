import CFloor
import Foundation
import Marshalling
import PythonPool

/// Round trips of one small value, against the floor and against what Python programs use.
enum CallSubject {
    static let ratios = [
        ("echo.blocking", "eventfd"), ("echo.async", "eventfd"), ("echo.spin", "eventfd"), ("echo.blocking", "Pipe"),
        ("echo.blocking", "ProcessPoolExecutor"), ("echo.blocking", "grpc-json"), ("upcall", "echo.blocking"),
    ]
    /// Round trips at the start of each batch that are not counted: the caches are the previous contestant's.
    private static let settling = 20

    static func run(into report: inout Report, rounds: Int, peersOnly: Bool) async throws {
        // The floor's thread forks, and its child ends with that thread: it is the one that lives as long as the program.
        let thread = BenchThread()
        let floor = try await thread.run {
            var peer = floor_peer()
            let problem = floor_start(&peer)
            guard problem == 0 else { throw BenchError("the eventfd peer does not start: errno \(problem)") }
            return peer
        }
        defer {
            var floor = floor
            floor_stop(&floor)
        }
        note("starting the peers")
        let peers = try [
            ("Pipe", "pipe", 400), ("ProcessPoolExecutor", "executor", 150), ("grpc-json", "grpc", 100),
        ].map { name, argument, batch in
            (name: name, process: try PeerProcess("dspex_bench.peers", [argument]), batch: batch)
        }
        defer { for peer in peers { peer.process.stop() } }

        var contestants = [
            Contestant(name: "eventfd", batch: 2000) { count in
                try await thread.run {
                    var times = [UInt64](repeating: 0, count: count)
                    let problem = times.withUnsafeMutableBufferPointer { floor_run([floor], $0.baseAddress, count) }
                    guard problem == 0 else { throw BenchError("the eventfd peer failed: errno \(problem)") }
                    return times
                }
            }
        ]
        contestants += peers.map { peer in
            Contestant(name: peer.name, batch: peer.batch) { count in
                try await thread.run { try peer.process.run(count) }
            }
        }
        if peersOnly {
            try await Contest.run(contestants, rounds: rounds, settling: settling, ratios: ratios, into: &report)
            return
        }
        let measured = try await withPythonPool(pool(.adaptive)) { pool in
            guard try await pool.call("dspex_bench.values.is_same", ["small", Values.small]) == true else {
                throw BenchError("Swift and Python do not measure the same value")
            }
            pool.onUpcall("bench.echo") { $0.payload }
            return try await withPythonPool(Self.pool(.spin(.microseconds(100)))) { spinning in
                var report = report
                let ours = [
                    blockingEcho("echo.blocking", on: pool, thread), blockingEcho("echo.spin", on: spinning, thread),
                ]
                try await Contest.run(
                    contestants + ours + others(pool, on: thread), rounds: rounds, settling: settling, ratios: ratios,
                    into: &report)
                return report
            }
        }
        report = measured
    }

    private static func pool(_ waitStrategy: WaitStrategy) -> PythonPool.Configuration {
        .init(name: "bench-call", size: 1, preload: ["dspex_bench"], waitStrategy: waitStrategy)
    }

    private static func blockingEcho(_ name: String, on pool: PythonPool, _ thread: BenchThread) -> Contestant {
        Contestant(name: name, batch: 2000) { count in
            try await thread.run {
                let arguments = [Values.small]
                var times: [UInt64] = []
                times.reserveCapacity(count)
                for _ in 0..<count {
                    let start = floor_now()
                    _ = try pool.callBlocking("dspex_bench.echo", arguments)
                    times.append(floor_now() - start)
                }
                return times
            }
        }
    }

    private static func others(_ pool: PythonPool, on thread: BenchThread) -> [Contestant] {
        [
            Contestant(name: "echo.async", batch: 2000) { count in
                let arguments = [Values.small]
                var times: [UInt64] = []
                times.reserveCapacity(count)
                for _ in 0..<count {
                    let start = floor_now()
                    _ = try await pool.call("dspex_bench.echo", arguments)
                    times.append(floor_now() - start)
                }
                return times
            },
            // One call that asks so many times: Python's clock is read around each question.
            Contestant(name: "upcall", batch: 1000) { count in
                try await thread.run {
                    let times = try pool.callBlocking("dspex_bench.ask", [.int(count), Values.small])
                    return try (times.elements ?? []).map { time in
                        guard let time = time.int else { throw BenchError("the worker answers \(time)") }
                        return UInt64(time)
                    }
                }
            },
        ]
    }
}
