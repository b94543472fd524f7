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
    ///   - deadline: as in ``call(_:_:_:deadline:)``. Default: never.
    ///   - type: what the result is read as.
    /// - Throws: as ``call(_:_:_:deadline:)`` does; ``PythonPoolError/wireForm(_:)`` with ``WireError/mismatch(path:expected:found:)`` for a
    ///   result of another type, and with ``WireError/noWireForm(type:path:)`` for one with a part that has no value form.
    public func call<each Argument: PythonEncodable, Keywords: PythonEncodable, Result: PythonDecodable>(
        _ target: String, _ arguments: repeat each Argument, kwargs: Keywords = PythonDictionary(),
        deadline: ContinuousClock.Instant? = nil, as type: Result.Type
    ) async throws -> Result {
        let (payload, hosted) = try Self.payload(target, repeat each arguments, kwargs: kwargs)
        let call = engine.newCall(target: target, payload: payload, deadline: deadline, hosted: hosted)
        return try Self.read(type, of: await engine.finish(call), target: target)
    }

    /// Like ``call(_:_:kwargs:deadline:as:)``, and blocks this thread as ``callBlocking(_:_:_:deadline:)`` does.
    ///
    /// - Throws: ``PythonPoolError``.
    public func callBlocking<each Argument: PythonEncodable, Keywords: PythonEncodable, Result: PythonDecodable>(
        _ target: String, _ arguments: repeat each Argument, kwargs: Keywords = PythonDictionary(),
        deadline: ContinuousClock.Instant? = nil, as type: Result.Type
    ) throws -> Result {
        let (payload, hosted) = try Self.payload(target, repeat each arguments, kwargs: kwargs)
        let call = engine.newCall(target: target, payload: payload, deadline: deadline, hosted: hosted)
        return try Self.read(type, of: engine.finishBlocking(call), target: target)
    }

    /// A call in the wire form, whose result must be values all through.
    static func payload<each Argument: PythonEncodable>(
        _ target: String, _ arguments: repeat each Argument, kwargs: some PythonEncodable
    ) throws(PythonPoolError) -> (bytes: [UInt8], hosted: [PythonHosted]) {
        var encoder = WireEncoder()
        encoder.str(target)
        do throws(WireError) {
            var count = 0
            for _ in repeat each arguments { count += 1 }
            try encoder.open(.tuple, count: count)
            for argument in repeat each arguments { try argument.encode(to: &encoder) }
            encoder.close()
            try kwargs.encode(to: &encoder)
            encoder.int(ResultForm.strict.rawValue)
            try encoder.finish()
        } catch { throw .wireForm(error) }
        return (encoder.bytes, encoder.hosted)
    }

    static func read<Result: PythonDecodable>(
        _ type: Result.Type, of outcome: PendingCall.Outcome, target: String
    ) throws -> Result {
        switch outcome {
        case .result(let bytes, _):
            do throws(WireError) { return try Result(wireForm: bytes) } catch { throw PythonPoolError.wireForm(error) }
        case .failure(let bytes, let worker): throw failure(bytes, target: target, worker: worker)
        case .error(let error): throw error
        case .leased: throw PythonPoolError.protocolViolation(worker: 0, detail: "a lease answered a call")
        }
    }
}

extension WorkerLease {
    /// Calls a function on this worker with values of your own types; see ``PythonPool/call(_:_:kwargs:deadline:as:)``.
    ///
    /// - Throws: as ``PythonPool/call(_:_:kwargs:deadline:as:)`` does; ``PythonPoolError/closed(pool:)`` when the lease was released.
    public func call<each Argument: PythonEncodable, Keywords: PythonEncodable, Result: PythonDecodable>(
        _ target: String, _ arguments: repeat each Argument, kwargs: Keywords = PythonDictionary(),
        deadline: ContinuousClock.Instant? = nil, as type: Result.Type
    ) async throws -> Result {
        let held = try held()
        let (payload, hosted) = try PythonPool.payload(target, repeat each arguments, kwargs: kwargs)
        let call = pool.engine.newCall(
            target: target, payload: payload, deadline: deadline, leased: held.generation, hosted: hosted)
        return try PythonPool.read(type, of: await pool.engine.finish(call, on: held), target: target)
    }
}
