import DSPex

/// How a task went.
struct TaskResult: Sendable {
    var task: QuickStartTask
    /// The answer; nil when there is none.
    var prediction: Prediction?
    /// Why there is none.
    var error: String?

    /// Whether every expected output came.
    var isAsExpected: Bool {
        guard let prediction else { return false }
        return task.expected.allSatisfy { prediction.outputs[$0.key] == $0.value }
    }

    /// The task in the JSON of `dspex run --json`.
    var json: PythonValue {
        var entries: PythonDictionary = [
            "name": .string(task.name), "question": .string(task.question), "expected": .dict(task.expected),
            "output": .dict(prediction?.outputs ?? [:]),
            "route": prediction.map { .string($0.route.description) } ?? .none,
            "worker": prediction?.worker.map { .int(Int($0)) } ?? .none,
            "model": prediction.map { .string($0.model) } ?? .none,
            "tokens": prediction?.totalTokens.map(PythonValue.int) ?? .none,
            "ms": prediction.map { .int($0.duration.milliseconds) } ?? .none,
        ]
        if let error { entries["error"] = .string(error) }
        return .dict(entries)
    }

    /// The task for a person: the question, the typed answer, and how it was had.
    var report: String {
        let indent = String(repeating: " ", count: 13)
        let name = task.name.padding(to: 10)
        var lines = ["\(isAsExpected ? "✓" : "✗") \(name) \(task.question)"]
        if let error { lines += error.split(separator: "\n").map { indent + $0 } }
        if let prediction {
            lines += task.signature.outputs.compactMap { field in
                prediction[field.name].map { indent + Typed.line(field, $0) }
            }
            if !isAsExpected { lines.append(indent + "expected \(Typed.text(.dict(task.expected)))") }
            if let reasoning = prediction.reasoning {
                lines.append(indent + "because: \(Typed.text(.string(reasoning)))")
            }
            lines.append(indent + prediction.summary)
        }
        return lines.joined(separator: "\n")
    }
}

extension Prediction {
    /// All tokens, when the model said how many.
    var totalTokens: Int? { usage?.totalTokens }

    /// Route, worker if there was one, model, tokens and time in one line.
    var summary: String {
        let parts: [String?] = [
            "\(route)", worker.map { "worker \($0)" }, model, totalTokens.map { "\($0) tokens" } ?? "tokens unknown",
            "\(duration.milliseconds) ms",
        ]
        return parts.compactMap(\.self).joined(separator: " · ")
    }
}

extension String {
    /// The text, filled up with blanks to a width.
    func padding(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
