extension Typed {
    /// The same program with the instructions, the descriptions of fields and the worked examples of a saved one. Examples that are no whole
    /// ``TypedSignature``, as optimisers make them, are shown to the model too, and are in the program's base alone.
    ///
    /// - Throws: ``ProgramStateError`` when the state does not belong to the program.
    public func loading(
        _ state: ProgramState, allowsVersionMismatch: Bool = false
    ) throws(ProgramStateError) -> Typed {
        Typed(try base.loading(state, allowsVersionMismatch: allowsVersionMismatch))
    }

    /// What DSPy would save of this program, and what it loads.
    ///
    /// - Throws: ``ProgramStateError`` as ``Program/state(updating:)`` does.
    public func state(updating saved: ProgramState? = nil) throws(ProgramStateError) -> ProgramState {
        try base.state(updating: saved)
    }
}
