public import Marshalling

/// A program's state as DSPy saves it with `module.save("program.json")` (`dspy/primitives/base_module.py`, dspy 3.4.1): read and
/// written without Python, byte for byte.
///
/// ```swift
/// let state = try ProgramState(json: text)
/// let answer = try platform.chainOfThought("question -> answer").loading(state)
/// ```
///
/// So a program can be optimised in Python and served where there is none.
public struct ProgramState: Sendable, Hashable {
    /// One named part of a program.
    public struct Part: Sendable, Hashable {
        /// Where the program has it: `predict`, `extract.predict`.
        public var name: String
        /// What it is.
        public var content: Content

        /// Makes a part.
        public init(_ name: String, _ content: Content) {
            self.name = name
            self.content = content
        }
    }

    /// What a part is.
    public enum Content: Sendable, Hashable {
        /// A predictor.
        case predictor(PredictorState)
        /// Another kind of parameter, such as a retriever, as it was saved.
        case other(PythonValue)
    }

    /// What a program is made of.
    public enum Shape: Sendable, Hashable {
        /// The program is a predictor itself, which is saved without a name: `dspy.Predict`.
        case predictor(PredictorState)
        /// The parts of a program, in its order: for `dspy.ChainOfThought` one, `predict`.
        case program([Part])
    }

    /// What the program is made of.
    public var shape: Shape
    /// What DSPy notes beside: the versions of what saved the program.
    public var metadata: PythonDictionary

    /// The version of DSPy whose states these are.
    public static let dspyVersion = "3.4.1"

    /// Makes a state.
    ///
    /// - Parameter versions: Of Python, DSPy and cloudpickle, by which DSPy warns when it loads the state elsewhere. Default DSPy's alone.
    public init(_ shape: Shape, versions: PythonDictionary = ["dspy": .string(dspyVersion)]) {
        self.shape = shape
        metadata = ["dependency_versions": .dict(versions)]
    }

    /// The versions of what saved the program, by package, in the order of the file.
    public var versions: [(package: String, version: String)] {
        (metadata["dependency_versions"]?.dict ?? [:]).compactMap { entry in
            entry.key.string.flatMap { name in entry.value.string.map { (name, $0) } }
        }
    }

    /// The predictors by their names, in order; that of a program that is one itself has the name "".
    public var predictors: [(name: String, state: PredictorState)] {
        switch shape {
        case .predictor(let state): [("", state)]
        case .program(let parts):
            parts.compactMap { part in
                if case .predictor(let state) = part.content { (part.name, state) } else { nil }
            }
        }
    }
}

// MARK: Reading

extension ProgramState {
    private static let metadataKey: PythonValue = "metadata"
    /// What a predictor always has, by which one without a name is told from a program of parts.
    private static let lists = ["traces", "train", "demos"]

    /// Reads the text of a file that DSPy has saved.
    ///
    /// - Throws: ``ProgramStateError`` for a text that is no JSON, and for a state of which something is missing.
    public init(json text: String) throws(ProgramStateError) {
        let value: PythonValue
        do { value = try PythonValue(json: text) } catch { throw ProgramStateError("", .notJSON(error)) }
        try self.init(value)
    }

    /// Reads a state that Python has given out as a value.
    ///
    /// - Throws: ``ProgramStateError`` for a state of which something is missing.
    public init(_ value: PythonValue) throws(ProgramStateError) {
        guard var saved = value.dict else { throw ProgramStateError("", value, expected: "an object") }
        guard let metadata = saved[Self.metadataKey]?.dict else {
            throw ProgramStateError("metadata", saved[Self.metadataKey], expected: "an object")
        }
        saved[Self.metadataKey] = nil
        self.metadata = metadata
        if Self.isPredictor(saved) {
            shape = .predictor(try PredictorState(saved, at: ""))
            return
        }
        var parts: [Part] = []
        for entry in saved {
            let name = entry.key.string ?? ""
            guard let content = entry.value.dict else {
                throw ProgramStateError(name, entry.value, expected: "an object")
            }
            let isPredictor = content["signature"] != nil || content["demos"] != nil
            parts.append(
                Part(name, isPredictor ? .predictor(try PredictorState(content, at: name + ".")) : .other(entry.value)))
        }
        shape = .program(parts)
    }

    private static func isPredictor(_ saved: PythonDictionary) -> Bool {
        saved["signature"]?["instructions"]?.string != nil
            || lists.contains { name in if case .list = saved[.string(name)] { true } else { false } }
    }
}

// MARK: Writing

extension ProgramState {
    /// The state in DSPy's form and order.
    public var pythonValue: PythonValue {
        var saved: PythonDictionary
        switch shape {
        case .predictor(let state): saved = state.pythonValue
        case .program(let parts):
            saved = PythonDictionary(
                parts.map { part in
                    switch part.content {
                    case .predictor(let state): .init(key: .string(part.name), value: .dict(state.pythonValue))
                    case .other(let value): .init(key: .string(part.name), value: value)
                    }
                })
        }
        saved[Self.metadataKey] = .dict(metadata)
        return .dict(saved)
    }

    /// The text that DSPy's `save` writes into a file for this state, byte for byte.
    ///
    /// - Throws: ``ProgramStateError`` for demos with values that JSON has no form for.
    public func jsonText() throws(ProgramStateError) -> String {
        do { return try pythonValue.orjsonText() } catch { throw ProgramStateError("", .noJSONForm(error)) }
    }
}
