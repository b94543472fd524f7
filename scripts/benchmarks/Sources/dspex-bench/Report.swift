import Foundation

/// What a subject found out: a table for people, JSON for programs.
struct Report: Encodable, Sendable {
    struct Result: Encodable, Sendable {
        var name: String
        var unit: String
        var p50: Double
        var p99: Double
        var n: Int
    }

    struct Ratio: Encodable, Sendable {
        var name: String
        var value: Double
    }

    /// What was measured.
    var subject: String
    var machine: Machine
    var results: [Result] = []
    var ratios: [Ratio] = []

    mutating func add(_ name: String, _ unit: String, _ samples: Samples) {
        guard !samples.values.isEmpty else { return }
        results.append(Result(name: name, unit: unit, p50: samples.p50, p99: samples.p99, n: samples.values.count))
    }

    mutating func addRatio(_ name: String, _ value: Double?) {
        if let value { ratios.append(Ratio(name: name, value: value)) }
    }

    func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self) + Data("\n".utf8)
    }

    var table: String {
        var lines = [row("result", "unit", "p50", "p99", "n")]
        lines += results.map { row($0.name, $0.unit, digits($0.p50), digits($0.p99), String($0.n)) }
        if !ratios.isEmpty {
            lines += ["", "ours ÷ peer, median of paired rounds (smaller is better)"]
            lines += ratios.map { pad($0.name, 40) + " " + pad(digits($0.value), 10, left: true) }
        }
        return lines.joined(separator: "\n")
    }

    private func row(_ name: String, _ unit: String, _ p50: String, _ p99: String, _ n: String) -> String {
        let numbers = [pad(p50, 10, left: true), pad(p99, 10, left: true), pad(n, 8, left: true)]
        return ([pad(name, 40), pad(unit, 4)] + numbers).joined(separator: " ")
    }

    private func pad(_ text: String, _ width: Int, left: Bool = false) -> String {
        let space = String(repeating: " ", count: max(0, width - text.count))
        return left ? space + text : text + space
    }

    private func digits(_ value: Double) -> String {
        String(format: value < 10 ? "%.3f" : value < 1000 ? "%.1f" : "%.0f", value)
    }
}
