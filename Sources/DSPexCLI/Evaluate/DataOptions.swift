import ArgumentParser
import DSPex

/// On what a program is measured, and how.
struct DataOptions: ParsableArguments {
    @Option(help: "The data set: a file of JSON lines, or a .csv file whose first line names the columns.")
    var data: String

    @Option(help: "How answers are scored: exact, contains or f1.")
    var metric = "exact"

    @Option(help: "The output that is scored, once for each. Default: every output that the data names.")
    var field: [String] = []

    func validate() throws {
        guard Metric.named(metric) != nil else {
            throw ValidationError("--metric must be exact, contains or f1, not \(metric)")
        }
    }

    func parsedMetric(_ signature: Signature) throws(Failure) -> Metric {
        let outputs = signature.outputs.map(\.name)
        if let unknown = field.first(where: { !outputs.contains($0) }) {
            throw Failure(.usage, "--field \(unknown): no such output; there are \(outputs.joined(separator: ", "))")
        }
        guard let metric = Metric.named(metric, fields: field.isEmpty ? nil : field) else {
            throw Failure(.usage, "--metric must be exact, contains or f1, not \(metric)")
        }
        return metric
    }

    func examples(_ signature: Signature) throws -> [Example] {
        try DataSet(file: data, signature: signature).examples
    }
}
