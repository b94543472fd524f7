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

    /// DSPy runs it, as the tasks are there to see the whole chain at work.
    private func predict(on platform: Platform) async throws -> Prediction {
        if reasons { return try await configured(platform.chainOfThought(signature))(inputs) }
        return try await configured(platform.predict(signature))(inputs)
    }

    private func configured<Asking: Program>(_ program: Asking) -> Asking {
        var program = program
        program.demos = demos
        program.options = QuickStart.options
        program.implementation = .python
        return program
    }
}
