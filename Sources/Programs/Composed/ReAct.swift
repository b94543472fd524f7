public import LanguageModels
public import Marshalling
public import Signatures

/// An agent: thinks, calls one of its tools, sees what came of it, and so on until it has what the outputs need. Mirrors `dspy.ReAct`
/// (dspy 3.4.1, `dspy/predict/react.py`) request by request.
///
/// ```swift
/// let agent = try ReAct(try Signature("question -> answer"), tools: [weather], on: runtime)
/// let prediction = try await agent(["question": "Do I need an umbrella in Bern?"])
/// print(prediction["answer"] ?? "", prediction.trajectory?.steps.count ?? 0)
/// ```
///
/// What a tool throws, and arguments that do not fit, are told to the model as an observation, without the traceback that DSPy puts
/// there: Swift has none, and it would show the model the host's files. A call to a tool that there is not is a
/// ``ProgramError/malformedResponse(_:)``. When the model's context is full, the oldest steps are dropped.
public struct ReAct: Module {
    /// What goes in and what comes out.
    public let signature: Signature
    /// The tools by name, `finish` among them.
    public let tools: [Tool]
    /// How often it may call a tool. Default 20. After that it answers from what it has.
    public var maximumSteps: Int
    /// Chooses the next tool. Its demos and instructions may be changed; DSPy saves and loads them under this name.
    public var react: Predict
    /// Makes the outputs of the trajectory.
    public var extract: ChainOfThought
    /// How long a whole call may take; nil for the platform's default.
    public var timeout: Duration?

    private let runtime: ProgramRuntime

    /// Makes an agent; nothing starts before its first call.
    ///
    /// - Parameters:
    ///   - tools: Of two with one name the later one holds. `finish` is the agent's own.
    ///   - model: The model's name; nil for the platform's default model.
    ///   - adapter: How the prompts are written; nil for the platform's default adapter.
    /// - Throws: `SignatureError` when the signature has a field of a name that the agent needs: `trajectory`, `next_thought`,
    ///   `next_tool_name`, `next_tool_args`.
    public init(
        _ signature: Signature, tools: [Tool], maximumSteps: Int = 20, on runtime: ProgramRuntime, model: String? = nil,
        adapter: PromptAdapter? = nil, options: GenerationOptions = .init(), timeout: Duration? = nil
    ) throws(SignatureError) {
        self.signature = signature
        self.tools = Self.completed(tools, for: signature)
        self.maximumSteps = maximumSteps
        self.timeout = timeout
        self.runtime = runtime
        react = Predict(
            try Self.choosing(signature, self.tools), on: runtime, model: model, implementation: .native,
            adapter: adapter, options: options)
        extract = ChainOfThought(
            try Self.extracting(signature), on: runtime, model: model, implementation: .native, adapter: adapter,
            options: options)
    }

    /// Runs the agent once.
    ///
    /// - Parameters:
    ///   - inputs: One value for each input field of the signature.
    ///   - deadline: When the answer must be there at the latest. The agent's ``timeout`` holds as well, for models and tools alike.
    /// - Returns: The outputs after their `reasoning`, and the ``Prediction/trajectory``.
    /// - Throws: ``ProgramError``, or `CancellationError` when the task is cancelled.
    public func callAsFunction(
        _ inputs: PythonDictionary, deadline: ContinuousClock.Instant?
    ) async throws -> Prediction {
        let request = Router.Request(kind: .reAct, model: react.model, timeout: timeout, implementation: .native)
        return try await runtime.compose(request, deadline: deadline) { route, deadline in
            var trajectory = Trajectory()
            try await act(inputs, &trajectory, route, deadline)
            var prediction = try await ask(extract, inputs, &trajectory, deadline)
            prediction.trajectory = trajectory
            return prediction
        }
    }

    /// Calls tools until the model says that it has finished, may not go on, or its context is full.
    private func act(
        _ inputs: PythonDictionary, _ trajectory: inout Trajectory, _ route: Route, _ deadline: ContinuousClock.Instant
    ) async throws {
        for index in 0..<max(0, maximumSteps) {
            try Task.checkCancellation()
            let choice: Prediction
            do { choice = try await ask(react, inputs, &trajectory, deadline) } catch  where error.isContextOverflow {
                return
            }
            let name = choice["next_tool_name"]?.pythonText ?? ""
            let arguments = choice["next_tool_args"]?.dict ?? [:]
            trajectory.steps.append(
                .init(
                    index: index, thought: choice["next_thought"]?.pythonText ?? "", tool: name, arguments: arguments,
                    observation: try await observation(of: name, arguments, route, deadline)))
            if name == Self.finish { return }
        }
    }

    /// Asks with what has happened so far, and with less of it as often as the model's context is too small, three times at most.
    private func ask(
        _ program: some Program, _ inputs: PythonDictionary, _ trajectory: inout Trajectory,
        _ deadline: ContinuousClock.Instant
    ) async throws -> Prediction {
        let adapter = program.adapter ?? runtime.adapter
        var attempt = 1
        while true {
            do {
                var inputs = inputs
                inputs[.string(Self.trajectory)] = .string(trajectory.text(adapter, beside: program.signature))
                return try await runtime.run(
                    program, inputs: inputs, deadline: deadline, verbatim: [Self.trajectory])
            } catch  where error.isContextOverflow {
                // A single step cannot be dropped: the agent would do it again.
                guard trajectory.steps.count > 1 else { throw error }
                trajectory.steps.removeFirst()
                guard attempt < 3 else { throw error }
                attempt += 1
            }
        }
    }

    /// What a tool gives, or how it fails.
    private func observation(
        of name: String, _ arguments: PythonDictionary, _ route: Route, _ deadline: ContinuousClock.Instant
    ) async throws -> PythonValue {
        guard let tool = tools.first(where: { $0.name == name }) else { return .string("There is no tool \(name).") }
        let start = ContinuousClock.now
        do {
            return try await withDeadline(deadline) { try await tool(arguments) }
        } catch is DeadlineReached {
            throw ProgramError.deadlineExceeded(route: route, after: ContinuousClock.now - start)
        } catch {
            try Task.checkCancellation()
            return .string("Execution error in \(name): \n\(ToolFailure.text(of: error))")
        }
    }
}
