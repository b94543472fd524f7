internal import Signatures

/// Programs made of others, whose states DSPy saves part by part: `react` and `extract.predict` of a `dspy.ReAct`.
extension ReAct {
    /// The same agent with the instructions, descriptions and worked examples of a saved one. The instructions name the tools that the saved
    /// agent had, as in DSPy.
    ///
    /// - Throws: ``ProgramStateError`` when the state does not belong to the agent; nothing of it is taken over then.
    public func loading(
        _ state: ProgramState, allowsVersionMismatch: Bool = false
    ) throws(ProgramStateError) -> ReAct {
        try state.checkParts(["react", "extract.predict"])
        var copy = self
        copy.react = try react.loading(state.scope("react"), allowsVersionMismatch: allowsVersionMismatch)
        copy.extract = try extract.loading(state.scope("extract"), allowsVersionMismatch: allowsVersionMismatch)
        return copy
    }

    /// What DSPy would save of this agent, and what it loads.
    ///
    /// - Parameter saved: The state that the agent was loaded from; see ``Program/state(updating:)``.
    public func state(updating saved: ProgramState? = nil) throws(ProgramStateError) -> ProgramState {
        try saved?.checkParts(["react", "extract.predict"])
        return ProgramState(
            joining: [
                ("react", try react.state(updating: saved?.scope("react"))),
                ("extract", try extract.state(updating: saved?.scope("extract"))),
            ], saved)
    }
}

extension MultiChainComparison {
    /// The same program with the instructions, descriptions and worked examples of a saved one.
    ///
    /// - Throws: ``ProgramStateError`` when the state does not belong to the program; nothing of it is taken over then.
    public func loading(
        _ state: ProgramState, allowsVersionMismatch: Bool = false
    ) throws(ProgramStateError) -> MultiChainComparison {
        try state.checkParts(["predict"])
        var copy = self
        copy.predict = try predict.loading(state.scope("predict"), allowsVersionMismatch: allowsVersionMismatch)
        return copy
    }

    /// What DSPy would save of this program, and what it loads.
    ///
    /// - Parameter saved: The state that the program was loaded from; see ``Program/state(updating:)``.
    public func state(updating saved: ProgramState? = nil) throws(ProgramStateError) -> ProgramState {
        try saved?.checkParts(["predict"])
        var state = try predict.state(updating: saved?.scope("predict"))
        // DSPy gives the fields that it adds prefixes of their own (`dspy/predict/multi_chain_comparison.py`).
        if saved == nil, case .predictor(var predictor) = state.shape {
            let attempt = "reasoning_attempt_"
            for (index, name) in predict.signature.fields.map(\.name).enumerated() {
                if name.hasPrefix(attempt) {
                    predictor.fields[index].prefix = "Student Attempt #\(name.dropFirst(attempt.count)):"
                } else if name == "rationale" {
                    predictor.fields[index].prefix = "Accurate Reasoning: Thank you everyone. Let's now holistically"
                }
            }
            state.shape = .predictor(predictor)
        }
        return ProgramState(joining: [("predict", state)], saved)
    }
}

extension ProgramState {
    /// The state of a program of these parts.
    ///
    /// - Parameter saved: Whose metadata it keeps; nil for new ones.
    fileprivate init(joining parts: [(name: String, state: ProgramState)], _ saved: ProgramState?) {
        self.init(
            .program(
                parts.flatMap { name, state in
                    switch state.shape {
                    case .predictor(let predictor): [Part(name, .predictor(predictor))]
                    case .program(let inner): inner.map { Part("\(name).\($0.name)", $0.content) }
                    }
                }))
        if let saved { metadata = saved.metadata }
    }

    /// The part of this name, or the parts below it, as a state of its own.
    fileprivate func scope(_ name: String) -> ProgramState {
        var scoped = self
        guard case .program(let parts) = shape else { return scoped }
        if let part = parts.first(where: { $0.name == name }), case .predictor(let predictor) = part.content {
            scoped.shape = .predictor(predictor)
        } else {
            let prefix = name + "."
            scoped.shape = .program(
                parts.filter { $0.name.hasPrefix(prefix) }
                    .map { Part(String($0.name.dropFirst(prefix.count)), $0.content) })
        }
        return scoped
    }

    /// - Throws: ``ProgramStateError`` for parts that are missing, and for others.
    fileprivate func checkParts(_ names: [String]) throws(ProgramStateError) {
        guard case .program(let parts) = shape else { throw ProgramStateError(names.first ?? "", .missing) }
        for name in names where !parts.contains(where: { $0.name == name }) { throw ProgramStateError(name, .missing) }
        if let other = parts.first(where: { !names.contains($0.name) }) {
            throw ProgramStateError(other.name, .unknown(known: names))
        }
    }
}
