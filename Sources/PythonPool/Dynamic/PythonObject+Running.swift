public import Marshalling

// What runs the way: everything here is one round trip.
extension PythonObject {
    /// Runs the way and gives what it leads to as a value; what has no value form is a ``PythonValue/reference(_:)``.
    ///
    /// - Parameter deadline: as ``PythonPool/call(_:_:_:deadline:)`` has it.
    /// - Throws: ``PythonPoolError``; `CancellationError` when the task was cancelled.
    public nonisolated(nonsending) func evaluated(deadline: ContinuousClock.Instant? = nil) async throws -> PythonValue
    {
        try await pool.run("run", of: self, deadline: deadline)
    }

    /// Runs the way and gives what it leads to as a Swift type.
    ///
    /// - Throws: as ``evaluated(deadline:)`` does; ``PythonPoolError/wireForm(_:)`` with the place and what was found there when it does not fit.
    public nonisolated(nonsending) func decoded<Result: PythonDecodable>(
        as type: Result.Type = Result.self, deadline: ContinuousClock.Instant? = nil
    ) async throws -> Result {
        try await pool.run("run", of: self, deadline: deadline)
    }

    /// Runs the way and keeps what it leads to in its worker: what starts at the result runs there.
    ///
    /// - Throws: as ``evaluated(deadline:)`` does.
    public nonisolated(nonsending) func kept(deadline: ContinuousClock.Instant? = nil) async throws -> PythonObject {
        let result: PythonValue = try await pool.run("run", of: self, form: .reference, deadline: deadline)
        return PythonObject(.init(.value(result), recipe: step), pool)
    }

    /// Makes an object anew that ``kept(deadline:)`` gave, as when its worker was lost: all that led to it runs again in one worker, from
    /// the modules on, and so do the ways to the objects that it was made from.
    ///
    /// ```swift
    /// var model = try await python.models.load("small").kept()
    /// do { try await model.warm_up().perform() } catch PythonPoolError.referenceLost { model = try await model.rebuilt() }
    /// ```
    ///
    /// Changes that were made to the lost object are not made again.
    ///
    /// - Throws: as ``evaluated(deadline:)`` does; ``PythonPoolError/referenceLost(typeName:worker:)`` when the way leads through an object that no
    ///   way led to, as a call returned it, and that is lost.
    public nonisolated(nonsending) func rebuilt(deadline: ContinuousClock.Instant? = nil) async throws -> PythonObject {
        let result: PythonValue = try await pool.run(
            "run", of: self, form: .reference, rebuilds: true, deadline: deadline)
        return PythonObject(.init(.value(result), recipe: step.recipe ?? step), pool)
    }

    /// Runs the way for what it does.
    ///
    /// - Throws: as ``evaluated(deadline:)`` does.
    public nonisolated(nonsending) func perform(deadline: ContinuousClock.Instant? = nil) async throws {
        let _: PythonValue = try await pool.run("run", of: self, form: .reference, deadline: deadline)
    }

    /// Enters the object as a context manager, as `with object as entered:` does, and leaves it when `body` has returned or thrown.
    ///
    /// One that has `__aenter__` is entered as `async with` does. Its event loop is that of the thread that serves the call, which is another in
    /// each of a worker's ``PythonPool/Concurrency/slots(_:)``. Entering, each call in `body` and leaving are tasks of their own there: what
    /// watches over its own task, as `asyncio.timeout` does, has nothing to watch.
    ///
    /// It is left when the task was cancelled, too. An exception of Python's that `body` throws reaches `__exit__` as one of its class, where
    /// that is a built-in one; every other error is a `dspex_worker.tools.ToolError` there.
    ///
    /// - Parameter body: gets what `__enter__` or `__aenter__` returned, in the worker where it lives.
    /// - Returns: what `body` returned; nil when it threw and the manager swallowed that.
    /// - Throws: what `body` throws, unless the manager swallows it; ``PythonPoolError``.
    public func withScope<Result>(
        isolation: isolated (any Actor)? = #isolation, _ body: (PythonObject) async throws -> Result
    ) async throws -> Result? {
        let pair: PythonValue = try await pool.run("enter", of: self, form: .reference, deadline: nil)
        let scope = PythonObject(.init(.value(pair)), pool)
        let result: Result
        do { result = try await body(try await scope[1].kept()) } catch {
            do { if try await scope[0].leave(error) { return nil } } catch PythonPoolError.referenceLost {
                // Nobody is there to be left: of the worker's end the block's own error tells more.
            }
            throw error
        }
        try await scope[0].leave(nil)
        return result
    }

    /// Leaves a context manager, in a task of its own: that of the block may have been cancelled.
    @discardableResult
    private func leave(_ failure: (any Error)?) async throws -> Bool {
        let function = PythonObject(.init(.module("dspex_worker.expressions.leave")), pool)
        let details = failure.map { PythonValue.dict(UpcallErrorDescription.of($0)) } ?? PythonValue.none
        return try await Task { try await function(self, details) }.value
    }

    /// What introspection says of the object.
    ///
    /// - Throws: as ``evaluated(deadline:)`` does.
    public nonisolated(nonsending) func introspection() async throws -> PythonDescription {
        try await pool.run("describe", of: self, deadline: nil)
    }
}

extension PythonPool {
    /// Where the dynamic way into Python begins: `python.numpy.linspace(0, 1, num: 5)`, `python.len("text")`.
    public var python: PythonObject { PythonObject(.init(.module("")), self) }

    /// An object that a call has returned as a reference, as the beginning of a way.
    public func object(_ reference: PythonReference) -> PythonObject {
        PythonObject(.init(.value(PythonValue.reference(reference))), self)
    }

    /// The items of what the way leads to, asynchronous iterators included, fetched in chunks as they are asked for.
    ///
    /// ```swift
    /// for try await line in pool.iterate(python.open("notes.txt")) { print(line) }
    /// ```
    public func iterate(_ object: PythonObject) -> PythonStream {
        PythonStream(engine: engine) { [self] stream in
            try newCall(expressions: "iterate", of: object, stream: stream)
        }
    }

    /// Runs many steps in one round trip, in the order in which they are written.
    ///
    /// ```swift
    /// let mean: Double = try await python.batch { python in
    ///     let numbers = python.list(python.range(10))
    ///     numbers.append(32)
    ///     numbers.sort(reverse: true)
    ///     return python.statistics.mean(numbers)
    /// }
    /// ```
    ///
    /// - Parameter body: writes the steps down; none has run when it returns.
    /// - Returns: the value of the object that `body` returns.
    /// - Throws: as ``PythonObject/decoded(as:deadline:)`` does; what `body` throws.
    public nonisolated(nonsending) func batch<Result: PythonDecodable>(
        as type: Result.Type = Result.self, deadline: ContinuousClock.Instant? = nil,
        _ body: (PythonObject) throws -> PythonObject
    ) async throws -> Result {
        let recorder = BatchRecorder()
        let result = try body(PythonObject(.init(.module("")), self, recorder: recorder))
        return try await run("run", of: result, after: recorder.steps, deadline: deadline)
    }

    nonisolated(nonsending) func run<Result: PythonDecodable>(
        _ function: String, of object: PythonObject, after steps: [ExpressionStep] = [], form: ResultForm = .values,
        rebuilds: Bool = false, deadline: ContinuousClock.Instant?
    ) async throws -> Result {
        let call = try newCall(
            expressions: function, of: object, after: steps, form: form, rebuilds: rebuilds, deadline: deadline)
        return try Self.result(of: await engine.finish(call), target: call.target, as: Result.self).value
    }

    /// A call of `dspex_worker.expressions`.
    func newCall(
        expressions function: String, of object: PythonObject, after steps: [ExpressionStep] = [],
        form: ResultForm = .values, rebuilds: Bool = false, deadline: ContinuousClock.Instant? = nil,
        stream: IncomingStream? = nil
    ) throws -> PendingCall {
        guard object.pool === self else { throw PythonPoolError.foreignObject(pool: configuration.name) }
        var program = ExpressionProgram(rebuilds: rebuilds)
        for step in steps { program.add(step) }
        program.add(object.step)
        let target = "dspex_worker.expressions.\(function)"
        return try newCall(target, form: form, options: CallOptions(deadline: deadline), stream: stream) {
            (encoder) throws(WireError) in
            try encoder.open(.tuple, count: 1)
            try program.encode(to: &encoder, result: object.step)
            encoder.close()
            try encoder.openDict(count: 0)
            encoder.close()
        }
    }
}
