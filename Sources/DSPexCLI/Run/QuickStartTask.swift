import DSPex

/// A task with a known answer.
struct QuickStartTask: Sendable {
    var name: String
    var signature: Signature
    var inputs: PythonDictionary
    /// The outputs that must come; others, such as the reasoning, may be anything.
    var expected: PythonDictionary
    /// Whether the model reasons first.
    var reasons = false
    var demos: [PythonDictionary] = []

    /// The text of the question.
    var question: String { inputs.values.compactMap(\.string).joined(separator: " ") }

    /// Asks, and holds the answer against the expected one.
    ///
    /// - Throws: what stops every further task as well: something is missing on this machine.
    func run(on platform: Platform) async throws -> TaskResult {
        do {
            return TaskResult(task: self, prediction: try await predict(on: platform))
        } catch let error as ProgramError {
            guard let failure = Failure(error), failure.status != .environment else { throw error }
            return TaskResult(task: self, error: failure.message)
        }
    }

    private func predict(on platform: Platform) async throws -> Prediction {
        if reasons {
            var program = platform.chainOfThought(signature)
            program.demos = demos
            program.options = QuickStart.options
            return try await program(inputs)
        }
        var program = platform.predict(signature)
        program.demos = demos
        program.options = QuickStart.options
        return try await program(inputs)
    }
}
