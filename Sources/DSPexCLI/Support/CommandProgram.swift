import DSPex

/// The program that a command line names: one that Swift has a twin of, or any other of DSPy's.
enum CommandProgram {
    case twin(any Program)
    case python(PythonProgram)

    /// The same program with what was saved of it. For one of DSPy's own Python refuses a state that does not belong, when it is called.
    func loading(_ state: ProgramState, allowsVersionMismatch: Bool = false) throws(ProgramStateError) -> CommandProgram
    {
        switch self {
        case .twin(let program):
            .twin(try Self.loaded(program, state, allowsVersionMismatch))
        case .python(let program):
            .python(program.loading(state, allowsVersionMismatch: allowsVersionMismatch))
        }
    }

    private static func loaded(
        _ program: some Program, _ state: ProgramState, _ allowsVersionMismatch: Bool
    ) throws(ProgramStateError) -> any Program {
        try program.loading(state, allowsVersionMismatch: allowsVersionMismatch)
    }

    /// Runs it once.
    func callAsFunction(_ inputs: PythonDictionary) async throws -> Prediction {
        switch self {
        case .twin(let program): try await program(inputs)
        case .python(let program): try await program(inputs)
        }
    }
}
