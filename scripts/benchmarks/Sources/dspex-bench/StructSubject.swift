import Marshalling
import PythonPool

/// Swift structs straight to the wire form and back, against msgspec's typed structs in a worker, by turns.
enum StructSubject {
    private static let protocols = ["msgpack", "json"]

    static func run(_ pool: PythonPool, rounds: Int, into report: inout Report) async throws {
        note("rows: structs")
        try await measure("rows", as: [Row].self, pool, rounds: rounds, into: &report)
        note("small: structs")
        try await measure("small", as: Small.self, pool, rounds: rounds, into: &report)
    }

    private static func measure<Value: PythonCodable & Equatable>(
        _ name: String, as type: Value.Type, _ pool: PythonPool, rounds: Int, into report: inout Report
    ) async throws {
        let value = try Values.named(name).decoded(as: type)
        let bytes = try value.wireForm()
        guard try PythonValue(wireForm: bytes) == Values.named(name), try Value(wireForm: bytes) == value else {
            throw BenchError("the structs do not give back \(name)")
        }
        var paired = PairedRounds()
        for round in 0..<rounds {
            // The other one begins the next round.
            if round.isMultiple(of: 2) { try addOurs(name, value, bytes, to: &paired) }
            let peers = try await pool.call("dspex_bench.structs.measure", name, as: [String: Double].self)
            for (peer, nanoseconds) in peers {
                paired.append(Samples([nanoseconds / 1000]), of: "\(name).msgspec.\(peer)")
            }
            if !round.isMultiple(of: 2) { try addOurs(name, value, bytes, to: &paired) }
        }
        for direction in ["encode", "decode"] {
            let ours = "\(name).struct.\(direction)"
            report.add(ours, "µs", paired.all(ours))
            let peers = protocols.map { "\(name).msgspec.\($0).\(direction)" }
            for peer in peers { report.add(peer, "µs", paired.all(peer)) }
            // The peer is whichever of msgspec's two protocols is faster here.
            guard let fastest = peers.min(by: { paired.all($0).p50 < paired.all($1).p50 }) else { continue }
            let peer = direction == "encode" ? "msgspec.encode" : "msgspec.typed.decode"
            report.addRatio("\(ours)/\(peer)", paired.ratio(ours, fastest))
        }
    }

    private static func addOurs<Value: PythonCodable>(
        _ name: String, _ value: Value, _ bytes: [UInt8], to paired: inout PairedRounds
    ) throws {
        let encode = try MarshalSubject.loop { _ = try value.wireForm() }
        paired.append(Samples([encode]), of: "\(name).struct.encode")
        let decode = try MarshalSubject.loop { _ = try Value(wireForm: bytes) }
        paired.append(Samples([decode]), of: "\(name).struct.decode")
    }
}
