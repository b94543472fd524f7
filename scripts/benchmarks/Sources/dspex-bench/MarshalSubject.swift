import CFloor
import Foundation
import Marshalling
import PythonPool

/// The wire form on both sides: in a worker against Python's serialisers, in Swift for itself.
enum MarshalSubject {
    static let peers = ["msgspec", "orjson", "marshal", "pickle"]

    static func run(into report: inout Report, rounds: Int) async throws {
        let measured = try await withPythonPool(
            .init(name: "bench-marshal", size: 1, preload: ["dspex_bench.marshal", "dspex_bench.structs"])
        ) {
            pool in
            var report = report
            for name in Values.names {
                note("\(name): in the worker")
                guard try await pool.call("dspex_bench.values.is_same", [.string(name), Values.named(name)]) == true
                else {
                    throw BenchError("Swift and Python do not measure the same \(name)")
                }
                let answer = try await pool.call("dspex_bench.marshal.run", [.string(name), .int(rounds), 60])
                try add(answer, of: name, to: &report)
                note("\(name): in Swift")
                try addSwift(name, rounds: rounds, to: &report)
            }
            try await StructSubject.run(pool, rounds: rounds, into: &report)
            return report
        }
        report = measured
    }

    private static func add(_ answer: PythonValue, of name: String, to report: inout Report) throws {
        var paired = PairedRounds()
        for entry in answer.dict ?? [:] {
            for direction in ["toPython", "fromPython"] {
                for sample in entry.value[.string(direction)]?.elements ?? [] {
                    guard let nanoseconds = sample.double else { throw BenchError("the worker answers \(sample)") }
                    let contestant = "\(name).\(direction)/\(entry.key.string ?? "")"
                    paired.append(Samples([nanoseconds / 1000]), of: contestant)
                }
            }
        }
        for direction in ["toPython", "fromPython"] {
            for contestant in ["dspex"] + peers {
                let full = "\(name).\(direction)/\(contestant)"
                report.add(full, "µs", paired.all(full))
            }
            for peer in peers {
                let ratio = paired.ratio("\(name).\(direction)/dspex", "\(name).\(direction)/\(peer)")
                report.addRatio("\(name).\(direction)/\(peer)", ratio)
            }
        }
    }

    /// What the host pays for the same values. A loop lasts at least 2 ms here too; one sample is its mean.
    private static func addSwift(_ name: String, rounds: Int, to report: inout Report) throws {
        let value = Values.named(name)
        let bytes = try value.wireForm()
        var (encodes, decodes) = (Samples(), Samples())
        for _ in 0..<rounds {
            encodes.append([try loop { _ = try value.wireForm() }])
            decodes.append([try loop { _ = try PythonValue(wireForm: bytes) }])
        }
        report.add("\(name).swift.encode", "µs", encodes)
        report.add("\(name).swift.decode", "µs", decodes)
    }

    /// The mean time of a call in µs, over at least 2 ms of them.
    static func loop(_ body: () throws -> Void) rethrows -> Double {
        let start = floor_now()
        var (count, now) = (0, start)
        repeat {
            try body()
            count += 1
            now = floor_now()
        } while now - start < 2_000_000
        return Double(now - start) / Double(count) / 1000
    }
}
