import DSPex

extension Prediction {
    /// The prediction as commands print it with `--json`.
    func jsonOutput() throws(Failure) -> String {
        var object: PythonDictionary = [
            "output": .dict(outputs), "route": .string(route.description),
            "worker": worker.map { .int(Int($0)) } ?? .none, "model": .string(model),
            "tokens": totalTokens.map(PythonValue.int) ?? .none, "ms": .int(duration.milliseconds),
            "attempts": .int(attempts), "cost": cost.map(PythonValue.float) ?? .none, "trace": .string(traceID),
        ]
        if let trajectory = pythonTrajectory { object["trajectory"] = trajectory }
        return try PythonValue.dict(object).jsonOutput()
    }

    /// The outputs with their types, one a line, and what it took to get them.
    func report(_ signature: Signature) -> String {
        let fields = outputs.map { entry in
            let name = entry.key.string ?? ""
            return Typed.line(signature.field(named: name) ?? Field(name), entry.value)
        }
        return (fields + [summary]).joined(separator: "\n")
    }
}
