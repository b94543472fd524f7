internal import LanguageModels
internal import Marshalling
internal import PythonPool
internal import Signatures

extension ProgramRuntime {
    private static let optimiseTarget = "dspex_worker.optimisers.optimise"

    /// What an optimiser works on and with, besides the program.
    public struct Optimisation: Sendable {
        /// The optimiser.
        public var optimiser: Optimiser
        /// What it learns from.
        public var data: [Example]
        /// What candidates are measured on; empty for the data itself.
        public var validation: [Example]
        /// What is to become better.
        public var metric: Metric
        /// How many threads it may have. Default: DSPy's, 8.
        public var threads: Int?
        /// After how many errors of programs or metric it gives up. Default: DSPy's, 10.
        public var mostErrors: Int?
        /// When it is given up. Default never.
        public var deadline: ContinuousClock.Instant?

        /// Describes an optimisation.
        public init(
            _ optimiser: Optimiser, on data: [Example], validation: [Example] = [], metric: Metric,
            threads: Int? = nil, mostErrors: Int? = nil, deadline: ContinuousClock.Instant? = nil
        ) {
            self.optimiser = optimiser
            self.data = data
            self.validation = validation
            self.metric = metric
            self.threads = threads
            self.mostErrors = mostErrors
            self.deadline = deadline
        }
    }

    /// Has DSPy make a program better. DSPy runs it in the pool for optimisers; the result runs wherever the program does, natively too.
    ///
    /// - Parameters:
    ///   - program: The program; its model and adapter are used.
    ///   - optimisation: How, on what, and for what.
    ///   - progress: Is told of everything that the optimiser does, one thing at a time. What it throws ends the run.
    /// - Throws: ``ProgramError`` with what DSPy raised, ``ProgramStateError`` when the result does not load, what the metric threw when DSPy
    ///   does not survive it, or `CancellationError` when the task is cancelled, which ends the Python code too.
    public func optimise<Base: Program>(
        _ program: Base, by optimisation: Optimisation,
        progress: (@Sendable (OptimisationProgress) async throws -> Void)? = nil
    ) async throws -> Optimised<Base> {
        let start = ContinuousClock.now
        let answer = try await run(
            optimisation, student: try PythonTarget(program), model: program.model, adapter: program.adapter,
            options: program.options, progress)
        return try Optimised(
            answer, duration: ContinuousClock.now - start, loading: { try program.loading($0) }, else: program)
    }

    /// Has DSPy make a program of its own better. See ``optimise(_:by:progress:)-(Base,_,_)``.
    public func optimise(
        _ program: PythonProgram, by optimisation: Optimisation,
        progress: (@Sendable (OptimisationProgress) async throws -> Void)? = nil
    ) async throws -> Optimised<PythonProgram> {
        let start = ContinuousClock.now
        let answer = try await run(
            optimisation, student: program.target, model: program.model, adapter: program.adapter,
            options: program.options, progress)
        return try Optimised(
            answer, duration: ContinuousClock.now - start, loading: { program.loading($0) }, else: program)
    }

    private func run(
        _ optimisation: Optimisation, student: PythonTarget, model: String?, adapter: PromptAdapter?,
        options given: GenerationOptions,
        _ progress: (@Sendable (OptimisationProgress) async throws -> Void)?
    ) async throws -> PythonValue {
        let optimiser = optimisation.optimiser
        let place = try place(of: PythonTarget(optimiser.path), model: model, pool: nil, timeout: nil)
        let encoder = place.encoder
        let rooms = sandbox.map {
            CodeRooms($0, caller: place.executor as? PythonPool, deadline: optimisation.deadline)
        }
        var options = runOptions(place, adapter: adapter, options: given)
        if let threads = optimisation.threads { options["num_threads"] = .int(threads) }
        if let mostErrors = optimisation.mostErrors { options["max_errors"] = .int(mostErrors) }
        if let rooms { options["interpreter"] = place.executor.callable { try await rooms.answer($0) } }
        let described: PythonDictionary = [
            "path": .string(optimiser.path), "args": encoder.value(optimiser.arguments),
            "compile": encoder.value(optimiser.compileArguments), "measure": .bool(optimiser.measures),
        ]
        let metric = encoder.metric(optimisation.metric, signature: student.callSignature, route: place.route)
        var kwargs = PythonDictionary()
        if !optimisation.validation.isEmpty { kwargs["valset"] = Self.value(optimisation.validation) }
        if let progress {
            kwargs["progress"] = place.executor.callable { arguments in
                if let event = arguments[0].flatMap({ OptimisationProgress($0) }) { try await progress(event) }
                return .none
            }
        }
        do {
            let answer = try await place.executor.callReportingWorker(
                Self.optimiseTarget,
                [.dict(described), encoder.value(student), Self.value(optimisation.data), metric, .dict(options)],
                kwargs, deadline: optimisation.deadline)
            await rooms?.close()
            return answer.value
        } catch {
            await rooms?.close()
            throw place.failure(error)
        }
    }

    private static func value(_ examples: [Example]) -> PythonValue {
        .list(examples.map { .dict($0.fields) })
    }
}
