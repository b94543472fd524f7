public import Programs

extension Platform {
    /// A program that asks for the outputs in one step, over a task that is declared as a struct.
    ///
    /// ```swift
    /// let answer = platform.predict(AnswerQuestion.self)
    /// let result = try await answer(.init(question: "Who wrote Dune?", passages: passages))
    /// print(result.answer, result.confidence, result.usage, result.route)
    /// ```
    ///
    /// - Parameters:
    ///   - task: The struct that `@Signature` is on.
    ///   - demos: Worked examples that the model is shown.
    public func predict<Task: TypedSignature>(_ task: Task.Type, demos: [Task] = []) -> Typed<Predict, Task> {
        var program = Typed(predict(Task.signature), as: task)
        program.demos = demos
        return program
    }

    /// A program that has the model reason before it answers, over a task that is declared as a struct. What the model wrote
    /// before its answer is `result.reasoning`.
    ///
    /// - Parameters:
    ///   - task: The struct that `@Signature` is on.
    ///   - demos: Worked examples that the model is shown.
    public func chainOfThought<Task: TypedSignature>(
        _ task: Task.Type, demos: [Task] = []
    ) -> Typed<ChainOfThought, Task> {
        var program = Typed(chainOfThought(Task.signature), as: task)
        program.demos = demos
        return program
    }
}
