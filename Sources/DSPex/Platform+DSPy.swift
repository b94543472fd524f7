public import Programs
public import Signatures

extension Platform {
    /// Any of DSPy's programs, run by DSPy in a worker.
    ///
    /// ```swift
    /// let agent = try platform.dspy("ReAct", "question -> answer", arguments: ["tools": [.tool(weather)]])
    /// ```
    ///
    /// - Parameters:
    ///   - name: What DSPy exports, as `ReAct`, or a path with its module. ``catalog()`` has them all.
    ///   - signature: For programs that take one.
    ///   - arguments: The other arguments of the constructor, by name.
    public func dspy(
        _ name: String, _ signature: Signature? = nil, arguments: [String: PythonArgument] = [:]
    ) -> PythonProgram {
        PythonProgram(PythonTarget(name, signature: signature, arguments: arguments), on: runtime)
    }

    /// Any of DSPy's programs over a signature in DSPy's string form, run by DSPy in a worker.
    ///
    /// - Throws: `SignatureError` with the column at which reading stopped.
    public func dspy(
        _ name: String, _ signature: String, instructions: String? = nil, types: [String: FieldType] = [:],
        arguments: [String: PythonArgument] = [:]
    ) throws(SignatureError) -> PythonProgram {
        dspy(name, try Signature(signature, instructions: instructions, types: types), arguments: arguments)
    }

    /// What the installed DSPy has to offer, with parameters and documentation.
    ///
    /// - Throws: `PythonPoolError`, or `ProgramError` for an answer that is no catalog.
    public func catalog() async throws -> DSPyCatalog { try await runtime.catalog() }

    /// Has one of DSPy's optimisers make a program better.
    ///
    /// ```swift
    /// let result = try await platform.optimise(
    ///     answer, by: .init(Optimiser("BootstrapFewShot"), on: data.examples, metric: .exact())
    /// ) { print($0.phase, $0.step, $0.best ?? 0) }
    /// print(result.baseline ?? 0, result.score ?? 0)
    /// try result.state?.jsonText().write(toFile: "program.json", atomically: true, encoding: .utf8)
    /// ```
    ///
    /// - Throws: as `ProgramRuntime.optimise(_:by:progress:)`.
    public func optimise<Base: Program>(
        _ program: Base, by optimisation: ProgramRuntime.Optimisation,
        progress: (@Sendable (OptimisationProgress) async throws -> Void)? = nil
    ) async throws -> Optimised<Base> {
        try await runtime.optimise(program, by: optimisation, progress: progress)
    }

    /// Has one of DSPy's optimisers make a program of DSPy's better.
    ///
    /// - Throws: as `ProgramRuntime.optimise(_:by:progress:)`.
    public func optimise(
        _ program: PythonProgram, by optimisation: ProgramRuntime.Optimisation,
        progress: (@Sendable (OptimisationProgress) async throws -> Void)? = nil
    ) async throws -> Optimised<PythonProgram> {
        try await runtime.optimise(program, by: optimisation, progress: progress)
    }
}
