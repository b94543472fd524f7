public import Marshalling

extension PythonPool {
    /// Calls a Python function with values of your own types, and reads its result as one: they go straight to the wire form and back, with no
    /// ``PythonValue`` between.
    ///
    /// ```swift
    /// let weather = try await pool.call("weather.today", city, kwargs: options, as: Weather.self)
    /// ```
    ///
    /// - Parameters:
    ///   - target: as in ``call(_:_:_:deadline:)``.
    ///   - arguments: the positional arguments.
    ///   - kwargs: the keyword arguments: a ``PythonDictionary``, or a struct with `@PythonCodable`, whose properties they are then.
    ///   - options: how the call is served. Default: without a deadline, by any worker.
    ///   - type: what the result is read as.
    /// - Throws: as ``call(_:_:_:deadline:)`` does; ``PythonPoolError/wireForm(_:)`` with ``WireError/mismatch(path:expected:found:)`` for a
    ///   result of another type, and with ``WireError/noWireForm(type:path:)`` for one with a part that has no value form.
    public nonisolated(nonsending) func call<
        each Argument: PythonEncodable, Keywords: PythonEncodable, Result: PythonDecodable
    >(
        _ target: String, _ arguments: repeat each Argument, kwargs: Keywords = PythonDictionary(),
        options: CallOptions = .init(), as type: Result.Type
    ) async throws -> Result {
        let call = try newCall(typed: target, repeat each arguments, kwargs: kwargs, options: options)
        return try Self.result(of: await engine.finish(call), target: target, as: type).value
    }

    /// Like ``call(_:_:kwargs:options:as:)``, and blocks this thread as ``callBlocking(_:_:_:deadline:)`` does.
    ///
    /// - Throws: ``PythonPoolError``.
    public func callBlocking<each Argument: PythonEncodable, Keywords: PythonEncodable, Result: PythonDecodable>(
        _ target: String, _ arguments: repeat each Argument, kwargs: Keywords = PythonDictionary(),
        options: CallOptions = .init(), as type: Result.Type
    ) throws -> Result {
        let call = try newCall(typed: target, repeat each arguments, kwargs: kwargs, options: options)
        return try Self.result(of: engine.finishBlocking(call), target: target, as: type).value
    }

    /// A call whose result must be values all through.
    func newCall<each Argument: PythonEncodable>(
        typed target: String, _ arguments: repeat each Argument, kwargs: some PythonEncodable, options: CallOptions,
        leased: Int? = nil
    ) throws(PythonPoolError) -> PendingCall {
        try newCall(target, form: .strict, options: options, leased: leased) { (encoder) throws(WireError) in
            var count = 0
            for _ in repeat each arguments { count += 1 }
            try encoder.open(.tuple, count: count)
            for argument in repeat each arguments { try argument.encode(to: &encoder) }
            encoder.close()
            try kwargs.encode(to: &encoder)
        }
    }
}

extension WorkerLease {
    /// Calls a function on this worker with values of your own types; see ``PythonPool/call(_:_:kwargs:options:as:)``.
    ///
    /// - Throws: as ``PythonPool/call(_:_:kwargs:options:as:)`` does; ``PythonPoolError/closed(pool:)`` when the lease was released.
    public nonisolated(nonsending) func call<
        each Argument: PythonEncodable, Keywords: PythonEncodable, Result: PythonDecodable
    >(
        _ target: String, _ arguments: repeat each Argument, kwargs: Keywords = PythonDictionary(),
        options: CallOptions = .init(), as type: Result.Type
    ) async throws -> Result {
        let call = try pool.newCall(
            typed: target, repeat each arguments, kwargs: kwargs, options: options, leased: held().generation)
        return try PythonPool.result(of: await pool.engine.finish(call), target: target, as: type).value
    }
}
