internal import Marshalling
internal import Signatures

extension Program {
    /// The same program with the instructions, the descriptions of fields and the worked examples of a saved one.
    ///
    /// The state is that of the same class of DSPy over a signature with the same fields. What does not change what a model is told is not
    /// taken over: the prefixes of fields, and fields in examples that the signature does not have.
    ///
    /// - Parameters:
    ///   - state: What DSPy, or ``state(updating:)``, has saved.
    ///   - allowsVersionMismatch: Whether another minor version of DSPy than ``ProgramState/dspyVersion`` may have saved it. Default false.
    /// - Throws: ``ProgramStateError`` when the state does not belong to the program; nothing of it is taken over then.
    public func loading(
        _ state: ProgramState, allowsVersionMismatch: Bool = false
    ) throws(ProgramStateError) -> Self {
        let name = try Self.predictorName
        if !allowsVersionMismatch { try state.checkVersion() }
        let predictor = try state.predictor(named: name)
        let path = name.isEmpty ? "" : name + "."
        guard predictor.model.isNone else { throw ProgramStateError(path + "lm", .ownModel) }
        let own = signature.inputs + expectedOutputs
        guard predictor.fields.count == own.count else {
            throw ProgramStateError(
                path + "signature.fields", .fieldCount(saved: predictor.fields.count, own: own.map(\.name)))
        }
        var program = self
        program.signature = signature.described(zip(own, predictor.fields), instructions: predictor.instructions)
        program.demos = try Self.demos(predictor.demos, of: own, inputs: signature.inputs.count, at: path)
        return program
    }

    /// What DSPy would save of this program, and what it loads.
    ///
    /// - Parameter saved: The state that the program was loaded from: what the program does not hold itself, such as the prefixes of
    ///   fields, is taken from there. Default none: then it is as DSPy makes it of the signature.
    /// - Throws: ``ProgramStateError`` for a kind of program that DSPy saves in a shape of which Swift knows nothing, and when `saved` is of
    ///   another program.
    public func state(updating saved: ProgramState? = nil) throws(ProgramStateError) -> ProgramState {
        let name = try Self.predictorName
        let own = signature.inputs + expectedOutputs
        var predictor = PredictorState(instructions: "", fields: own.map { .init(named: $0.name) })
        if let saved {
            predictor = try saved.predictor(named: name)
            guard predictor.fields.count == own.count else {
                throw ProgramStateError(
                    name + ".signature.fields", .fieldCount(saved: predictor.fields.count, own: own.map(\.name)))
            }
        }
        predictor.instructions = Instructions.clean(signature.effectiveInstructions)
        for (index, field) in own.enumerated() {
            predictor.fields[index].description =
                field.description ?? PredictorState.Field.noDescription(of: field.name)
        }
        predictor.demos = demos.map { demo in promptSignature.plainOutputs(demo).dict ?? demo }
        var state = ProgramState(
            name.isEmpty ? .predictor(predictor) : .program([.init(name, .predictor(predictor))]))
        if let saved { state.metadata = saved.metadata }
        return state
    }

    /// Where DSPy's class has its predictor; "" when it is one itself.
    private static var predictorName: String {
        get throws(ProgramStateError) {
            switch kind {
            case .predict: ""
            case .chainOfThought: "predict"
            default: throw ProgramStateError("", .noNativeTwin(kind))
            }
        }
    }

    /// The examples in the types of the fields. DSPy's own marks and fields that the signature does not have are left out, as no prompt
    /// shows them; an example that has nothing of the signature is refused.
    private static func demos(
        _ saved: [PythonDictionary], of fields: [Field], inputs: Int, at path: String
    ) throws(ProgramStateError) -> [PythonDictionary] {
        var problems = FieldProblems()
        let demos = saved.enumerated().map { index, demo in
            let place = "\(path)demos[\(index)]"
            var typed = PythonDictionary()
            for field in fields {
                let key = PythonValue.string(field.name)
                // None is a value of some types; of others it says that there is none.
                guard let value = demo[key], !value.isNone || field.type.isOptional else { continue }
                typed[key] = field.written(value, at: "\(place).\(field.name)", &problems)
            }
            if typed.isEmpty, !demo.isEmpty {
                problems.add(place, .unknown(known: fields.map(\.name)))
            }
            return typed
        }
        guard problems.isEmpty else { throw ProgramStateError(path + "demos", .demos(problems.listed)) }
        return demos
    }
}

extension Signature {
    /// The same signature with what was saved of its fields, and of one that the program adds when that was described.
    fileprivate func described(
        _ fields: some Sequence<(Field, PredictorState.Field)>, instructions: String
    ) -> Signature {
        var inputs: [Field] = []
        var outputs: [Field] = []
        let names = Set(self.inputs.map(\.name))
        for (field, saved) in fields {
            var field = field
            let isDescribed = saved.description != PredictorState.Field.noDescription(of: field.name)
            field.description = isDescribed ? saved.description : nil
            if names.contains(field.name) {
                inputs.append(field)
            } else if isDescribed || self.field(named: field.name) != nil {
                outputs.append(field)
            }
        }
        return Signature(unchecked: name, label: label, instructions: instructions, inputs: inputs, outputs: outputs)
    }
}

extension ProgramState {
    /// - Throws: ``ProgramStateError`` when another minor version of DSPy saved the state, or nobody knows which.
    fileprivate func checkVersion() throws(ProgramStateError) {
        let saved = versions.first { $0.package == "dspy" }?.version
        let minor = { (version: String) in version.split(separator: ".").prefix(2) }
        if let saved, minor(saved) == minor(Self.dspyVersion) { return }
        throw ProgramStateError(
            "metadata.dependency_versions.dspy", .version(saved: saved, supported: Self.dspyVersion))
    }

    /// The one predictor of a program that has no other; "" is the name of a program that is a predictor.
    fileprivate func predictor(named name: String) throws(ProgramStateError) -> PredictorState {
        switch shape {
        case .predictor(let state):
            guard name.isEmpty else { throw ProgramStateError(name, .missing) }
            return state
        case .program(let parts):
            guard !name.isEmpty else {
                guard let first = parts.first else { throw ProgramStateError("signature", .missing) }
                throw ProgramStateError(first.name, .unknown(known: ["signature", "demos", "lm"]))
            }
            if let other = parts.first(where: { $0.name != name }) {
                throw ProgramStateError(other.name, .unknown(known: [name]))
            }
            guard let part = parts.first else { throw ProgramStateError(name, .missing) }
            guard case .predictor(let state) = part.content else {
                throw ProgramStateError(name + ".signature", .missing)
            }
            return state
        }
    }
}
