public import Marshalling
public import PythonPool

/// Answers the language-model calls of a pool's workers with the host's models: `lm.complete` with one response, `lm.stream` with a stream
/// of events, in DSPy's canonical form. The deadline of the Python call is the deadline of the request.
public func serve(_ models: LanguageModels, on pool: PythonPool) {
    pool.onUpcall("lm.complete") { upcall in try await models.complete(upcall.payload, deadline: upcall.deadline) }
    pool.onStreamingUpcall("lm.stream") { upcall in try models.stream(upcall.payload, deadline: upcall.deadline) }
}

extension LanguageModels {
    /// Answers one request in DSPy's canonical form.
    /// - Parameter payload: `{"model": a name of the registry, "request": what request_to_dict writes}`.
    /// - Returns: what `response_from_dict` reads.
    public func complete(
        _ payload: PythonValue, deadline: ContinuousClock.Instant? = nil
    ) async throws(LanguageModelError) -> PythonValue {
        let (model, request) = try resolve(payload, deadline)
        return try await model.respond(to: request).lm15
    }

    /// Answers one request in DSPy's canonical form with a stream of what `stream_event_from_dict` reads; see
    /// ``complete(_:deadline:)``. A failure that is known before anything is sent is thrown at once.
    public func stream(
        _ payload: PythonValue, deadline: ContinuousClock.Instant? = nil
    ) throws(LanguageModelError) -> AsyncThrowingStream<PythonValue, any Error> {
        let (model, request) = try resolve(payload, deadline)
        let events = model.stream(request).makeAsyncIterator()
        return AsyncThrowingStream { try await events.next()?.lm15 }
    }

    private func resolve(
        _ payload: PythonValue, _ deadline: ContinuousClock.Instant?
    ) throws(LanguageModelError) -> (any LanguageModel, LanguageModelRequest) {
        let object = try LM15Object(payload, at: "")
        let model = try self[try object.required("model")]
        guard let body = object["request"] else { throw .init(.invalidRequest, "request is missing") }
        var request = try LanguageModelRequest(lm15: body)
        request.deadline = deadline
        return (model, request)
    }
}
