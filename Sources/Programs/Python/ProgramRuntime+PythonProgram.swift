internal import LanguageModels
internal import Marshalling
internal import PythonPool
internal import Signatures

extension ProgramRuntime {
    private static let runTarget = "dspex_worker.modules.run"
    private static let stateTarget = "dspex_worker.state.dump"

    /// Runs a program of DSPy's where the registry says it belongs.
    func run(
        _ program: PythonProgram, _ inputs: [String: PythonArgument], deadline: ContinuousClock.Instant?
    ) async throws -> Prediction {
        let start = ContinuousClock.now
        let inputs = try Self.checked(inputs, program)
        let place = try place(of: program)
        let latest = min(deadline ?? start + place.route.timeout, start + place.route.timeout)
        let rooms = sandbox.map { CodeRooms($0, caller: place.executor as? PythonPool, deadline: latest) }
        var options = options(of: program, place)
        if let rooms { options["interpreter"] = place.executor.callable { try await rooms.answer($0) } }
        let began = ContinuousClock.now
        do {
            let answer = try await place.executor.callReportingWorker(
                Self.runTarget, [place.encoder.value(program.target), place.encoder.value(inputs), .dict(options)],
                [:], deadline: latest)
            await rooms?.close()
            var prediction = try Self.prediction(program, answer.value, place.route, worker: answer.worker)
            prediction.duration = ContinuousClock.now - start
            router.record(place.route, duration: ContinuousClock.now - began)
            CallScope.current?.ledger.add(prediction.usage, attempts: prediction.attempts, cost: prediction.cost)
            return prediction
        } catch {
            await rooms?.close()
            let error = place.failure(error)
            router.record(place.route, duration: ContinuousClock.now - began, failure: error)
            throw error
        }
    }

    /// What DSPy would save of the program.
    func state(of program: PythonProgram, deadline: ContinuousClock.Instant?) async throws -> ProgramState {
        let place = try place(of: program)
        var target = program.target
        target.state = nil
        var kwargs = PythonDictionary()
        if program.target.allowsVersionMismatch { kwargs["allow_version_mismatch"] = true }
        do {
            let answer = try await place.executor.callReportingWorker(
                Self.stateTarget, [place.encoder.value(target), program.target.state?.pythonValue ?? .none], kwargs,
                deadline: deadline)
            return try ProgramState(answer.value)
        } catch {
            throw place.failure(error)
        }
    }

    // MARK: Where it runs

    /// Where a program of DSPy's runs.
    struct PythonPlace {
        let route: Route
        let executor: any PythonExecutor
        let encoder: PythonArgumentEncoder
        let registry: ProgramRegistry

        /// What a call there has thrown, by the stage that it belongs to.
        func failure(_ error: any Error) -> any Error {
            guard let error = error as? PythonPoolError else { return error }
            if case .raised(let exception) = error, exception.details["code"] == "unknown_path",
                let path = exception.details["field"]?.string, exception.message.hasSuffix("nothing of this path")
            {
                return ProgramError.route(.unknownProgram(ProgramKind(path), near: registry.names(near: path)))
            }
            return ProgramError(error, route: route)
        }
    }

    private func place(of program: PythonProgram) throws(ProgramError) -> PythonPlace {
        try place(
            of: program.target, model: program.model, pool: program.pool, timeout: program.timeout)
    }

    /// The pool and the model for something of DSPy's. What the registry does not know yet goes by its name.
    func place(
        of target: PythonTarget, model: String?, pool: String?, timeout: Duration?
    ) throws(ProgramError) -> PythonPlace {
        let kind = ProgramKind(target.name)
        var router = router
        if router.registry[kind]?.python == nil { router.registry.registerPython(kind, path: target.path) }
        let route: Route
        do {
            route = try router.route(
                .init(kind: kind, model: model, pool: pool, timeout: timeout, implementation: .python))
        } catch { throw .route(error) }
        let name = route.pool ?? router.defaultPool
        guard let executor = executors[name] else { throw .route(.unknownPool(name, known: executors.keys.sorted())) }
        return PythonPlace(
            route: route, executor: executor, encoder: .init(executor: executor, models: router.models),
            registry: self.router.registry)
    }

    // MARK: What it is told

    private func options(of program: PythonProgram, _ place: PythonPlace) -> PythonDictionary {
        var given = program.options
        if let scope = CallScope.current { given = given.completed(by: scope.options) }
        var options = runOptions(place, adapter: program.adapter, options: given)
        if !program.demos.isEmpty { options["demos"] = .list(program.demos.map(PythonValue.dict)) }
        if let threads = program.threads { options["num_threads"] = .int(threads) }
        if let mostErrors = program.mostErrors { options["max_errors"] = .int(mostErrors) }
        return options
    }

    /// The model, the adapter and the generation settings, as `dspex_worker.run_options` takes them.
    func runOptions(
        _ place: PythonPlace, adapter: PromptAdapter?, options given: GenerationOptions
    ) -> PythonDictionary {
        let adapter = adapter ?? self.adapter
        var options: PythonDictionary = [
            "model": .string(place.route.model),
            "adapter": adapter == .xml ? ["object": ["path": "dspy.XMLAdapter"]] : .string(adapter.rawValue),
            "capabilities": (router.models[place.route.model] ?? LanguageModelCapabilities()).pythonValue,
        ]
        let config = given.completed(by: self.options).pythonValue
        if !config.isEmpty { options["config"] = .dict(config) }
        return options
    }

    /// The inputs of the signature are held against it here, so that nothing starts for nothing; others are for Python to judge.
    private static func checked(
        _ inputs: [String: PythonArgument], _ program: PythonProgram
    ) throws(ProgramError) -> [String: PythonArgument] {
        guard let signature = program.target.signature else { return inputs }
        var problems = FieldProblems()
        var checked = inputs
        for field in signature.inputs {
            switch inputs[field.name] {
            case .value(let value):
                checked[field.name] = .value(field.type.check(value, at: field.name, &problems))
            case nil where !field.isOptional:
                problems.add(field.name, .missing(expected: field.type.expectation))
            default: break
            }
        }
        guard problems.isEmpty else {
            throw .input(
                InputError(signature: "\(signature)", problems: problems.listed, omitted: problems.omitted))
        }
        return checked
    }

    // MARK: What it answered

    private static func prediction(
        _ program: PythonProgram, _ answer: PythonValue, _ route: Route, worker: Int32
    ) throws(ProgramError) -> Prediction {
        var problems = FieldProblems()
        guard var outputs = answer["outputs"]?.dict else {
            throw .output(
                OutputError(
                    signature: program.target.path,
                    problems: [.init(path: "outputs", kind: .missing(expected: "dict"))], raw: answer))
        }
        let usage = LanguageModelUsage(dspy: answer["usage"])
        if let signature = program.target.callSignature, outputs == ["result": .none] {
            // As BestOfN does when every attempt has failed.
            for field in signature.outputs { problems.add(field.name, .missing(expected: field.type.expectation)) }
        }
        // A program may add outputs, or answer with something else altogether; what it shares with the signature is of its types.
        for field in program.target.callSignature?.outputs ?? [] {
            let key = PythonValue.string(field.name)
            if let value = outputs[key] { outputs[key] = field.type.check(value, at: field.name, &problems) }
        }
        guard problems.isEmpty else {
            throw .output(
                OutputError(
                    signature: program.target.callSignature.map { "\($0)" } ?? program.target.path,
                    problems: problems.listed, omitted: problems.omitted, raw: answer, usage: usage))
        }
        var prediction = Prediction(
            outputs: outputs, usage: usage, route: route, model: answer["model"]?.string ?? route.model,
            worker: worker, duration: .zero)
        prediction.completions = answer["completions"]?.elements?.compactMap(\.dict) ?? []
        if let trajectory = answer["trajectory"], !trajectory.isNone {
            prediction.pythonTrajectory = trajectory
            prediction.trajectory = Trajectory(dspy: trajectory)
        }
        return prediction
    }
}

extension Trajectory {
    /// Reads what DSPy's `ReAct` notes; nil for what other agents do.
    init?(dspy value: PythonValue) {
        guard let entries = value.dict else { return nil }
        let steps = entries.compactMap { entry -> Step? in
            guard let key = entry.key.string, key.hasPrefix("tool_name_"), let tool = entry.value.string,
                let index = Int(key.dropFirst("tool_name_".count))
            else { return nil }
            return Step(
                index: index, thought: entries["thought_\(index)"]?.string ?? "", tool: tool,
                arguments: entries["tool_args_\(index)"]?.dict ?? [:],
                observation: entries["observation_\(index)"] ?? .none)
        }
        guard !steps.isEmpty || entries.isEmpty else { return nil }
        self.init(steps)
    }
}
