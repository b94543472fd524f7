public import LanguageModels
public import Marshalling
public import Signatures

/// Shows the model several attempts at a task, and has it answer in the light of all of them. Mirrors `dspy.MultiChainComparison`
/// (dspy 3.4.1, `dspy/predict/multi_chain_comparison.py`).
///
/// ```swift
/// let compare = try MultiChainComparison(try Signature("question -> answer"), on: runtime)
/// let attempts = [first.outputs, second.outputs, third.outputs]        // of a ChainOfThought
/// let prediction = try await compare(attempts, inputs: ["question": "What is the capital of Belgium?"])
/// ```
public struct MultiChainComparison: Module {
    /// What goes in and what comes out, without the attempts.
    public let signature: Signature
    /// How many attempts are compared. DSPy's `M`.
    public let attempts: Int
    /// Asks the model. DSPy saves and loads it under this name.
    public var predict: Predict

    /// Makes a program; nothing starts before its first call.
    ///
    /// - Parameters:
    ///   - attempts: How many attempts are compared. Default 3.
    ///   - options: How the model writes. What it leaves open is the platform's, but for the temperature: that is 0.7.
    /// - Throws: `SignatureError` when the signature has a field of a name that is needed: `rationale`, `reasoning_attempt_1` and so on.
    public init(
        _ signature: Signature, attempts: Int = 3, on runtime: ProgramRuntime, model: String? = nil,
        adapter: PromptAdapter? = nil, options: GenerationOptions = .init(), timeout: Duration? = nil
    ) throws(SignatureError) {
        self.signature = signature
        self.attempts = attempts
        let shown = (0..<max(0, attempts)).map { Field(Self.name($0), description: "${reasoning attempt}") }
        let asked = try Signature(
            name: signature.name, label: signature.label, instructions: signature.effectiveInstructions,
            inputs: signature.inputs + shown,
            outputs: [Field("rationale", description: "${corrected reasoning}")] + signature.outputs)
        predict = Predict(
            asked, on: runtime, model: model, adapter: adapter, options: options.completed(by: .init(temperature: 0.7)),
            timeout: timeout)
    }

    /// Compares attempts.
    ///
    /// - Parameters:
    ///   - completions: The outputs of as many attempts as ``attempts`` says, each with its `rationale` or `reasoning` and the last output
    ///     of the signature. The first line of each is shown.
    ///   - inputs: One value for each input field of the signature.
    /// - Returns: The outputs after a `rationale`.
    /// - Throws: ``ProgramError``, or `CancellationError` when the task is cancelled.
    public func callAsFunction(
        _ completions: [PythonDictionary], inputs: PythonDictionary, deadline: ContinuousClock.Instant? = nil
    ) async throws -> Prediction {
        var asked = PythonDictionary()
        for (index, text) in try shown(completions).enumerated() { asked[.string(Self.name(index))] = .string(text) }
        for entry in inputs { asked[entry.key] = entry.value }
        return try await predict(asked, deadline: deadline)
    }

    /// Compares the attempts that are among the inputs, a list of dictionaries called `completions`.
    public func callAsFunction(
        _ inputs: PythonDictionary, deadline: ContinuousClock.Instant?
    ) async throws -> Prediction {
        let completions = inputs["completions"]?.elements?.compactMap(\.dict) ?? []
        return try await self(
            completions, inputs: PythonDictionary(inputs.filter { $0.key != "completions" }), deadline: deadline)
    }

    private static func name(_ index: Int) -> String { "reasoning_attempt_\(index + 1)" }

    private func shown(_ completions: [PythonDictionary]) throws(ProgramError) -> [String] {
        var problems = FieldProblems()
        if completions.count != attempts {
            problems.add("completions", .outOfBounds(rule: "\(attempts) attempts", actual: "\(completions.count)"))
        }
        let answer = signature.outputs.last?.name ?? ""
        let texts = completions.enumerated().map { index, completion in
            let rationale = completion["rationale"] ?? completion["reasoning"]
            if rationale == nil { problems.add("completions[\(index)].reasoning", .missing(expected: "str")) }
            let given = completion[.string(answer)]
            if given == nil { problems.add("completions[\(index)].\(answer)", .missing(expected: "a value")) }
            return "«I'm trying to \(Self.line(rationale)) I'm not sure but my prediction is \(Self.line(given))»"
        }
        guard problems.isEmpty else {
            throw .input(
                InputError(signature: "\(signature)", problems: problems.listed, omitted: problems.omitted))
        }
        return texts
    }

    /// The first line of a value's text, without white space around it.
    private static func line(_ value: PythonValue?) -> String {
        let text = PythonText.strip(value?.pythonText ?? "")
        return PythonText.split(text).first.map { PythonText.strip(String($0)) } ?? ""
    }
}
